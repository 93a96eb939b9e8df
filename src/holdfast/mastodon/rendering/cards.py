"""Link previews as the client API shows them."""

from __future__ import annotations

from html import escape

import msgspec

from holdfast.posts import Card


def card_entity(base_url: str, card: Card, author: bytes | None) -> dict[str, object]:
    """A link preview; ``author`` is the account of who wrote the page, encoded.

    Nothing of another site's own code is ever embedded: ``html`` and ``embed_url`` stay empty.
    """
    named = []
    if card.author_name or author is not None:
        account = None if author is None else msgspec.Raw(author)
        named.append({"name": card.author_name, "url": card.author_url, "account": account})
    return {
        "url": card.url,
        "title": escape(card.title, quote=False),
        "description": escape(card.description, quote=False),
        "type": card.kind,
        "authors": named,
        "author_name": card.author_name,
        "author_url": card.author_url,
        "provider_name": card.provider_name,
        "provider_url": card.provider_url,
        "html": "",
        "width": card.image_width,
        "height": card.image_height,
        "image": f"{base_url}/media/profile/{card.image_key}" if card.image_key else None,
        "embed_url": "",
        "blurhash": card.blurhash,
        "missing_attribution": True if card.is_unattributed else None,
        "published_at": None if card.published_at is None else str(card.published_at // 1000),  # seconds
    }
