"""Searching posts, featuring hashtags, and being suggested whom to follow."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert

from holdfast import people, timelines
from holdfast.acting import SYSTEM
from holdfast.posts import Nothing
from holdfast.posts.tables import cards, status_cards


def live(life: Any) -> None:
    """Ada finds her post, shows a hashtag on her profile and puts a suggestion aside."""
    ada = life.ada
    assert ada.get("/api/v2/search", q="drink has:poll from:me", type="statuses")["statuses"]
    assert ada.get("/api/v1/search", q="drink")["statuses"]
    suggestions = "/api/v1/featured_tags/suggestions"
    assert [tag["name"] for tag in ada.get(suggestions)] == ["harbour"]
    made = ada.post("/api/v1/featured_tags", name="harbour")
    assert life.stranger.get(f"/api/v1/accounts/{ada.id}/featured_tags") == [made] == ada.get("/api/v1/featured_tags")
    assert ada.post("/api/v1/tags/harbour/unfeature")["featuring"] is False
    assert ada.post("/api/v1/tags/harbour/feature")["featuring"] is True
    (again,) = ada.get("/api/v1/featured_tags")
    ada.good(ada.ask("DELETE", f"/api/v1/featured_tags/{again['id']}"))
    assert ada.get("/api/v1/featured_tags") == []
    stork = life.town.person("stork")
    stork.good(stork.ask("PATCH", "/api/v1/accounts/update_credentials", json={"discoverable": True}))
    people.feature_account(life.db, SYSTEM, stork.number, is_featured=True)
    assert stork.id in [one["account"]["id"] for one in ada.get("/api/v2/suggestions")]
    assert stork.id in [one["id"] for one in ada.get("/api/v1/suggestions")]
    ada.good(ada.ask("DELETE", f"/api/v1/suggestions/{stork.id}"))
    assert ada.get("/api/v2/suggestions") == []
    trends(life)


def trends(life: Any) -> None:
    """Several people use a hashtag, like a post and share a page."""
    ada, db = life.ada, life.db
    keen = [ada, *life.town.people("keen", "keen", "keen")]
    told = [who.says("What a #regatta") for who in keen]
    for who in keen[1:]:
        who.does("favourite", told[0])
    shared = {"url": "https://paper.example/regatta", "title": "The regatta", "description": "It was windy.",
              "author_name": "Ada", "author_url": "https://paper.example/ada", "author_id": ada.number,
              "provider_name": "Paper", "provider_url": "https://paper.example", "published_at": 1_700_000_000_000,
              "image_key": "0" * 64, "image_width": 8, "image_height": 8, "blurhash": "LEHV6nWB2yk8"}  # fmt: skip
    number = db.store.ids.new()
    with db.store.transaction() as tx:
        row = {"id": number, "asked_url": shared["url"], "state": "ready", "is_unattributed": True, "fetched_at": 1}
        tx.run(insert(cards).values(row | shared))
        for status in told:
            tx.run(insert(status_cards).values(status_id=int(status["id"]), card_id=number))
    timelines.work_out(db, Nothing())
    for part in ("trends/tags", "trends"):
        assert "regatta" in [tag["name"] for tag in ada.get(f"/api/v1/{part}")]
    assert [status["id"] for status in life.stranger.get("/api/v1/trends/statuses")] == [told[0]["id"]]
    assert shared["url"] in [link["url"] for link in life.stranger.get("/api/v1/trends/links")]
    found = ada.get("/api/v1/timelines/link", url=shared["url"])
    assert [status["id"] for status in found] == [status["id"] for status in reversed(told)]
    assert ada.ask("GET", "/api/v1/timelines/link", params={"url": "https://paper.example/none"}).status_code == 404
