"""Members are told of new terms on every page, until they agree."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.servers import PASSWORD, RunningServer
from tests.web.browser import Browser

Browsers = Callable[..., Browser]


@pytest.fixture
def harbour(new_server: Callable[..., RunningServer]) -> RunningServer:
    """A server of the test's own: its terms would be asked of everybody else's members."""
    return new_server().start().set_up()


def signed_in(browsers: Browsers, server: RunningServer, name: str) -> Browser:
    found = browsers(server)
    found.sign_in(name, PASSWORD)
    return found


def publish(owner: Browser, words: str, after: str = "0") -> None:
    owner.open("/admin/documents")
    assert owner.send("/admin/documents/terms", terms=words, terms_after=after).status == 200


def asks(browser: Browser, path: str = "/about") -> bool:
    return any(form.action == "/terms" for form in browser.open(path).forms)


def test_new_terms_are_agreed_to_once_and_on_the_page_where_one_is(harbour: RunningServer, browsers: Browsers) -> None:
    ada, owner = (signed_in(browsers, harbour, who) for who in (harbour.member("ada").name, "owner"))
    assert not asks(ada)
    publish(owner, "Be kind.")
    assert not asks(browsers(harbour))  # a stranger has nothing to agree to
    assert asks(ada, "/settings/profile")
    page = ada.send("/terms")
    assert (page.status, page.path) == (200, "/settings/profile")
    assert not asks(ada)
    assert not asks(ada, "/terms")
    publish(owner, "Be kinder.")
    assert asks(ada)


def test_terms_that_begin_later_are_announced_with_their_day(harbour: RunningServer, browsers: Browsers) -> None:
    ada, owner = (signed_in(browsers, harbour, who) for who in (harbour.member("ada").name, "owner"))
    publish(owner, "Be kind.", "30")
    assert "The terms of this server change on " in ada.open("/about").words
    assert "Be kind." in ada.open("/terms/1").words
    ada.send("/terms")
    assert not asks(ada)


def test_one_agrees_only_to_what_there_is_and_stays_on_this_server(harbour: RunningServer, browsers: Browsers) -> None:
    ada, owner = (signed_in(browsers, harbour, who) for who in (harbour.member("ada").name, "owner"))
    publish(owner, "Be kind.")
    ada.open("/about")
    assert ada.send("/terms", version="2").status == 404
    assert asks(ada)
    assert ada.send("/terms", next="https://elsewhere.example/").path == "/home"
    publish(owner, "Be kinder.")
    ada.open("/about")
    ada.send("/terms", version="1")  # agreeing to the old version again does not end the question
    assert asks(ada)
