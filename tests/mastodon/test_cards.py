"""Link previews over HTTP, on both engines, of pages that a real server on loopback gives."""

from __future__ import annotations

import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from holdfast import jobs
from holdfast.acting import SYSTEM
from holdfast.posts import Nothing, forget_cards, media
from holdfast.posts.tables import cards, status_cards
from tests.conformance.scenario import picture
from tests.databases import ENGINES
from tests.mastodon.town import Person, Town, town_on
from tests.pages import Pages, Thing, pages

HEAD = """<!doctype html><html lang="en-GB"><head><title>Plain title</title>
<meta property="og:title" content="Boats &amp; <b>sails</b>"><meta property="og:description" content="All  about
boats"><meta property="og:site_name" content="The Harbour Times"><meta property="og:image" content="/boat.png">
<meta name="author" content="Ada Quay"><meta property="article:author" content="/authors/ada">
<meta property="article:published_time" content="2026-05-04T03:02:01Z">%s</head><body><p>Long story</p></body></html>"""


@pytest.fixture(scope="module")
def web() -> Iterator[Pages]:
    """Others' pages."""
    with pages() as opened:
        opened.things["/boat.png"] = Thing(picture(), "image/png")
        yield opened


@pytest.fixture(scope="module", params=ENGINES)
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, web: Pages) -> Iterator[Town]:
    """A server that may reach these pages, on each engine in turn."""
    folder = tmp_path_factory.mktemp("town") / "data"
    with town_on(request.param, folder, request, **web.environment) as made:
        yield made


def card(town: Town, who: Person, text: str, **options: Any) -> Any:
    """The card of a post with this text, once the jobs have run."""
    made = who.says(text, **options)
    assert made["card"] is None
    town.run_jobs()
    return town.stranger.get(f"/api/v1/statuses/{made['id']}")["card"]


def test_the_first_link_is_shown_with_what_its_page_says_of_itself(town: Town, web: Pages) -> None:
    ada = town.person("ada")
    url = web.lay("/story", HEAD % "")
    shown = card(town, ada, f"read this {url} and http://127.0.0.1:{web.port}/other")
    assert shown["url"] == url and shown["type"] == "link"
    assert shown["title"] == "Boats &amp; &lt;b&gt;sails&lt;/b&gt;"
    assert shown["description"] == "All about boats"
    assert (shown["provider_name"], shown["provider_url"]) == ("The Harbour Times", f"http://127.0.0.1:{web.port}")
    assert (shown["author_name"], shown["author_url"]) == ("Ada Quay", web.url("/authors/ada"))
    assert shown["published_at"] == "1777863721"
    assert shown["html"] == "" and shown["embed_url"] == ""
    assert shown["image"] and (shown["width"], shown["height"]) == (64, 48) and shown["blurhash"]
    file = town.stranger.ask("GET", shown["image"].removeprefix(town.db.base_url))
    assert file.status_code == 200 and file.content != picture()


def test_a_page_is_fetched_once_for_all_posts(town: Town, web: Pages) -> None:
    url = web.lay(f"/popular/{town.db.store.engine.name}", HEAD % "")
    for name in ("ada", "bo", "cy"):
        assert card(town, town.person(name), url)["url"] == url
    assert web.asked.count(url.removeprefix(web.url(""))) == 1


def test_a_link_that_was_edited_away_meanwhile_gives_no_card(town: Town, web: Pages) -> None:
    ada = town.person("ada")
    made = ada.says(f"look {web.lay('/early', '<title>Early</title>')}?a=1&b='2'")
    early = made["content"]
    ada.good(ada.ask("PUT", f"/api/v1/statuses/{made['id']}", json={"status": "never mind"}))
    town.run_jobs()
    assert "early" in early and ada.get(f"/api/v1/statuses/{made['id']}")["card"] is None
    assert card(town, ada, f"look {web.url('/early')}?a=1&b='2'")["title"] == "Early"


def grown_old(town: Town, url: str) -> None:
    """Let a card be as if it had been fetched a month ago."""
    with town.db.store.transaction() as tx:
        tx.run(update(cards).where(cards.c.asked_url == url).values(fetched_at=1))


def test_a_page_that_says_something_else_is_shown_so_on_every_post(town: Town, web: Pages) -> None:
    ada, bo = town.people("ada", "bo")
    url = web.lay(f"/news/{town.db.store.engine.name}", HEAD % "")
    first = ada.says(url)
    town.run_jobs()
    before = ada.get(f"/api/v1/statuses/{first['id']}")["card"]
    web.lay(f"/news/{town.db.store.engine.name}", "<title>Other news</title>")
    grown_old(town, url)
    assert card(town, bo, url)["title"] == "Other news"
    after = ada.get(f"/api/v1/statuses/{first['id']}")["card"]
    assert (before["title"], after["title"], after["image"]) == (before["title"], "Other news", None)
    assert before["title"] != after["title"]
    del web.things[f"/news/{town.db.store.engine.name}"]
    grown_old(town, url)
    assert card(town, bo, url)["title"] == "Other news"  # what it said is better than nothing


