"""Browsers for the tests of the pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.servers import RunningServer
from tests.web.browser import Browser


@pytest.fixture
def browsers() -> Iterator[Callable[..., Browser]]:
    """A function that gives a fresh browser for a server."""
    opened: list[Browser] = []

    def make(server: RunningServer, **headers: str) -> Browser:
        opened.append(Browser(server.base_url, **headers))
        return opened[-1]

    yield make
    for one in opened:
        one.http.close()
