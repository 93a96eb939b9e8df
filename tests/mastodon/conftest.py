"""The client API over HTTP, in the test's own process, on both engines."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from holdfast import mastodon
from holdfast.writes import Database
from tests.mastodon.asking import Api


@pytest.fixture
def api(db: Database) -> Iterator[Api]:
    """The client API, and members who use it: ``ada = api.member("ada")``, ``ada.get("/api/v1/…")``."""
    app = Litestar(route_handlers=mastodon.routes(db), openapi_config=None, logging_config=None)
    with TestClient(app) as client:
        yield Api(db, client)
