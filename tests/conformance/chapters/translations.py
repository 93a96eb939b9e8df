"""Somebody reads what was written in another language."""

from __future__ import annotations

from typing import Any


def live(life: Any) -> None:
    """Posts with a warning, pictures and a poll."""
    pairs = life.stranger.get("/api/v1/instance/translation_languages")
    assert pairs["en"] == ["de"]
    for status in (life.root, life.full, life.poll):
        told = life.ada.post(f"/api/v1/statuses/{status['id']}/translate", lang="de")
        assert "[de]" in told["content"] and told["language"] == "de"
