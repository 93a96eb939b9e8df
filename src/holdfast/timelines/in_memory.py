"""What one process keeps in memory of posts, feeds and filters: made once, shared by all doors."""

from __future__ import annotations

from holdfast.filters import Catching, Filters
from holdfast.posts import CardChanged, Memory, StatusesMoved, ThreadLocked, ThreadUnlocked
from holdfast.timelines.feeding import Timelines
from holdfast.writes import Database, Hearing


class InMemory:
    """``posts`` says who may see what, ``timelines`` what belongs into whose feed, ``catching`` what filters catch."""

    def __init__(self, db: Database) -> None:
        sweeping = (StatusesMoved, CardChanged, ThreadLocked, ThreadUnlocked)
        self.posts = Memory(Hearing(db, sweeping=sweeping), db.clock)
        self.timelines = Timelines(db)
        self.filters = Filters(db)
        self.catching = Catching(self.filters, db.clock)
