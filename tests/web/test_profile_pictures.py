"""Pictures of a profile are changed on its page: drawn anew as the API does it, refused with words."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
import pyvips

from tests.servers import PASSWORD, NewMember, RunningServer
from tests.web.browser import Browser

FORM = "/settings/profile"


def picture(width: int, height: int) -> bytes:
    found: bytes = pyvips.Image.black(width, height, bands=3).pngsave_buffer()
    return found


@pytest.fixture
def ada(server: RunningServer) -> NewMember:
    return server.member("ada")


@pytest.fixture
def browser(server: RunningServer, browsers: Callable[..., Browser], ada: NewMember) -> Browser:
    found = browsers(server)
    found.sign_in(ada.name, PASSWORD)
    return found


def account(server: RunningServer, ada: NewMember) -> dict[str, str]:
    with server.client(ada.token) as http:
        found: dict[str, str] = http.get("/api/v1/accounts/verify_credentials").json()
    return found


def size_of(server: RunningServer, url: str) -> tuple[int, int]:
    path = httpx.URL(url).path
    with server.client() as http:
        drawn = pyvips.Image.new_from_buffer(http.get(path).content, "")
    return drawn.width, drawn.height


def test_both_pictures_are_changed_and_taken_away(server: RunningServer, browser: Browser, ada: NewMember) -> None:
    before = account(server, ada)
    browser.open(FORM)
    sent = {
        "avatar": ("me.png", picture(900, 700), "image/png"),
        "header": ("sea.png", picture(2000, 900), "image/png"),
    }
    assert "Saved." in browser.send(FORM, files=sent, display_name="Ada").words
    now = account(server, ada)
    assert now["display_name"] == "Ada"
    assert size_of(server, now["avatar"]) == (400, 400)
    assert size_of(server, now["header"]) == (1500, 500)
    browser.send(FORM, display_name="Ada L.")
    assert account(server, ada)["avatar"] == now["avatar"]  # nothing chosen, nothing changed
    browser.send(FORM, without_avatar="yes")
    assert account(server, ada)["avatar"] == before["avatar"]
    assert account(server, ada)["header"] == now["header"]


def test_what_is_no_picture_is_refused_and_the_rest_is_kept(
    server: RunningServer, browser: Browser, ada: NewMember
) -> None:
    before = account(server, ada)
    browser.open(FORM)
    sent = {
        "avatar": ("me.png", b"no picture at all", "image/png"),
        "header": ("sea.png", picture(1500, 500), "image/png"),
    }
    page = browser.send(FORM, files=sent, display_name="Ada", bio="Kept words")
    assert page.status == 422
    assert 'id="wrong-avatar"' in page.html
    assert "This picture was not kept. Choose it once more." in page.words
    assert page.form(FORM).values["bio"] == "Kept words"
    after = account(server, ada)
    assert (after["avatar"], after["header"], after["display_name"]) == (
        before["avatar"],
        before["header"],
        before["display_name"],
    )
