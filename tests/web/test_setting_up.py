"""The owner's first visit: from the printed link to a community."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.servers import PASSWORD, RunningServer
from tests.web.browser import Browser

Browsers = Callable[..., Browser]


def setup_path(server: RunningServer) -> str:
    """The path of the link that the server printed last."""
    found = re.findall(r"http://localhost:\d+(/setup\?token=\S+)", server.said())
    assert found, server.said()
    return str(found[-1])


@pytest.fixture
def fresh(new_server: Callable[..., RunningServer]) -> RunningServer:
    """A server that nobody has set up."""
    return new_server().start()


def test_before_the_set_up_every_page_says_what_to_do(fresh: RunningServer, browsers: Browsers) -> None:
    browser = browsers(fresh)
    for path in ("/", "/about", "/@somebody", "/auth/sign_up", "/settings", "/oauth/authorize"):
        page = browser.open(path)
        assert page.status == 503
        assert "not set up yet" in page.heading
        assert "token" in page.words


def test_one_form_makes_a_community_and_signs_its_owner_in(fresh: RunningServer, browsers: Browsers) -> None:
    browser, link = browsers(fresh), setup_path(fresh)
    assert browser.open(link).status == 200
    page = browser.send(
        "/setup",
        name="Harbour",
        short_description="A calm place.",
        rules="Be kind.\n\nNo advertising.",
        registration="invite",
        username="ada",
        email="ada@example.org",
        password=PASSWORD,
    )
    assert page.path == "/setup/next"
    assert "signed in as @ada" in page.words
    assert "passkey" in page.words and "recovery codes" in page.words
    assert browser.open("/admin/server").status == 200
    rules = browser.open("/rules").words
    assert "Be kind." in rules and "No advertising." in rules
    assert browser.open("/").path == "/home"
    assert "by invitation" in browser.open("/about").words.lower()
    with fresh.client() as http:
        assert http.get("/api/v2/instance").json()["title"] == "Harbour"

    stranger = browsers(fresh)
    used = stranger.open(link)
    assert used.status == 410
    assert "set up already" in used.heading


def test_what_is_wrong_is_said_on_top_and_at_the_field_and_the_rest_is_kept(
    fresh: RunningServer, browsers: Browsers
) -> None:
    browser, link = browsers(fresh), setup_path(fresh)
    browser.open(link)
    page = browser.send("/setup", name="Harbour", username="a b", password="short", rules="One.\nTwo.")
    assert page.status == 422
    form = page.form("/setup")
    assert form.values["name"] == "Harbour"
    assert form.values["rules"] == "One.\nTwo."
    assert form.values["password"] == ""
    assert ("p", {"class": "wrong", "id": "wrong-password"}) in page.tags
    assert any(tag == "a" and found.get("href") == "#field-password" for tag, found in page.tags)
    page = browser.send("/setup", username="a b", password=PASSWORD)
    assert page.status == 422
    assert ("p", {"class": "wrong", "id": "wrong-username"}) in page.tags
    assert browser.send("/setup", username="ada", password=PASSWORD).path == "/setup/next"


def test_a_wrong_link_opens_nothing(fresh: RunningServer, browsers: Browsers) -> None:
    browser = browsers(fresh)
    for token in ("", "wrong", setup_path(fresh).partition("token=")[2][:-1]):
        page = browser.open(f"/setup?token={token}")
        assert page.status == 410
        assert not page.forms
