"""Search, hashtags, and what is worth a look."""

from __future__ import annotations

from collections.abc import Callable

from tests.servers import NewMember, RunningServer
from tests.web.asking import ask
from tests.web.browser import Browser

Browsers = Callable[..., Browser]


def test_one_box_finds_people_posts_and_hashtags(
    server: RunningServer, browsers: Browsers, browser: Browser, ada: NewMember, bo: NewMember
) -> None:
    ask(server, ada, "POST", "/api/v1/statuses", status="Zinnias by the door #zinniabed")
    post = ask(server, bo, "POST", "/api/v1/statuses", status="Rain")
    browser.open("/search")
    assert f"@{bo.name}" in browser.open(f"/search?q=@{bo.name}").words
    assert "Zinnias by the door" in browser.open("/search?q=zinnias&type=posts").words
    assert "#zinniabed" in browser.open("/search?q=zinniab&type=tags").words
    assert "No result" in browser.open("/search?q=nothingofthesort&type=posts").words
    page = browser.open("/search?q=has:wings&type=posts")
    assert page.status == 422 and "has:image" in page.words  # how it is done, opened
    assert browser.open(f"/search?q={server.base_url}/@{bo.name}/{post['id']}").path == f"/@{bo.name}/{post['id']}"
    assert browser.open("/search?q=https://elsewhere.example/@a/1").path.startswith("/search")
    assert "Sign in" in browsers(server).open("/search?q=zinnias&type=posts").words
    assert browser.open("/explore").heading == "Explore" and browsers(server).open("/explore").status == 200


def test_a_hashtag_is_followed_and_featured_on_its_page(
    server: RunningServer, browser: Browser, ada: NewMember, bo: NewMember
) -> None:
    ask(server, bo, "POST", "/api/v1/statuses", status="Up early #lighthouses")
    browser.open("/tags/lighthouses")
    for name, attribute, expected in (
        ("follow", "following", True),
        ("feature", "featuring", True),
        ("unfeature", "featuring", False),
    ):
        browser.send("/tags/lighthouses/act", act=name)
        assert ask(server, ada, "GET", "/api/v1/tags/lighthouses")[attribute] is expected, name
    assert "Up early" in browser.open("/home").words
    assert "#lighthouses" in browser.open("/tags").words
    page = browser.send("/tags/lighthouses/act")
    assert "None yet" in page.words
    assert ask(server, ada, "GET", "/api/v1/followed_tags") == []
