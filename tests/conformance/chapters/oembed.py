"""Another site quotes a post."""

from __future__ import annotations

from typing import Any


def live(life: Any) -> None:
    """A page asks for Bo's post."""
    told = life.stranger.get("/api/oembed", url=life.root["url"], maxwidth=500, maxheight=300)
    assert life.root["url"] in told["html"] and (told["width"], told["height"]) == (500, 300)
