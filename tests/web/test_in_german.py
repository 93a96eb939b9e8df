"""What pages say in another language than English: whole sentences, with the forms that names and numbers ask for."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from tests.servers import PASSWORD, NewMember, RunningServer
from tests.web.asking import ask, wait_for
from tests.web.browser import Browser
from tests.web.test_writing import picture

Browsers = Callable[..., Browser]


@pytest.fixture
def browser(server: RunningServer, browsers: Browsers, ada: NewMember) -> Browser:
    """Ada's browser, which asks for German."""
    found = browsers(server, **{"accept-language": "de-AT,de;q=0.9,en;q=0.5"})
    found.sign_in(ada.name, PASSWORD)
    return found


def test_who_did_what_is_a_whole_sentence_for_one_and_for_many(
    server: RunningServer, browser: Browser, ada: NewMember, bo: NewMember
) -> None:
    cy, di = server.member("cy"), server.member("di")
    post = ask(server, ada, "POST", "/api/v1/statuses", status="Look at this")
    ask(server, bo, "POST", f"/api/v1/accounts/{ada.id}/follow")
    for who in (di, bo, cy):
        ask(server, who, "POST", f"/api/v1/statuses/{post['id']}/favourite")
    wait_for(server, ada, "/api/v1/notifications", 4)
    page = browser.open("/notifications")
    assert page.heading == "Mitteilungen"
    assert f"{cy.name}, {bo.name} und 1 andere Person haben deinen Beitrag favorisiert" in page.words
    assert f"{bo.name} folgt dir jetzt" in page.words
    assert "3-mal favorisiert" in browser.open(f"/@{ada.name}/{post['id']}").words


def test_what_is_wrong_with_a_post_is_said_and_languages_are_named_in_the_readers_language(browser: Browser) -> None:
    page = browser.open("/write")
    assert page.heading == "Schreiben"
    codes = ["", "hy", "de", "en", "ja", "cy", "zu"]  # Nicht angegeben, Armenisch, Deutsch, Englisch, Japanisch …
    options = page.html.partition('name="language"')[2].partition("</select>")[0]
    places = [options.index(f'value="{code}"') for code in codes]
    assert places == sorted(places) and "Deutsch" in options and "Nicht angegeben" in options
    page = browser.send("/write", do="publish", text="Ein Boot", files={"files": picture("a.png")})
    assert page.status == 422 and "Beschreibe Bild 1, damit alle folgen können." in page.words


def test_feeds_differ_by_language_and_say_so_to_caches(server: RunningServer, ada: NewMember) -> None:
    address = f"{server.base_url}/@{ada.name}/feed.rss"
    german = httpx.get(address, headers={"accept-language": "de"})
    assert "Öffentliche Beiträge von" in german.text and "Accept-Language" in german.headers["vary"]
    assert "Public posts of" in httpx.get(address).text
