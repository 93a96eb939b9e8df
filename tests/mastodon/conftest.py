"""The client API over HTTP, in the test's own process, on both engines."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from litestar.testing import TestClient

from holdfast import mastodon
from holdfast.writes import Database
from tests.databases import ENGINES
from tests.mastodon.asking import Api
from tests.mastodon.town import Town, town_on


@pytest.fixture
def api(db: Database) -> Iterator[Api]:
    """The client API, and members who use it: ``ada = api.member("ada")``, ``ada.get("/api/v1/…")``."""
    with TestClient(mastodon.alone(db)) as client:
        yield Api(db, client)


@pytest.fixture(scope="module", params=ENGINES)
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """One server for the tests of a module, on each engine in turn; each test brings its own people."""
    with town_on(request.param, tmp_path_factory.mktemp("town") / "data", request) as made:
        yield made
