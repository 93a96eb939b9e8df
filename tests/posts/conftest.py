"""The cast of the posts' tests."""

from __future__ import annotations

import pytest

from holdfast.writes import Database
from tests.posts.builders import Member, member


@pytest.fixture
def ada(db: Database) -> Member:
    return member(db, "ada")


@pytest.fixture
def bo(db: Database) -> Member:
    return member(db, "bo")


@pytest.fixture
def jo(db: Database) -> Member:
    return member(db, "jo")
