"""Films, sounds and custom emoji on pages, and the administration of emoji."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.faults.checking import eventually
from tests.posts.recording_files import recording
from tests.posts.test_pictures import drawn, encoded
from tests.servers import PASSWORD, NewMember, RunningServer
from tests.web.browser import Browser, Page

Browsers = Callable[..., Browser]


def published(server: RunningServer, who: NewMember, name: str, text: str = "Listen", **options: Any) -> str:
    """A post with a recording; its page's path."""
    with server.client(who.token) as http:
        made = http.post(
            "/api/v2/media", files={"file": ("x", recording(name))}, data={"description": 'A "gull" calls'}
        )
        path = f"/api/v1/media/{made.json()['id']}"
        eventually(lambda: http.get(path).status_code == 200, "it is ready", seconds=60)
        status = http.post("/api/v1/statuses", json={"status": text, "media_ids": [made.json()["id"]], **options})
    return f"/@{who.name}/{status.json()['id']}"


def tag(page: Page, name: str) -> dict[str, Any]:
    return next(found for kind, found in page.tags if kind == name)


def test_a_film_plays_when_asked_and_says_what_it_shows(server: RunningServer, browsers: Browsers) -> None:
    browser = browsers(server)
    page = browser.open(published(server, server.member("ada"), "a.mp4"))
    film = tag(page, "video")
    assert (film["preload"], "controls" in film, "loop" in film) == ("none", True, False)
    assert film["aria-label"] == 'A "gull" calls'
    assert (film["width"], film["height"]) == ("160", "120")
    assert browser.http.get(film["poster"]).headers["content-type"] == "image/jpeg"
    part = browser.http.get(film["src"], headers={"range": "bytes=0-15"})
    assert (part.status_code, part.content[4:8]) == (206, b"ftyp")
    assert "media-src 'self'" in page.answer.headers["content-security-policy"]


def test_a_loop_is_silent_and_a_sound_has_controls(server: RunningServer, browsers: Browsers) -> None:
    ada, browser = server.member("ada"), browsers(server)
    loop = tag(browser.open(published(server, ada, "a.gif")), "video")
    assert {"loop", "muted", "playsinline", "controls"} <= set(loop)
    page = browser.open(published(server, ada, "a.mp3", sensitive=True))
    sound = tag(page, "audio")
    assert (sound["preload"], sound["aria-label"]) == ("none", 'A "gull" calls')
    assert "Sensitive media: show" in page.words


@pytest.fixture
def owner(server: RunningServer, browsers: Browsers) -> Browser:
    """The owner's browser, signed in."""
    browser = browsers(server)
    browser.sign_in("owner", PASSWORD)
    return browser


def test_an_owner_adds_an_emoji_which_pages_then_show(
    server: RunningServer, browsers: Browsers, owner: Browser
) -> None:
    page = owner.open("/admin/emojis")
    token = page.form("/admin/emojis").values["form_token"]

    def sent(name: str, data: bytes) -> Page:
        fields = {"form_token": token, "shortcode": name, "category": "birds"}
        picture = {"file": ("gull.png", data, "image/png")}
        return Page(owner.http.post("/admin/emojis", data=fields, files=picture, follow_redirects=True))

    assert "letters from a to z" in sent("no name!", encoded(".png", drawn(20, 20))).words
    assert "not a JPEG" in sent("web_gull", b"no picture").words
    assert "Saved." in sent("web_gull", encoded(".png", drawn(20, 20))).words
    ada, stranger = server.member("ada"), browsers(server)
    with server.client(ada.token) as http:
        text = "a :web_gull: & <b> https://example.org/?q=:web_gull:"
        status = http.post("/api/v1/statuses", json={"status": text, "spoiler_text": "look :web_gull:"}).json()
    shown = stranger.open(f"/@{ada.name}/{status['id']}")
    pictures = [found for kind, found in shown.tags if kind == "img" and found.get("class") == "emoji"]
    assert {(one["alt"], one["title"]) for one in pictures} == {(":web_gull:", ":web_gull:")}
    assert len(pictures) == 2
    assert "<b>" not in shown.html
    assert stranger.http.get(pictures[0]["src"]).headers["content-type"] == "image/png"
    owner.open("/admin/emojis")
    owner.send("/admin/emojis/disable", shortcode="web_gull", change="disable")
    again = stranger.open(f"/@{ada.name}/{status['id']}")
    assert ":web_gull:" in again.words


def test_others_do_not_get_at_the_emoji(server: RunningServer, browsers: Browsers) -> None:
    ada, browser = server.member("ada"), browsers(server)
    browser.sign_in(ada.name, PASSWORD)
    assert browser.open("/admin/emojis").status == 404


def test_uploads_on_pages_and_by_apps_are_paid_from_one_budget(
    new_server: Callable[..., RunningServer], browsers: Browsers
) -> None:
    server = new_server(HOLDFAST_RATE_LIMITS="on").start().set_up()
    ada, browser, picture = server.member("ada"), browsers(server), encoded(".png", drawn(20, 20))
    browser.sign_in(ada.name, PASSWORD)
    headers = {"hx-request": "true", "sec-fetch-site": "same-origin"}
    token = browser.open("/write").form("/write").values["form_token"]

    def taken() -> httpx.Response:
        fields, file = {"form_token": token}, {"file": ("a.png", picture, "image/png")}
        return browser.http.post("/write/files", data=fields, files=file, headers=headers)

    with server.client(ada.token) as http:
        assert taken().status_code == 200
        for number in range(29, 0, -1):  # without a file each is refused, and counted
            answer = http.post("/api/v2/media")
            assert (answer.status_code, answer.headers["x-ratelimit-remaining"]) == (422, str(number - 1))
        assert http.post("/api/v2/media").status_code == 429
    refused = taken()
    assert refused.status_code == 429 and int(refused.headers["retry-after"]) > 0
    assert refused.json()["error"].startswith("Too many requests. You can try again in ")
    browser.open("/write")
    page = browser.send("/write", text="Kept", do="files", files={"files": [("a.png", picture, "image/png")]})
    assert page.status == 429
    assert "Too many requests. You can try again in " in page.words
    assert page.form("/write").values["text"] == "Kept"
    bo = server.member("bo")
    with server.client(bo.token) as http:
        assert http.post("/api/v2/media").status_code == 422  # everybody has a budget of their own
