"""Trends for administrators: those that nobody has decided about, too, and what is decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from holdfast import moderation, posts, timelines
from holdfast.mastodon.binding import Id
from holdfast.mastodon.endpoints import Call, Endpoints
from holdfast.mastodon.entities import AdminTag, AdminTrendsLink, Status
from holdfast.mastodon.rendering.cards import card_entity
from holdfast.mastodon.tags import history_of, tag_entities
from holdfast.posts import Card, TagFacts
from holdfast.store import Read
from holdfast.timelines import Trend

api = Endpoints()

TRENDS = "/api/v1/admin/trends"
SCOPE_READ, SCOPE_WRITE = "admin:read", "admin:write"
MOST = 100


class ById(Struct, kw_only=True):
    """The trend in the path."""

    id: Id


@api.get(f"{TRENDS}/tags", scopes=SCOPE_READ, returns=list[AdminTag], tier=4)
def tags(call: Call) -> list[dict[str, Any]]:
    """Hashtags that many people use at present, blocked ones included."""
    return _tags(call.r, call, timelines.trends_for(call.r, call.acting, timelines.TAG, MOST))


@api.get(f"{TRENDS}/statuses", scopes=SCOPE_READ, returns=list[Status], tier=4)
def statuses(call: Call) -> list[msgspec.Raw]:
    """Posts that many people like at present, blocked ones included."""
    return _statuses(call.r, call, timelines.trends_for(call.r, call.acting, timelines.STATUS, MOST))


@api.get(f"{TRENDS}/links", scopes=SCOPE_READ, returns=list[AdminTrendsLink], tier=4)
def links(call: Call) -> list[dict[str, Any]]:
    """Pages that many people share at present, blocked ones included."""
    return _links(call.r, call, timelines.trends_for(call.r, call.acting, timelines.LINK, MOST))


@api.post(f"{TRENDS}/tags/{{id}}/approve", scopes=SCOPE_WRITE, params=ById, returns=AdminTag, tier=4)
async def approve_tag(call: Call, params: ById) -> dict[str, Any]:
    """Let a hashtag trend, whatever the numbers say."""
    found: dict[str, Any] = await _judged(call, timelines.TAG, params.id, True, _tags)
    return found


@api.post(f"{TRENDS}/tags/{{id}}/reject", scopes=SCOPE_WRITE, params=ById, returns=AdminTag, tier=4)
async def reject_tag(call: Call, params: ById) -> dict[str, Any]:
    """Keep a hashtag out of the trends."""
    found: dict[str, Any] = await _judged(call, timelines.TAG, params.id, False, _tags)
    return found


@api.post(f"{TRENDS}/statuses/{{id}}/approve", scopes=SCOPE_WRITE, params=ById, returns=Status, tier=4)
async def approve_status(call: Call, params: ById) -> msgspec.Raw:
    """Let a post trend, whatever the numbers say."""
    found: msgspec.Raw = await _judged(call, timelines.STATUS, params.id, True, _statuses)
    return found


@api.post(f"{TRENDS}/statuses/{{id}}/reject", scopes=SCOPE_WRITE, params=ById, returns=Status, tier=4)
async def reject_status(call: Call, params: ById) -> msgspec.Raw:
    """Keep a post out of the trends."""
    found: msgspec.Raw = await _judged(call, timelines.STATUS, params.id, False, _statuses)
    return found


@api.post(f"{TRENDS}/links/{{id}}/approve", scopes=SCOPE_WRITE, params=ById, returns=AdminTrendsLink, tier=4)
async def approve_link(call: Call, params: ById) -> dict[str, Any]:
    """Let a page trend, whatever the numbers say."""
    found: dict[str, Any] = await _judged(call, timelines.LINK, params.id, True, _links)
    return found


@api.post(f"{TRENDS}/links/{{id}}/reject", scopes=SCOPE_WRITE, params=ById, returns=AdminTrendsLink, tier=4)
async def reject_link(call: Call, params: ById) -> dict[str, Any]:
    """Keep a page out of the trends."""
    found: dict[str, Any] = await _judged(call, timelines.LINK, params.id, False, _links)
    return found


async def _judged(call: Call, kind: str, subject_id: int, is_allowed: bool, render: Any) -> Any:
    await call.write(timelines.judge, kind, subject_id, is_allowed=is_allowed)
    trend = Trend(kind, subject_id, "", 0.0, is_allowed, None)
    found = await call.read(render, call, [trend])
    if not found:
        raise posts.NoSuchStatus()
    return found[0]


def _tags(r: Read, call: Call, found: Sequence[Trend]) -> list[dict[str, Any]]:
    known = {one.id: one for one in timelines.tags_by_ids(r, [one.subject_id for one in found])}
    there = [(one, known[one.subject_id]) for one in found if one.subject_id in known]
    entities = tag_entities(call, r, [fact for _, fact in there])
    refused = _refused(r, [fact for _, fact in there])
    return [
        msgspec.to_builtins(entity)
        | {
            "trendable": trend.is_allowed is not False,
            "usable": fact.name not in refused,
            "requires_review": trend.is_allowed is None,
        }
        for entity, (trend, fact) in zip(entities, there, strict=True)
    ]


def _refused(r: Read, found: Sequence[TagFacts]) -> set[str]:
    """The hashtags with which nobody may post."""
    wanted = {one.name for one in found}
    terms = moderation.terms(r) if found else []
    return {one.value for one in terms if one.kind == "hashtag" and one.action == "refuse"} & wanted


def _statuses(r: Read, call: Call, found: Sequence[Trend]) -> list[msgspec.Raw]:
    ids = [one.subject_id for one in found]
    return [msgspec.Raw(body) for body in call.renderer.statuses.many(r, call.me, ids)]


def _links(r: Read, call: Call, found: Sequence[Trend]) -> list[dict[str, Any]]:
    known: dict[int, Card] = {one.id: one for one in timelines.cards_by_ids(r, [one.subject_id for one in found])}
    history = timelines.link_history(r, list(known), call.db.clock.now())
    body: list[dict[str, Any]] = []
    for trend in found:
        card = known.get(trend.subject_id)
        if card is None:
            continue
        author = call.renderer.accounts.many(r, [card.author_id]) if card.author_id is not None else []
        entity = card_entity(call.db.base_url, card, author[0] if author else None)
        more = {"history": history_of(history[card.id]), "requires_review": trend.is_allowed is None}
        body.append(entity | {"id": str(card.id)} | more)
    return body
