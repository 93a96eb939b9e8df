"""Trends: hashtags, posts and links that many people use, like or share at present."""

from __future__ import annotations

from typing import Any

import msgspec

from holdfast import timelines
from holdfast.mastodon.endpoints import Call, Endpoints, Reply
from holdfast.mastodon.entities import Status, Tag, TrendsLink
from holdfast.mastodon.paging import OffsetPage
from holdfast.mastodon.rendering import array
from holdfast.mastodon.rendering.cards import card_entity
from holdfast.mastodon.tags import history_of, tag_entities

api = Endpoints()

DEFAULT, MOST = 10, 20
DEFAULT_POSTS, MOST_POSTS = 20, 40


@api.get("/api/v1/trends/tags", auth="public", params=OffsetPage, returns=list[Tag], tier=2)
def tags(call: Call, params: OffsetPage) -> Reply:
    """Hashtags that many people use at present."""
    return _tags(call, params)


@api.get("/api/v1/trends", auth="public", params=OffsetPage, returns=list[Tag])
def trends(call: Call, params: OffsetPage) -> Reply:
    """Hashtags that many people use at present (old form)."""
    return _tags(call, params)


def _tags(call: Call, params: OffsetPage) -> Reply:
    size = params.size(DEFAULT, MOST)
    found = timelines.trending_tags(call.r, size, params.offset)
    return call.offset_page(tag_entities(call, call.r, found), params.offset, len(found), size)


@api.get("/api/v1/trends/statuses", auth="public", params=OffsetPage, returns=list[Status], tier=2)
def statuses(call: Call, params: OffsetPage) -> Reply:
    """Posts that many people like at present."""
    size = params.size(DEFAULT_POSTS, MOST_POSTS)
    found = timelines.trending_posts(call.r, call.viewer, size, params.offset, now=call.db.clock.now())
    body = array(call.renderer.statuses.many(call.r, call.viewer, found, sight=call.sight))
    return call.offset_page(body, params.offset, len(found), size)


@api.get("/api/v1/trends/links", auth="public", params=OffsetPage, returns=list[TrendsLink], tier=2)
def links(call: Call, params: OffsetPage) -> Reply:
    """Pages that many people share at present."""
    size = params.size(DEFAULT, MOST)
    found = timelines.trending_links(call.r, size, params.offset)
    history = timelines.link_history(call.r, [card.id for card in found], call.db.clock.now())
    body: list[dict[str, Any]] = []
    for card in found:
        author = call.renderer.accounts.many(call.r, [card.author_id]) if card.author_id is not None else []
        entity = card_entity(call.db.base_url, card, author[0] if author else None)
        body.append(entity | {"history": history_of(history[card.id])})
    return call.offset_page(msgspec.json.encode(body), params.offset, len(found), size)
