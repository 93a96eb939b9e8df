"""How often posts are shown: counted in memory, written down in batches, per post and never per person.

What was counted since the last batch is lost with a process that dies: nobody is told an exact number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from threading import Lock
from weakref import WeakKeyDictionary

from holdfast.acting import SYSTEM
from holdfast.store import MINUTE, Hot, Read
from holdfast.writes import Ability, Database

EVERY_MS = MINUTE
MOST_KEPT = 20_000  # posts of which views wait
MOST_AT_ONCE = 2_000

_ORIGINALS = Hot("SELECT id, COALESCE(boost_of_id, id) FROM statuses WHERE id IN (@ids) AND deleted_at IS NULL")
_ADD = Hot(
    "INSERT INTO status_views (status_id, views) VALUES (:id, :views) "
    "ON CONFLICT (status_id) DO UPDATE SET views = status_views.views + excluded.views"
)
_VIEWS = Hot("SELECT status_id, views FROM status_views WHERE status_id IN (@ids)")


class Views:
    """One for each process."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._waiting: Counter[int] = Counter()
        self._lock = Lock()
        self._due = db.clock.now() + EVERY_MS
        _counting.setdefault(db, []).append(self)

    def saw(self, ids: Iterable[int]) -> None:
        """Somebody was shown these posts; a boost counts for what it boosts. Costs some microseconds."""
        self._waiting.update(ids)
        if self._db.clock.now() >= self._due or len(self._waiting) >= MOST_KEPT:
            self._db.submit(self.flush)

    def flush(self) -> None:
        """Write down what was counted."""
        with self._lock:
            counted, self._waiting = self._waiting, Counter()
            self._due = self._db.clock.now() + EVERY_MS
        numbers = sorted(counted)
        for start in range(0, len(numbers), MOST_AT_ONCE):
            self._write({number: counted[number] for number in numbers[start : start + MOST_AT_ONCE]})

    def _write(self, counted: dict[int, int]) -> None:
        with self._db.write(SYSTEM, Ability.JOBS) as w:
            total: Counter[int] = Counter()
            for number, original in w.fast(_ORIGINALS, ids=list(counted)):
                total[original] += counted[number]
            # In one order everywhere, so that two processes cannot wait for each other.
            w.tx.run_many(_ADD, [{"id": number, "views": total[number]} for number in sorted(total)])


_counting: WeakKeyDictionary[Database, list[Views]] = WeakKeyDictionary()


def flush_views(db: Database) -> None:
    """Write down what this process has counted; for its end."""
    for views in _counting.get(db, []):
        views.flush()


def views_of(r: Read, ids: Sequence[int]) -> dict[int, int]:
    """How often posts were shown to anybody; for the staff alone. Those never shown are left out."""
    return dict(r.fast(_VIEWS, ids=list(ids))) if ids else {}
