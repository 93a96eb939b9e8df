"""Searching posts, featuring hashtags, and being suggested whom to follow."""

from __future__ import annotations

from typing import Any

from holdfast import people
from holdfast.acting import SYSTEM


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
