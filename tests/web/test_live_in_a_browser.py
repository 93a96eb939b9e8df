"""Feeds in a real browser: new posts behind a bar, the place that holds, pages that follow, one stream for all tabs.

The windows fail a test on anything that the content policy refused.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.servers import NewMember, RunningServer
from tests.web.asking import ask
from tests.web.test_reading import post
from tests.web.walking import sign_in

pytestmark = pytest.mark.system

FIRST_VISIBLE = """() => {
  for (const post of document.querySelectorAll("article[data-place]")) {
    const box = post.getBoundingClientRect();
    if (box.height && box.bottom > 0) return [post.id, box.top];
  }
}"""


@pytest.fixture(scope="module")
def writers(place: RunningServer) -> list[NewMember]:
    """Two who wrote more than five pages."""
    found = [place.member("bo"), place.member("cy")]
    for member in found:
        with place.client(member.token) as http:
            for number in range(52):
                text = f"Wave {number}.\n\nIt came in and went out again."
                assert http.post("/api/v1/statuses", json={"status": text}).status_code == 200
    return found


@pytest.fixture
def bo(place: RunningServer) -> NewMember:
    """Somebody who is about to write."""
    return place.member("bo")


@pytest.fixture
def ada(place: RunningServer, writers: list[NewMember], bo: NewMember) -> NewMember:
    """Somebody who follows them all."""
    found = place.member("ada")
    with place.client(found.token) as http:
        for one in (*writers, bo):
            assert http.post(f"/api/v1/accounts/{one.id}/follow").status_code == 200
    return found


def first_visible(page: Page) -> tuple[str, float]:
    """The post that is being read: its id, and how far below the window's top it begins."""
    found, top = page.evaluate(FIRST_VISIBLE)
    return found, round(top, 1)


def top_of(page: Page, post_id: str) -> float:
    """How far below the window's top a post begins."""
    top: float = page.evaluate("id => document.getElementById(id).getBoundingClientRect().top", post_id)
    return round(top, 1)


def holds(page: Page, before: tuple[str, float]) -> bool:
    """Whether the post that was being read is where it was, to the pixel; after the page has come to rest."""
    page.wait_for_timeout(400)
    return top_of(page, before[0]) == before[1]


def scrolled(page: Page, to: int) -> tuple[str, float]:
    """Scroll and wait until the place is noted; the first visible post."""
    page.evaluate("to => scrollTo(0, to)", to)
    page.wait_for_timeout(400)
    return first_visible(page)


def test_new_posts_wait_behind_a_bar_and_nothing_moves(
    place: RunningServer, windows: Callable[..., Page], ada: NewMember, bo: NewMember
) -> None:
    page = windows(viewport={"width": 1000, "height": 800})
    sign_in(page, place, ada.name)
    bar = page.locator("#news")
    for scroll, words in ((0, "At the top"), (600, "Further down")):
        before = scrolled(page, scroll)
        post(place, bo, f"{words}: one.")
        post(place, bo, f"{words}: two.")
        expect(bar).to_have_text("2 new posts")
        assert holds(page, before)
        page.keyboard.press(".")
        expect(page.get_by_text(f"{words}: two.")).to_be_attached()
        assert holds(page, before)
        # a reload, and Back, bring the same post to the same place
        page.reload()
        assert holds(page, before)
        page.goto(f"{place.base_url}/about")
        post(place, bo, f"{words}: three.")
        page.go_back()
        assert holds(page, before)
        # and so does the way home from writing
        page.goto(f"{place.base_url}/write")
        page.get_by_role("link", name="Home").click()
        page.wait_for_url(f"{place.base_url}/home*")
        assert holds(page, before)
        page.goto(f"{place.base_url}/home")
    ids = page.evaluate("[...document.querySelectorAll('article')].map(one => one.id)")
    assert len(ids) == len(set(ids))


def test_pages_follow_by_themselves_then_by_a_button_and_the_address_follows(
    place: RunningServer, windows: Callable[..., Page], ada: NewMember
) -> None:
    page = windows(viewport={"width": 1000, "height": 800})
    sign_in(page, place, ada.name)
    posts = page.locator("article")
    for count in (40, 60, 80):
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        expect(posts).to_have_count(count)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.wait_for_timeout(300)
    expect(posts).to_have_count(80)
    page.get_by_role("link", name="Older posts").click()
    expect(posts).to_have_count(100)
    ids = page.evaluate("[...document.querySelectorAll('article')].map(one => one.id)")
    assert len(set(ids)) == 100
    before = scrolled(page, 9000)
    assert "max_id=" in page.url
    page.reload()
    assert holds(page, before)
    # what was written meanwhile is offered, and comes in above
    expect(page.locator("#news")).to_have_text("Newer posts")
    page.locator("#news").click()
    assert holds(page, before)


def test_marks_that_are_set_one_right_after_the_other_all_count(
    place: RunningServer, windows: Callable[..., Page], ada: NewMember, bo: NewMember
) -> None:
    said = post(place, bo, "Mark me")
    page = windows()
    sign_in(page, place, ada.name)
    names = ["boost", "favourite", "bookmark"]
    page.evaluate("ids => ids.forEach(id => document.getElementById(id).click())", [f"{n}-{said['id']}" for n in names])
    for name in names:
        expect(page.locator(f"#{name}-{said['id']}")).to_have_attribute("value", f"un{name}")
    marked = ask(place, ada, "GET", f"/api/v1/statuses/{said['id']}")
    assert [marked[name] for name in ("reblogged", "favourited", "bookmarked")] == [True, True, True]


def test_ten_tabs_share_one_stream_and_stay_usable(
    place: RunningServer, windows: Callable[..., Page], ada: NewMember, bo: NewMember
) -> None:
    first = windows()
    streams: list[str] = []
    first.context.on("request", lambda request: streams.append(request.url) if "/events" in request.url else None)
    sign_in(first, place, ada.name)
    tabs = [first, *(first.context.new_page() for _ in range(9))]
    for tab in tabs[1:]:
        tab.goto(f"{place.base_url}/home", timeout=5_000)
    assert len(streams) == 1
    post(place, bo, f"@{ada.name} for every tab")
    for tab in tabs:
        expect(tab.locator("#news")).to_have_text("1 new post")
        expect(tab.locator("#unread-count")).to_have_text("1")
    first.close()  # another takes over
    tabs[5].wait_for_timeout(500)
    post(place, bo, "And another")
    for tab in tabs[1:]:
        expect(tab.locator("#news")).to_have_text("2 new posts")
    assert len(streams) == 2
