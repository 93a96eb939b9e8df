"""Keeping the ring up to date: filled at start, told of every post, boost, edit and deletion from then on."""

from __future__ import annotations

from collections.abc import Sequence

from holdfast.events import Recorded
from holdfast.posts import StatusDeleted, StatusEdited, StatusModerated, StatusPublished, Views
from holdfast.timelines.home import Home, load
from holdfast.timelines.reach import entry_from, entry_with
from holdfast.timelines.ring import CAPACITY, Ring
from holdfast.writes import Database


class Timelines:
    """The process's ring and the home feeds over it."""

    def __init__(self, db: Database, capacity: int = CAPACITY) -> None:
        self._db = db
        self.ring = Ring(capacity)
        self.views = Views(db)
        self.home = Home(self.ring, db.clock)
        db.bus.on_commit(self._hear)  # at once, for the author's own eyes
        db.bus.on_sealed(self._hear)  # what other processes wrote; a second time is a no-op
        with db.read() as r:
            load(r, self.ring, capacity)

    def _hear(self, records: Sequence[Recorded]) -> None:
        for record in records:
            event = record.event
            if isinstance(event, StatusPublished):
                self.ring.add(entry_from(event))
            elif isinstance(event, StatusEdited | StatusModerated):
                with self._db.read() as r:  # the events do not tell the language
                    entry = entry_with(r, event.status_id, event.tags)
                if entry is not None:
                    self.ring.replace(entry)
            elif isinstance(event, StatusDeleted):
                self.ring.remove(event.status_id)
