"""Catching up after being away: what came at home meanwhile, summed up."""

from __future__ import annotations

import time

import pytest

from holdfast.store import HOUR, first_at
from tests.servers import NewMember, RunningServer
from tests.web.asking import ask, wait_for
from tests.web.browser import Browser, Page


def parts(page: Page) -> dict[str, str]:
    """The words of each part of the page under its heading."""
    found = {}
    for part in page.html.partition("</main>")[0].split("<h2")[1:]:
        words = Page(page.answer.__class__(200, html=f"<p{part}", request=page.answer.request)).words
        heading = part.partition(">")[2].partition("<")[0]
        found[heading] = words.partition(heading)[2]
    return found


def ago(milliseconds: int) -> str:
    """An id of that long ago."""
    return str(first_at(time.time_ns() // 1_000_000 - milliseconds))


@pytest.fixture
def cy(server: RunningServer) -> NewMember:
    """Somebody whom Ada follows, too."""
    return server.member("cy")


def test_what_came_is_counted_and_the_strongest_posts_are_named(
    server: RunningServer, browser: Browser, ada: NewMember, bo: NewMember, cy: NewMember
) -> None:
    page = browser.open("/catch-up")
    assert page.heading == "Catch up" and "Nothing came at home" in page.words
    ask(server, ada, "POST", f"/api/v1/accounts/{bo.id}/follow", notify=True)
    ask(server, ada, "POST", f"/api/v1/accounts/{cy.id}/follow")
    quiet, loud = (ask(server, bo, "POST", "/api/v1/statuses", status=words) for words in ("A quiet one", "A loud one"))
    liked = ask(server, cy, "POST", "/api/v1/statuses", status="A liked one")
    ask(server, ada, "POST", "/api/v1/statuses", status="My own")
    stranger = server.member("di")
    ask(server, stranger, "POST", "/api/v1/statuses", status="From somebody else")
    ask(server, stranger, "POST", "/api/v1/statuses", status="An answer", in_reply_to_id=loud["id"])
    ask(server, cy, "POST", f"/api/v1/statuses/{loud['id']}/reblog")
    for who in (ada, bo):
        ask(server, who, "POST", f"/api/v1/statuses/{liked['id']}/favourite")
    ask(server, ada, "POST", f"/api/v1/statuses/{quiet['id']}/favourite")
    ask(server, cy, "POST", "/api/v1/statuses", status=f"@{ada.name} are you there?")
    wait_for(server, ada, "/api/v1/notifications?types[]=mention", 1)
    page = browser.open("/catch-up")
    assert "4 posts · 1 boost · 2 people Since" in page.words
    assert "1 mention that you have not seen" in page.words
    assert "My own" not in page.words and "From somebody else" not in page.words
    found = parts(page)
    assert list(found) == [
        "From people you marked", "Most answered", "Most boosted", "Most favourited", "Who wrote",
    ]  # fmt: skip
    assert "A loud one" in found["From people you marked"] and "A liked one" not in found["From people you marked"]
    assert "A loud one" in found["Most answered"] and "1 reply" in found["Most answered"]
    assert "A loud one" in found["Most boosted"] and "1 boost" in found["Most boosted"]
    favourited = found["Most favourited"]
    assert favourited.index("A liked one") < favourited.index("2 favourites") < favourited.index("A quiet one")
    assert f"@{bo.name}2 posts" in found["Who wrote"] and f"@{cy.name}2 posts, 1 boost" in found["Who wrote"]
    ask(
        server, ada, "POST", "/api/v2/filters", title="Noise", context=["home"], filter_action="hide",
        keywords_attributes=[{"keyword": "loud"}],
    )  # fmt: skip
    assert "A loud one" not in browser.open("/catch-up").words


def test_home_offers_it_after_a_long_time_and_the_time_can_be_chosen(
    server: RunningServer, browser: Browser, ada: NewMember, bo: NewMember
) -> None:
    ask(server, ada, "POST", f"/api/v1/accounts/{bo.id}/follow")
    for number in range(21):
        ask(server, bo, "POST", "/api/v1/statuses", status=f"Wave {number}.")
    offer = "Catch up since your last visit"
    assert offer not in browser.open("/home").words  # Ada was never here
    mark = ago(3 * HOUR)
    ask(server, ada, "POST", "/api/v1/markers", home={"last_read_id": mark})
    assert offer not in browser.open("/home").words
    mark = ago(30 * HOUR)
    ask(server, ada, "POST", "/api/v1/markers", home={"last_read_id": mark})
    page = browser.open("/home")
    assert offer in page.words
    way = next(found["href"] for tag, found in page.tags if tag == "a" and "/catch-up" in found.get("href", ""))
    last = ask(server, bo, "POST", "/api/v1/statuses", status="The last wave.")
    ask(server, ada, "POST", "/api/v1/markers", home={"last_read_id": last["id"]})  # home was left behind
    page = browser.open(way)
    assert f"@{bo.name}22 posts" in page.words
    here = [found["href"] for tag, found in page.tags if tag == "a" and found.get("aria-current") == "page"]
    assert here == [way]
    assert f"@{bo.name}22 posts" in browser.open("/catch-up?period=6h").words
    assert "Nothing came at home" in browser.open("/catch-up").words  # since the mark
    assert browser.open("/catch-up?period=never&after=x").status == 200
