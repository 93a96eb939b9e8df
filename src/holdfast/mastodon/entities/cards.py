"""Link previews."""

from __future__ import annotations

from typing import Annotated

from holdfast.mastodon.entities.accounts import Account
from holdfast.mastodon.entities.base import Entity, HistoryDay, one_of


class PreviewCardAuthor(Entity, kw_only=True):
    """Who wrote the page behind a link."""

    name: str
    url: str
    account: Account | None


class PreviewCard(Entity, kw_only=True):
    """What a linked page says about itself."""

    url: str
    title: str
    description: str
    type: Annotated[str, one_of("link", "photo", "video", "rich")]
    authors: list[PreviewCardAuthor]
    author_name: str
    author_url: str
    provider_name: str
    provider_url: str
    html: str
    width: int
    height: int
    image: str | None
    embed_url: str
    blurhash: str | None
    missing_attribution: bool | None
    published_at: str | None


class TrendsLink(PreviewCard, kw_only=True):
    """A link that many people share."""

    history: list[HistoryDay]


class OEmbed(Entity, kw_only=True):
    """A status ready to be embedded in another site's page."""

    type: str
    version: str
    title: str
    author_name: str
    author_url: str
    provider_name: str
    provider_url: str
    cache_age: int
    html: str
    width: int
    height: int | None
