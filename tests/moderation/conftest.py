"""People for the tests of moderation: a team, and members."""

from __future__ import annotations

import pytest

from holdfast.writes import Database
from tests.moderation.team import Moderator, moderator
from tests.posts.builders import Member, member


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
