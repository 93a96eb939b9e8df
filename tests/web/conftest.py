"""Browsers for the tests of the pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.servers import PASSWORD, NewMember, RunningServer
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


@pytest.fixture
def ada(server: RunningServer) -> NewMember:
    """A member."""
    return server.member("ada")


@pytest.fixture
def bo(server: RunningServer) -> NewMember:
    """Another member."""
    return server.member("bo")


@pytest.fixture
def browser(server: RunningServer, browsers: Callable[..., Browser], ada: NewMember) -> Browser:
    """Ada's browser, signed in."""
    found = browsers(server)
    found.sign_in(ada.name, PASSWORD)
    return found
