"""What a link in a post leads to, on pages: its page's own words, and a picture that lies here."""

from __future__ import annotations

from collections.abc import Callable

from tests.faults.checking import eventually
from tests.pages import Thing, pages
from tests.posts.test_pictures import drawn, encoded
from tests.servers import PASSWORD, RunningServer
from tests.web.asking import ask
from tests.web.browser import Browser, Page

STORY = """<title>Boats &amp; <b>sails</b></title><meta property="og:description" content="All about boats">
<meta property="og:image" content="/boat.png">"""


def test_a_link_is_shown_with_what_its_page_says_and_with_nothing_of_others_servers(
    new_server: Callable[..., RunningServer], browsers: Callable[..., Browser]
) -> None:
    with pages() as web:
        web.things["/boat.png"] = Thing(encoded(".png", drawn(64, 48)), "image/png")
        url = web.lay("/story", STORY)
        server = new_server(**web.environment).start().set_up()
        ada, browser = server.member("ada"), browsers(server)
        post = ask(server, ada, "POST", "/api/v1/statuses", status=f"Read {url}")
        eventually(lambda: ask(server, ada, "GET", f"/api/v1/statuses/{post['id']}")["card"], "the card is there")
        browser.sign_in(ada.name, PASSWORD)
        way = f"/@{ada.name}/{post['id']}"

        def pictures(page: Page) -> list[str]:
            return [found["src"] for tag, found in page.tags if tag == "img" and found.get("width") == "64"]

        page = browser.open(way)
        card = next(found for tag, found in page.tags if found.get("class") == "link-card")
        assert (card["href"], card["rel"]) == (url, "nofollow noopener noreferrer")
        assert "Boats & sails" in page.words or "Boats & <b>sails</b>" in page.words
        assert "All about boats" in page.words and f"127.0.0.1:{web.port}" in page.words
        (picture,) = pictures(page)
        assert picture.startswith("/media/") and browser.http.get(picture).status_code == 200
        browser.open("/settings/reading")
        browser.send("/settings/reading", media="hide_all")
        page = browser.open(way)
        assert "All about boats" in page.words and not pictures(page)
