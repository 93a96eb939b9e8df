"""Browsers for the tests of the pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, sync_playwright

from tests.servers import PASSWORD, NewMember, RunningServer
from tests.web import community
from tests.web.browser import Browser
from tests.web.community import Community
from tests.web.walking import Walk


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


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server on SQLite for the tests of a module."""
    running = RunningServer("sqlite", tmp_path_factory.mktemp("place") / "data", {}).start().set_up()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def everything(place: RunningServer) -> Community:
    """Something of everything on the module's server, and the addresses of every page."""
    return community.fill(place)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    """A browser."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def windows(chromium: Chromium) -> Iterator[Callable[..., Page]]:
    """A function that opens a window; what the browser complains about fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def make(**options: object) -> Page:
        context = chromium.new_context(**options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda fault: complaints.append(str(fault)))
        page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
        return page

    yield make
    for context in contexts:
        context.close()
    assert not complaints


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without"])
def has_script(request: pytest.FixtureRequest) -> bool:
    """Whether the browser has JavaScript: a journey is made both ways."""
    return bool(request.param)


@pytest.fixture
def walks(windows: Callable[..., Page], place: RunningServer, has_script: bool) -> Callable[..., Walk]:
    """A function that sets out on a walk through the module's ``place``, signed in as somebody or as a stranger."""

    def make(who: str = "", **options: object) -> Walk:
        walk = Walk(windows(java_script_enabled=has_script, **options), place, has_script)
        return walk.sign_in(who) if who else walk

    return make
