"""Feeds for feed readers."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree

from tests.servers import NewMember, RunningServer
from tests.web.asking import ask
from tests.web.browser import Browser

Browsers = Callable[..., Browser]


def test_feeds_are_announced_well_formed_and_answered_only_when_something_is_new(
    server: RunningServer, browsers: Browsers, bo: NewMember
) -> None:
    ask(server, bo, "POST", "/api/v1/statuses", status="Fresh <bread> & butter #bakery")
    ask(server, bo, "POST", "/api/v1/statuses", status="Among friends #bakery", visibility="private")
    warned = ask(server, bo, "POST", "/api/v1/statuses", status="It burnt #bakery", spoiler_text="Oven")
    reader = browsers(server)
    for path in (f"/@{bo.name}", "/tags/bakery"):
        page = reader.open(path)
        named = [found for tag, found in page.tags if tag == "link" and found.get("rel") == "alternate"]
        assert {found["type"] for found in named} == {"application/rss+xml", "application/atom+xml"}, path
        for found in named:
            answer = reader.http.get(found["href"])
            assert answer.headers["content-type"] == f"{found['type']}; charset=utf-8"
            tree = ElementTree.fromstring(answer.content)
            assert len(tree.findall(".//item")) + len(tree.findall("{http://www.w3.org/2005/Atom}entry")) == 2
            words = "".join(tree.itertext())
            assert "Fresh &lt;bread&gt; &amp; butter" in words  # HTML inside of XML
            assert "Among friends" not in words and "It burnt" not in words and "Oven" in words
            known = {"if-none-match": answer.headers["etag"]}
            again = reader.http.get(found["href"], headers=known)
            assert again.status_code == 304 and not again.content
            since = {"if-modified-since": answer.headers["last-modified"]}
            assert reader.http.get(found["href"], headers=since).status_code == 304
            assert reader.http.get(found["href"], headers={"if-modified-since": "yesterday"}).status_code == 200
    etag = reader.http.get(f"/@{bo.name}/feed.rss").headers["etag"]
    ask(server, bo, "DELETE", f"/api/v1/statuses/{warned['id']}")
    assert reader.http.get(f"/@{bo.name}/feed.rss", headers={"if-none-match": etag}).status_code == 200
    assert reader.http.get("/@nobody_here/feed.atom").status_code == 404
