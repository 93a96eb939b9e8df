"""The cast of the posts' tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from holdfast.writes import Database
from tests.databases import ENGINES
from tests.mastodon.town import Town
from tests.posts.builders import Member, member
from tests.posts.deciding import whole_town


@pytest.fixture
def ada(db: Database) -> Member:
    return member(db, "ada")


@pytest.fixture
def bo(db: Database) -> Member:
    return member(db, "bo")


@pytest.fixture
def jo(db: Database) -> Member:
    return member(db, "jo")


@pytest.fixture(scope="module", params=ENGINES)
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """One server with all of its doors for the tests of a module, on each engine in turn."""
    with whole_town(request.param, tmp_path_factory.mktemp("town") / "data", request) as made:
        yield made
