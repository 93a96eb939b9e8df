"""Custom emoji as the client API shows them."""

from __future__ import annotations

from collections.abc import Iterable

from holdfast.mastodon.entities import CustomEmoji
from holdfast.posts import Emoji


def emoji_entities(base: str, found: Iterable[Emoji]) -> list[CustomEmoji]:
    """The entities of emoji."""
    return [
        CustomEmoji(
            shortcode=one.shortcode,
            url=f"{base}/media/emoji/{one.image_key}",
            static_url=f"{base}/media/emoji/{one.still_key}",
            visible_in_picker=True,
            category=one.category,
        )
        for one in found
    ]
