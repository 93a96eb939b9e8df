"""Writing down what this process saw, so that plots can go back further than its memory."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence

from holdfast import figures, jobs
from holdfast.acting import SYSTEM
from holdfast.figures import BOUNDS_MS, Hour
from holdfast.ops.metrics import RequestCounts, database_bytes, resident_bytes
from holdfast.store import DAY, Read
from holdfast.writes import Database, place_of

FIRST_S, EVERY_S = 60.0, 300.0
"""When the first note is made, and how far apart the others are. The last one is made when the server stops."""

_OPERATORS = frozenset(("/healthz", "/readyz", "/metrics"))  # asked by machines, all day long
_STREAMS = ("/events", "/api/v1/streaming")  # they last as long as somebody listens


class Notes:
    """What happened since the last note. ``look`` often, ``write`` seldom."""

    def __init__(self, db: Database, requests: RequestCounts, open_streams: Callable[[], int]) -> None:
        self._db = db
        self._requests = requests
        self._open_streams = open_streams
        self._most_streams = 0
        self._before = _Seen([0] * (len(BOUNDS_MS) + 1), 0, 0)

    def look(self) -> None:
        """See how many streams are open now; on the event loop, where they live."""
        self._most_streams = max(self._most_streams, self._open_streams())

    def write(self) -> None:
        """Write it down; slow, for a thread. What cannot be written is in the next note."""
        seen, most = _seen(self._requests), self._most_streams
        lately = seen.since(self._before)
        with self._db.read() as r:
            found = Hour(
                requests=sum(lately.durations),
                refused=lately.refused,
                failed=lately.failed,
                durations=tuple(lately.durations),
                streams=most,
                memory_bytes=resident_bytes(),
                **_of_the_server(self._db, r),
            )
        self._db.submit(lambda: figures.note(self._db, SYSTEM, place_of(self._db.config.data_dir), found)).result()
        self._before, self._most_streams = seen, 0


class _Seen:
    """All answers since the start: their times, how many were refused, how many failed."""

    def __init__(self, durations: Sequence[int], refused: int, failed: int) -> None:
        self.durations = durations
        self.refused = refused
        self.failed = failed

    def since(self, before: _Seen) -> _Seen:
        """What was added."""
        added = [now - then for now, then in zip(self.durations, before.durations, strict=True)]
        return _Seen(added, self.refused - before.refused, self.failed - before.failed)


def _seen(requests: RequestCounts) -> _Seen:
    durations, refused, failed = [0] * (len(BOUNDS_MS) + 1), 0, 0
    for (route, method, status), row in list(requests.counts.items()):
        if route in _OPERATORS or method == "WEBSOCKET" or route.startswith(_STREAMS):
            continue
        durations = [total + count for total, count in zip(durations, row[:-1], strict=True)]
        refused += sum(row[:-1]) if 400 <= status < 500 else 0
        failed += sum(row[:-1]) if status >= 500 else 0
    return _Seen(durations, refused, failed)


def _of_the_server(db: Database, r: Read) -> dict[str, int]:
    now, waiting = db.clock.now(), jobs.counts(r)
    return {
        "jobs_waiting": jobs.overdue(r, now),
        "jobs_failed": waiting.get("failed", 0),
        "database_bytes": database_bytes(db) or 0,
        "media_bytes": figures.media_bytes(r),
        "free_bytes": shutil.disk_usage(db.config.data_dir).free,
        "active_day": figures.active_since(r, now - DAY),
        "active_week": figures.active_since(r, now - 7 * DAY),
    }
