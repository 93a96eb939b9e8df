"""Pages that everybody reads: feeds and their paging, profiles, threads; and that nothing written there runs."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.servers import PASSWORD, NewMember, RunningServer
from tests.web.browser import Browser, Page

Browsers = Callable[..., Browser]
NASTY = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


@pytest.fixture
def ada(server: RunningServer) -> NewMember:
    """A member."""
    return server.member("ada")


def post(server: RunningServer, member: NewMember, text: str, **more: Any) -> dict[str, Any]:
    """Publish through the client API."""
    with server.client(member.token) as http:
        answer = http.post("/api/v1/statuses", json={"status": text} | more)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


def posts_on(page: Page) -> list[str]:
    """Ids of the posts on a page, in order."""
    return [found["id"].removeprefix("post-") for tag, found in page.tags if tag == "article"]


def assert_harmless(page: Page) -> None:
    """Nothing on the page runs or leads to script."""
    for tag, found in page.tags:
        assert not any(name.startswith("on") for name in found), (tag, found)
        assert "style" not in found
        assert tag not in ("iframe", "object", "embed", "base")
        for name in ("href", "src", "action"):
            assert not found.get(name, "").strip().lower().startswith(("javascript:", "data:", "vbscript:"))
        if tag == "script":
            assert found["src"].startswith("/static/")


def test_a_profile_is_read_page_by_page_in_both_directions(
    server: RunningServer, browsers: Browsers, ada: NewMember
) -> None:
    written = [post(server, ada, f"Note {n}")["id"] for n in range(45)]
    browser = browsers(server)
    page = browser.open(f"/@{ada.name}")
    seen = posts_on(page)
    pages = [seen]
    while older := next((f["href"] for t, f in page.tags if t == "a" and f.get("rel") == "next"), ""):
        page = browser.open(older)
        pages.append(posts_on(page))
    assert [len(one) for one in pages] == [20, 20, 5]
    assert [number for one in pages for number in one] == written[::-1]
    back = next(f["href"] for t, f in page.tags if t == "a" and f.get("rel") == "prev")
    assert posts_on(browser.open(back)) == pages[1]


def test_what_is_not_public_is_on_no_page_for_strangers(
    server: RunningServer, browsers: Browsers, ada: NewMember
) -> None:
    private = post(server, ada, "For followers", visibility="private")
    direct = post(server, ada, "For nobody else", visibility="direct")
    quiet = post(server, ada, "Quietly public", visibility="unlisted")
    browser = browsers(server)
    page = browser.open(f"/@{ada.name}")
    assert posts_on(page) == [quiet["id"]]
    for hidden in (private, direct):
        assert browser.open(f"/@{ada.name}/{hidden['id']}").status == 404
    assert quiet["id"] not in posts_on(browser.open("/public"))


def test_a_thread_shows_what_came_before_and_the_replies_below_what_they_answer(
    server: RunningServer, browsers: Browsers, ada: NewMember
) -> None:
    bo = server.member("bo")
    first = post(server, ada, "One")
    second = post(server, bo, "Two", in_reply_to_id=first["id"])
    third = post(server, ada, "Three", in_reply_to_id=second["id"])
    fourth = post(server, bo, "Four", in_reply_to_id=second["id"])
    page = browsers(server).open(f"/@{bo.name}/{second['id']}")
    assert posts_on(page) == [first["id"], second["id"], third["id"], fourth["id"]]
    opened = [found["id"] for tag, found in page.tags if tag == "article" and "post-opened" in found["class"]]
    assert opened == [f"post-{second['id']}"]
    wrong_name = browsers(server).open(f"/@{ada.name}/{second['id']}")
    assert wrong_name.path == f"/@{bo.name}/{second['id']}"


def test_a_quoted_post_stands_inside_or_the_page_says_why_not(
    server: RunningServer, browsers: Browsers, ada: NewMember
) -> None:
    bo = server.member("bo")
    original = post(server, ada, f"The original {NASTY}", quote_approval_policy="public")
    made = post(server, bo, "Look", quoted_status_id=original["id"])
    outer = post(server, ada, "Look again", quoted_status_id=made["id"])
    kept = post(server, bo, "Revoked", quoted_status_id=original["id"])
    browser = browsers(server)
    for path in (f"/@{bo.name}/{made['id']}", f"/@{bo.name}"):
        page = browser.open(path)
        assert_harmless(page)
        assert "The original" in page.words and "Look" in page.words
        assert any(found.get("aria-label", "").startswith("Quoted post by") for tag, found in page.tags)
        assert made["id"] in posts_on(page) and original["id"] not in posts_on(page)
    assert "Quotes another post" in browser.open(f"/@{ada.name}/{outer['id']}").words
    with server.client(ada.token) as http:
        http.post(f"/api/v1/statuses/{original['id']}/quotes/{kept['id']}/revoke")
        assert "does not want it to be quoted" in browser.open(f"/@{bo.name}/{kept['id']}").words
        http.delete(f"/api/v1/statuses/{original['id']}")
    gone = browser.open(f"/@{bo.name}/{made['id']}").words
    assert "The quoted post was removed." in gone and "The original" not in gone
    private = post(server, ada, "Between friends", visibility="private")
    named = post(server, ada, f"@{bo.name} see", quoted_status_id=private["id"])
    bo_signed_in = browsers(server)
    bo_signed_in.sign_in(bo.name, PASSWORD)
    hidden = bo_signed_in.open(f"/@{ada.name}/{named['id']}").words
    assert "The quoted post is not available to you." in hidden and "Between friends" not in hidden


def test_a_long_chain_of_replies_is_still_a_page(server: RunningServer, browsers: Browsers, ada: NewMember) -> None:
    first = last = post(server, ada, "Start")["id"]
    for n in range(55):
        last = post(server, ada, f"Reply {n}", in_reply_to_id=last)["id"]
    page = browsers(server).open(f"/@{ada.name}/{first}")
    assert page.status == 200
    assert len(posts_on(page)) == 56


def test_an_author_folds_a_reply_away_and_everybody_finds_it_apart(
    server: RunningServer, browsers: Browsers, ada: NewMember
) -> None:
    bo = server.member("bo")
    first = post(server, ada, "One")
    noise = post(server, bo, "First!", in_reply_to_id=first["id"])
    answer = post(server, bo, "Two", in_reply_to_id=first["id"])
    address = f"/@{ada.name}/{first['id']}"
    author, reader, stranger = browsers(server), browsers(server), browsers(server)
    author.sign_in(ada.name, PASSWORD)
    reader.sign_in(bo.name, PASSWORD)
    assert "/replies/fold" not in reader.open(address).html + stranger.open(address).html
    author.open(address)
    folded = author.send("/replies/fold")  # the first of the two
    assert folded.path == address
    for browser in (author, reader, stranger):
        page = browser.open(address)
        assert posts_on(page) == [first["id"], answer["id"], noise["id"]]
        assert "1 reply that the author folded away" in page.words and "Folded away" in page.words
        assert ("details", {"class": "replies-folded"}) in page.tags
        assert "Folded away" in browser.open(f"/@{bo.name}/{noise['id']}").words
    author.open(address)
    author.send("/replies/unfold")
    assert posts_on(stranger.open(address)) == [first["id"], noise["id"], answer["id"]]


def test_names_bios_posts_warnings_and_polls_never_run(
    server: RunningServer, browsers: Browsers, ada: NewMember
) -> None:
    with server.client(ada.token) as http:
        changed = http.patch(
            "/api/v1/accounts/update_credentials",
            json={
                "display_name": NASTY[:30],
                "note": NASTY + " javascript:alert(1) https://example.org/'onmouseover='alert(3)",
                "fields_attributes": [{"name": NASTY, "value": f"javascript:alert(4) {NASTY}"}],
            },
        )
        assert changed.status_code == 200, changed.text
    warned = post(server, ada, NASTY, spoiler_text=NASTY)
    asked = post(server, ada, f"{NASTY} #<b>", poll={"options": [NASTY[:40], "b"], "expires_in": 3600})
    browser = browsers(server)
    for path in (f"/@{ada.name}", f"/@{ada.name}/{warned['id']}", f"/@{ada.name}/{asked['id']}", "/public", "/"):
        page = browser.open(path)
        assert page.status == 200
        assert "alert(1)" in page.words
        assert_harmless(page)
    page = browser.open(f"/@{ada.name}/{warned['id']}")
    assert re.search(r"<details class=\"post-warned\"><summary>", page.html)
    assert browser.open(f"/tags/{NASTY.replace('/', '')}").status in (200, 404)
    assert_harmless(browser.open(f"/auth/sign_in?name={NASTY}&next=/x"))


def test_a_poll_hides_its_result_where_its_author_wants_that(
    server: RunningServer, browsers: Browsers, ada: NewMember
) -> None:
    poll = {"options": ["left", "right"], "expires_in": 3600}
    shown = post(server, ada, "Where?", poll=poll)
    hidden = post(server, ada, "Where then?", poll=poll | {"hide_totals": True})
    bo = server.member("bo")
    with server.client(bo.token) as http:
        for status in (shown, hidden):
            http.post(f"/api/v1/polls/{status['poll']['id']}/votes", json={"choices": [1]})
    browser = browsers(server)
    assert "100 % · 1 vote" in browser.open(f"/@{ada.name}/{shown['id']}").words
    page = browser.open(f"/@{ada.name}/{hidden['id']}")
    assert "%" not in page.words and "shown at the end" in page.words


def test_a_picture_comes_with_its_description_and_behind_a_warning_when_sensitive(
    server: RunningServer, browsers: Browsers, ada: NewMember
) -> None:
    browser = browsers(server)
    png = browser.http.get("/static/images/avatar.png").content
    with server.client(ada.token) as http:
        media = http.post(
            "/api/v2/media", files={"file": ("a.png", png, "image/png")}, data={"description": 'A "head" & shoulders'}
        ).json()
    status = post(server, ada, "Look", media_ids=[media["id"]], sensitive=True)
    page = browser.open(f"/@{ada.name}/{status['id']}")
    picture = next(found for tag, found in page.tags if tag == "img" and found["src"].startswith("/media/small/"))
    assert picture["alt"] == 'A "head" & shoulders'
    assert int(picture["width"]) > 0
    assert browser.http.get(picture["src"]).status_code == 200
    assert "post-sensitive" in page.html


def test_feeds_for_members_only_are_for_members_only(
    new_server: Callable[..., RunningServer], browsers: Browsers
) -> None:
    server = new_server().start().set_up()
    ada = server.member("ada")
    post(server, ada, "Among us #harbour")
    server.call("settings.set", values={"timeline_needs_sign_in": True})
    stranger, browser = browsers(server), browsers(server)
    browser.sign_in(ada.name, "correct horse 41 battery")
    for path in ("/", "/public", "/tags/harbour"):
        assert "Among us" not in stranger.open(path).words
        assert "Among us" in browser.open(path).words


def test_a_member_is_told_which_address_an_app_wants(server: RunningServer, browsers: Browsers, ada: NewMember) -> None:
    browser = browsers(server)
    browser.sign_in(ada.name, PASSWORD)
    page = browser.open("/you")
    assert "Any Mastodon app works" in page.words
    assert f"<code>{urlsplit(server.base_url).netloc}</code>" in page.html


def test_an_empty_feed_says_what_will_stand_there(new_server: Callable[..., RunningServer], browsers: Browsers) -> None:
    """The live feed shows what anybody wrote, whomever one follows."""
    page = browsers(new_server().start().set_up()).open("/public")
    assert "What people write in public appears here." in page.html


def test_a_link_shown_elsewhere_has_words_and_a_picture_and_uncovers_nothing(
    server: RunningServer, browsers: Browsers, ada: NewMember
) -> None:
    def told(path: str) -> dict[str, str]:
        page = browsers(server).open(path)
        assert page.status == 200
        return {
            found.get("property") or found["name"]: found.get("content", "")
            for tag, found in page.tags
            if tag == "meta" and (found.get("property") or found.get("name"))
        }

    plain = post(server, ada, "A <b>plain</b> & simple word. " + "Long. " * 60)
    shown = told(f"/@{ada.name}/{plain['id']}")
    assert shown["og:description"].startswith("A <b>plain</b> & simple word. Long.")
    assert len(shown["og:description"]) <= 200 and shown["og:description"].endswith("…")
    assert shown["og:url"] == f"{server.base_url}/@{ada.name}/{plain['id']}"
    assert shown["og:image"].startswith(server.base_url)
    assert "noindex" in shown["robots"]  # nobody has said yes
    answer = post(server, ada, f"@{ada.name} and #harbours")
    assert told(f"/@{ada.name}/{answer['id']}")["og:description"] == f"@{ada.name} and #harbours"
    warned = post(server, ada, "The butler did it", spoiler_text="An ending")
    assert told(f"/@{ada.name}/{warned['id']}")["og:description"] == "An ending"
    changed = {"note": "Keeps the light.", "indexable": True}
    with server.client(ada.token) as http:
        http.patch("/api/v1/accounts/update_credentials", json=changed)
    assert "robots" not in told(f"/@{ada.name}/{plain['id']}")
    assert told(f"/@{ada.name}")["og:description"] == "Keeps the light."
    assert told("/")["og:type"] == "website"
