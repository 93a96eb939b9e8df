"""Link previews over HTTP, on both engines, of pages that a real server on loopback gives."""

from __future__ import annotations

import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from holdfast import jobs
from holdfast.acting import SYSTEM
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
    url = web.lay("/popular", HEAD % "")
    for name in ("ada", "bo", "cy"):
        assert card(town, town.person(name), url)["url"] == url
    assert web.asked.count("/popular") == 1 or (web.asked.count("/popular") == 2 and len(ENGINES) == 2)


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
