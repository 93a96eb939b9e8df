"""What this process has heard of the change log: which ids changed when, and whether that is all there is.

Whatever is kept in memory is kept with the number that :attr:`Hearing.number` had before it was read. It still holds
as long as :meth:`Hearing.changed` gives no higher number for any id that it is about, *and* the look at the database
in which it is used finds nothing in the change log that this process has not heard of (:meth:`Hearing.is_current`).
So a process never goes by memory that another process, or a commit of a moment ago, has made wrong.

This rests on a rule: a change that others can see is recorded in the same commit, as an event that names the ids of
all rows that read differently now. An event that cannot name them is ``sweeping``: everything is read again.
"""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

from holdfast.events import Event, Recorded, last_seq
from holdfast.store import Hot, Read
from holdfast.writes.database import Database
from holdfast.writes.settings import SettingsChanged

MOST_NEWS = 200
"""Rows of the change log that are looked through; where more are new, not all of them are ours."""

_NEWS = Hot("SELECT id FROM changes WHERE seq > :heard UNION ALL SELECT id FROM changes WHERE seq IS NULL LIMIT :most")
MOST_KEPT = 200_000
"""Ids of which is known when they changed; beyond that everything counts as changed."""


class Hearing:
    """One for each process and database; made before anything is kept by it."""

    def __init__(self, db: Database, *, sweeping: Sequence[type[Event]] = ()) -> None:
        self.number = 1  # of the newest batch of events; a plain integer, so that reading it needs no lock
        self._changed: dict[int, int] = {}
        self._swept = 0
        self._sweeping = frozenset((SettingsChanged, *sweeping))
        self._ours: set[int] = set()  # rows of our own commits, which are heard of before they are sealed
        self._sealed_last: list[int] = []  # kept in it a little longer, for looks that began before the seal
        self._named: dict[type[Event], tuple[str, ...]] = {}
        self._lock = Lock()
        with db.read() as r:
            self._seq = last_seq(r)
        db.bus.on_commit(self._committed)
        db.bus.on_sealed(self._sealed)

    def is_current(self, r: Read) -> bool:
        """Whether this process has heard of everything that the look at the database sees; one small query."""
        rows = r.fast(_NEWS, heard=self._seq, most=MOST_NEWS)
        if not rows:
            return True
        return len(rows) < MOST_NEWS and all(number in self._ours for (number,) in rows)

    def changed(self, *ids: int) -> int:
        """The number of the newest batch that any of these ids was named in (or that swept everything)."""
        found = self._swept
        known = self._changed
        for number in ids:
            at = known.get(number, 0)
            if at > found:
                found = at
        return found

    def _committed(self, records: Sequence[Recorded]) -> None:
        unsealed = [record.change_id for record in records if record.seq is None]
        if unsealed:  # otherwise the same records follow as sealed ones at once
            with self._lock:
                self._note(records)
                self._ours.update(unsealed)

    def _sealed(self, records: Sequence[Recorded]) -> None:
        first, last = records[0].seq or 0, records[-1].seq or 0
        with self._lock:
            if first != self._seq + 1 or last - self._seq != len(records):
                self._sweep()  # something lies between that nobody told of: erased, or written while nobody listened
            self._note([record for record in records if record.change_id not in self._ours])
            self._seq = max(self._seq, last)
            self._ours.difference_update(self._sealed_last)
            self._sealed_last = [record.change_id for record in records]

    def _note(self, records: Sequence[Recorded]) -> None:
        if not records:
            return
        number = self.number + 1
        changed = self._changed
        for record in records:
            event = record.event
            kind = type(event)
            names = self._named.get(kind)
            if names is None:
                names = self._named[kind] = _id_fields(kind)
            if kind in self._sweeping:
                self._swept = number
            for name in names:
                value = getattr(event, name)
                if value is not None:
                    changed[value] = number
        if len(changed) > MOST_KEPT:
            self._sweep()
        self.number = number

    def _sweep(self) -> None:
        self.number += 1
        self._swept = self.number
        self._changed.clear()


def _id_fields(kind: type[Event]) -> tuple[str, ...]:
    """The fields that hold one id. A post names its thread, but does not change the post that began it."""
    return tuple(name for name in kind.__struct_fields__ if name.endswith("_id") and name != "thread_id")
