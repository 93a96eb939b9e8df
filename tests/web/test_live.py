"""The event stream of the pages over real sockets, the marks of a feed, and what may be left out of it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import httpx
import pytest

from holdfast.web.reading.live import MOST_PER_MEMBER
from tests.servers import PASSWORD, NewMember, RunningServer
from tests.web.browser import Browser
from tests.web.test_home import ask
from tests.web.test_reading import post, posts_on

Browsers = Callable[..., Browser]
SOON = 5.0  # seconds


class Events:
    """An open event stream."""

    def __init__(self, answer: httpx.Response) -> None:
        self._lines = answer.iter_lines()

    def next(self, name: str = "") -> Any:
        """What the next event (of a name) tells."""
        found = ""
        for line in self._lines:
            if line.startswith("event: "):
                found = line.removeprefix("event: ")
            elif line.startswith("data: ") and (not name or found == name):
                return found, json.loads(line.removeprefix("data: "))
        return None  # the server has closed it


@contextmanager
def events(browser: Browser) -> Iterator[Events]:
    """The stream of a browser, from the moment on when it hears."""
    with browser.http.stream("GET", "/events", timeout=SOON) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "private, no-store"
        opened = Events(answer)
        assert opened.next() == ("hello", {})
        yield opened


@pytest.fixture
def ada(server: RunningServer) -> NewMember:
    return server.member("ada")


@pytest.fixture
def bo(server: RunningServer, ada: NewMember) -> NewMember:
    """Somebody whom Ada follows."""
    found = server.member("bo")
    ask(server, ada, "POST", f"/api/v1/accounts/{found.id}/follow")
    return found


def signed_in(server: RunningServer, browsers: Browsers, who: NewMember) -> Browser:
    browser = browsers(server)
    browser.sign_in(who.name, PASSWORD)
    return browser


def test_the_stream_tells_what_comes_home_in_public_and_how_much_is_unread(
    server: RunningServer, browsers: Browsers, ada: NewMember, bo: NewMember
) -> None:
    stranger = server.member("cy")
    browser = signed_in(server, browsers, ada)
    hidden = {"title": "Plots", "context": ["home"], "filter_action": "hide"}
    ask(server, ada, "POST", "/api/v2/filters", **hidden, keywords_attributes=[{"keyword": "spoiler"}])
    with events(browser) as stream:
        post(server, stranger, "For others", visibility="private")
        elsewhere = post(server, stranger, "For everybody")
        assert stream.next() == ("public", {"id": elsewhere["id"], "boost": False, "reply": False})
        filtered = post(server, bo, "A spoiler")
        assert stream.next() == ("public", {"id": filtered["id"], "boost": False, "reply": False})
        post(server, bo, f"@{ada.name} an answer to strangers", in_reply_to_id=elsewhere["id"])
        boost = ask(server, bo, "POST", f"/api/v1/statuses/{elsewhere['id']}/reblog")
        told = [stream.next(), stream.next()]
        assert ("notification", {"unread": 1}) in told
        assert ("home", {"id": boost["id"], "boost": True, "reply": False}) in told
        # a follow that begins while the stream is open counts at once
        ask(server, ada, "POST", f"/api/v1/accounts/{stranger.id}/follow")
        quiet = post(server, stranger, "For followers", visibility="private")
        assert stream.next("home")[1]["id"] == quiet["id"]
        newest = ask(server, ada, "GET", "/api/v1/notifications")[0]["id"]
        ask(server, ada, "POST", "/api/v1/markers", notifications={"last_read_id": newest})
        assert stream.next("notification") == ("notification", {"unread": 0})


def test_the_stream_is_for_sessions_and_ends_with_them(
    server: RunningServer, browsers: Browsers, ada: NewMember
) -> None:
    assert browsers(server).http.get("/events").status_code == 401
    first, second = (signed_in(server, browsers, ada) for _ in range(2))
    with events(first) as stream, events(second) as other:
        second.open("/settings/sessions")
        second.send("/settings/sessions/end_others")
        assert stream.next() is None
        second.send("/auth/sign_out")
        assert other.next() is None
    assert first.http.get("/events").status_code == 401


def test_a_member_has_few_streams_and_may_open_another_when_one_is_closed(
    server: RunningServer, browsers: Browsers, ada: NewMember
) -> None:
    browser = signed_in(server, browsers, ada)
    with ExitStack() as opened:
        for _ in range(MOST_PER_MEMBER):
            opened.enter_context(events(browser))
        refused = browser.http.get("/events")
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) >= 1
    end = time.monotonic() + SOON
    while True:
        try:
            with events(browser):
                break
        except AssertionError:
            assert time.monotonic() < end
            time.sleep(0.05)


def test_streams_end_when_the_server_stops(new_server: Callable[..., RunningServer], browsers: Browsers) -> None:
    server = new_server().start().set_up()
    browser = signed_in(server, browsers, server.member("ada"))
    with events(browser) as stream:
        began = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - began < SOON
        assert stream.next() is None


def test_home_says_where_one_was_and_leaves_out_what_one_does_not_want(
    server: RunningServer, browsers: Browsers, ada: NewMember, bo: NewMember
) -> None:
    originals = [post(server, server.member("cy"), f"Original {number}") for number in range(3)]
    first = post(server, bo, "Read before")
    browser = signed_in(server, browsers, ada)
    assert "You were here" not in browser.open("/home").words
    token = browser.open("/home").form("/timelines/shows").values["form_token"]
    assert browser.http.post("/home/read", data={"form_token": token, "id": first["id"]}).status_code == 204
    assert "You were here" not in browser.open("/home").words  # nothing is newer
    newer = post(server, bo, "Not read so far")
    page = browser.open("/home")
    assert page.html.index("Not read so far") < page.html.index('id="was-here"') < page.html.index("Read before")
    assert 'href="#was-here"' in page.html
    browser.http.post("/home/read", data={"form_token": token, "id": newer["id"]})
    browser.http.post("/home/read", data={"form_token": token, "id": first["id"]})  # an older tab tells it later
    assert ask(server, ada, "GET", "/api/v1/markers?timeline=home")["home"]["last_read_id"] == newer["id"]
    # boosts fold where there are many, and both kinds can be left out
    for original in originals:
        ask(server, bo, "POST", f"/api/v1/statuses/{original['id']}/reblog")
    post(server, ada, f"@{bo.name} an answer", in_reply_to_id=newer["id"])
    page = browser.open("/home")
    assert page.html.count('<details class="boosts">') == 1 and "3 boosts" in page.words
    assert "an answer" in page.words
    page = browser.send("/timelines/shows", boosts=None, replies=None)
    assert "Original" not in page.words and "an answer" not in page.words and "Not read so far" in page.words
    assert 'data-hides="boosts replies"' in page.html
    page = browser.send("/timelines/shows", boosts="yes", replies="yes")
    assert "Original 2" in page.words and "an answer" in page.words


def test_a_script_gets_the_posts_of_a_page_alone(
    server: RunningServer, browsers: Browsers, ada: NewMember, bo: NewMember
) -> None:
    written = [post(server, bo, f"Wave {number}")["id"] for number in range(22)]
    browser = signed_in(server, browsers, ada)
    answer = browser.http.get("/home", headers={"hx-request": "true"})
    assert "HX-Request" in answer.headers["vary"]
    assert "<html" not in answer.text and answer.text.count("<article") == 20
    assert f'data-newest="{written[-1]}"' in answer.text and 'rel="next"' in answer.text
    page = browser.open(f"/home?min_id={written[19]}", **{"hx-request": "true"})
    assert posts_on(page) == [written[21], written[20]]