def test_pictures_of_cards_stay_as_long_as_a_post_shows_them(town: Town, web: Pages) -> None:
    ada = town.person("ada")
    url = web.lay(f"/kept/{town.db.store.engine.name}", HEAD % "")
    shown = card(town, ada, url)
    key = shown["image"].rpartition("/")[2]
    with town.db.read() as r:
        assert media.unused(r, [key]) == set()
    grown_old(town, url)
    forget_cards(town.db, Nothing())
    with town.db.read() as r:
        assert r.value(select(cards.c.image_key).where(cards.c.asked_url == url)) == key
    with town.db.store.transaction() as tx:
        tx.run(delete(status_cards))
        tx.run(update(cards).values(fetched_at=1))
    forget_cards(town.db, Nothing())
    with town.db.read() as r:
        assert not r.exists(select(cards.c.id))
        assert media.unused(r, [key]) == {key}
    with town.db.read() as r:
        waiting = [one for one in jobs.listing(r, "waiting", 500) if one["kind"] == "posts.remove_files"]
    assert waiting


def test_edits_change_the_card(town: Town, web: Pages) -> None:
    ada = town.person("ada")
    first, second = web.lay("/first", "<title>First</title>"), web.lay("/second", "<title>Second</title>")
    made = ada.says(f"look {first}")
    path = f"/api/v1/statuses/{made['id']}"
    town.run_jobs()
    assert ada.get(path)["card"]["title"] == "First"
    ada.good(ada.ask("PUT", path, json={"status": f"no, look {second}"}))
    town.run_jobs()
    assert ada.get(path)["card"]["title"] == "Second"
    ada.good(ada.ask("PUT", path, json={"status": "never mind"}))
    town.run_jobs()
    assert ada.get(path)["card"] is None


@pytest.mark.parametrize(
    ("path", "thing"),
    [
        ("/gone", Thing(b"", status=404)),
        ("/broken", Thing(b"", status=500)),
        ("/untitled", Thing(b"<p>no head at all</p>")),
        ("/binary", Thing(b"\x00\x01" * 500, "application/octet-stream")),
        ("/huge", Thing(b"<title>x</title>" + b" " * 2_000_000)),
        ("/inwards", Thing(b"", status=302, headers=(("location", "http://10.0.0.1/admin"),))),
        ("/round", Thing(b"", status=302, headers=(("location", "/round"),))),
        ("/strange", Thing(b"", status=302, headers=(("location", "file:///etc/passwd"),))),
    ],
)
def test_what_cannot_be_shown_leaves_the_post_without_a_card(town: Town, web: Pages, path: str, thing: Thing) -> None:
    web.things[path] = thing
    before = web.asked.count(path)
    ada = town.person("ada")
    assert card(town, ada, web.url(path)) is None
    again = web.asked.count(path)
    assert again > before
    assert card(town, ada, web.url(path)) is None
    assert web.asked.count(path) == again  # not asked again for an hour


def test_a_page_that_never_ends_is_given_up(town: Town, web: Pages) -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("content-type", "text/html")
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(b"<p>" * 10_000)
        except OSError:
            return

    web.things["/endless"] = endless
    began = time.monotonic()
    assert card(town, town.person("ada"), web.url("/endless")) is None
    assert time.monotonic() - began < 10


def test_a_bad_picture_leaves_a_card_without_one(town: Town, web: Pages) -> None:
    web.things["/bad.png"] = Thing(b"<svg onload=alert(1)>", "image/png")
    url = web.lay("/bad", '<title>Bad</title><meta property="og:image" content="/bad.png">')
    shown = card(town, town.person("ada"), url)
    assert shown["title"] == "Bad" and shown["image"] is None


def test_an_author_is_named_only_if_they_name_the_site(town: Town, web: Pages) -> None:
    ada, eve = town.people("ada", "eve")
    ada.good(ada.ask("PATCH", "/api/v1/accounts/update_credentials", json={"attribution_domains": ["127.0.0.1"]}))
    for who, is_named in ((ada, True), (eve, False)):
        creator = f'<meta name="fediverse:creator" content="@{who.name}">'
        shown = card(town, ada, web.lay(f"/by/{who.name}", HEAD % creator))
        accounts = [one["account"]["id"] for one in shown["authors"] if one["account"]]
        assert accounts == ([who.id] if is_named else [])
        assert shown["missing_attribution"] is (None if is_named else True)


def test_own_posts_pictures_and_a_switched_off_server_get_no_card(town: Town, web: Pages) -> None:
    ada = town.person("ada")
    url = web.lay("/off", "<title>Off</title>")
    own = ada.says("mine")
    assert card(town, ada, f"see {own['url']}") is None
    media = ada.good(ada.ask("POST", "/api/v2/media", files={"file": ("x.png", picture(), "image/png")}))
    assert card(town, ada, url, media_ids=[media["id"]]) is None
    town.db.set_settings(SYSTEM, {"link_previews": False})
    try:
        assert card(town, ada, url) is None
    finally:
        town.db.set_settings(SYSTEM, {"link_previews": True})
    assert web.asked.count("/off") == 0


def test_a_dead_link_is_tried_again_later_and_is_no_failed_job(town: Town, web: Pages) -> None:
    def silent(handler: BaseHTTPRequestHandler) -> None:
        handler.connection.close()

    web.things["/dead"] = silent
    assert card(town, town.person("ada"), web.url("/dead")) is None
    with town.db.read() as r:
        states = [one["state"] for one in jobs.listing(r, None, 500) if one["kind"] == "posts.fetch_card"]
    assert states == ["waiting"]
