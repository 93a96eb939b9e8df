"""Search: people, posts and hashtags."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Raw, Struct

from holdfast import people, posts, timelines
from holdfast.errors import Invalid, Unauthenticated
from holdfast.mastodon.accounts import rendered
from holdfast.mastodon.binding import Id
from holdfast.mastodon.endpoints import Call, Endpoints
from holdfast.mastodon.entities import Search, Tag
from holdfast.mastodon.rendering import array
from holdfast.mastodon.tags import tag_entities
from holdfast.store import Window

api = Endpoints()

DEFAULT, MOST = 20, 40


class SearchParams(Struct, kw_only=True):
    """What is looked for; ``resolve`` would ask other servers, of which this one does not know any yet."""

    q: str
    type: Literal["accounts", "hashtags", "statuses"] | None = None
    resolve: bool = False
    following: bool = False
    account_id: Id | None = None
    exclude_unreviewed: bool = False
    max_id: Id | None = None
    min_id: Id | None = None
    limit: int | None = None
    offset: Annotated[int, Meta(ge=0)] = 0


@api.get("/api/v2/search", auth="public-or-user", scopes="read:search", params=SearchParams, returns=Search, tier=2)
def search(call: Call, params: SearchParams) -> dict[str, Any]:
    """People, posts and hashtags."""
    return {"accounts": _accounts(call, params), "statuses": _statuses(call, params), "hashtags": _tags(call, params)}


@api.get("/api/v1/search", scopes="read:search", params=SearchParams, returns=dict[str, Any])
def search_v1(call: Call, params: SearchParams) -> dict[str, Any]:
    """People, posts and hashtags (old form: hashtags by their names alone)."""
    return {
        "accounts": _accounts(call, params),
        "statuses": _statuses(call, params),
        "hashtags": [tag.name for tag in _tags(call, params)],
    }


def _size(params: SearchParams) -> int:
    return DEFAULT if params.limit is None else max(1, min(params.limit, MOST))


def _offset(call: Call, params: SearchParams) -> int:
    if params.offset and call.viewer is None:
        raise Unauthenticated("Search queries pagination is not supported without authentication")
    return params.offset if params.type else 0


def _accounts(call: Call, params: SearchParams) -> Raw:
    if params.type not in (None, "accounts"):
        return Raw(b"[]")
    found = people.search(
        call.r,
        call.viewer or 0,
        params.q,
        limit=_size(params),
        offset=_offset(call, params),
        following_only=params.following,
        local_domain=call.db.local_domain,
    )
    return msgspec.Raw(rendered(call, found))


def _statuses(call: Call, params: SearchParams) -> Raw:
    """Posts, for members only. What is not understood is refused where posts alone are looked for."""
    if call.viewer is None or params.type not in (None, "statuses"):
        return Raw(b"[]")
    try:
        found = posts.search_posts(
            call.r,
            call.viewer,
            params.q,
            Window(max_id=params.max_id, min_id=params.min_id, limit=_size(params)),
            now=call.db.clock.now(),
            local_domain=call.db.local_domain,
            author_id=params.account_id,
            offset=_offset(call, params),
        )
    except Invalid:
        if params.type is None:
            return Raw(b"[]")
        raise
    return Raw(array(call.renderer.statuses.many(call.r, call.viewer, found, found.facts, call.sight)))


def _tags(call: Call, params: SearchParams) -> list[Tag]:
    if params.type not in (None, "hashtags"):
        return []
    now = call.db.clock.now()
    found = posts.search_tags(call.r, params.q, now, limit=_size(params), offset=_offset(call, params))
    if params.exclude_unreviewed:
        judged = timelines.verdicts(call.r, "tag")
        found = [tag for tag in found if tag.id is None or judged.get(tag.id, True)]  # nobody has to review each
    return tag_entities(call, call.r, found)
