"""The custom emoji of this server."""

from __future__ import annotations

from holdfast.mastodon.endpoints import Call, Endpoints
from holdfast.mastodon.entities import CustomEmoji
from holdfast.mastodon.rendering.emojis import emoji_entities

api = Endpoints()


@api.get("/api/v1/custom_emojis", auth="public", returns=list[CustomEmoji], tier=1)
def custom_emojis(call: Call) -> list[CustomEmoji]:
    """The emoji that can be used here, by category and name."""
    found = call.renderer.emojis.known.values()
    return emoji_entities(call.db.base_url, sorted(found, key=lambda one: (one.category or "", one.shortcode)))
