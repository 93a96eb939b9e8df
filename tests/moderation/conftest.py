"""People for the tests of moderation: a team, and members."""

from __future__ import annotations

import pytest

from holdfast.store import Ids, ManualClock
from holdfast.writes import Database
from tests.moderation.team import Moderator, moderator
from tests.posts.builders import Member, member


@pytest.fixture
def clock(db: Database) -> ManualClock:
    """The server's clock, which stands still from now on until it is moved."""
    standing = ManualClock(db.clock.now() + 1)
    db.store.clock, db.store.ids = standing, Ids(standing, floor=db.store.ids.new())
    return standing


@pytest.fixture
def ada(db: Database) -> Member:
    return member(db, "ada")


@pytest.fixture
def bo(db: Database) -> Member:
    return member(db, "bo")


@pytest.fixture
def mo(db: Database) -> Moderator:
    return moderator(db, "mo")


@pytest.fixture
def vi(db: Database) -> Moderator:
    """A volunteer."""
    return moderator(db, "vi", "volunteer")
