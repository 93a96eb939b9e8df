"""Search: people and hashtags. Statuses cannot be searched yet and are answered with an empty list."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Raw, Struct

from holdfast import people, posts
from holdfast.errors import Unauthenticated
from holdfast.mastodon.accounts import rendered
from holdfast.mastodon.binding import Id
from holdfast.mastodon.endpoints import Call, Endpoints
from holdfast.mastodon.entities import Search, Tag
from holdfast.mastodon.tags import tag_entities

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
    """People and hashtags."""
    return {"accounts": _accounts(call, params), "statuses": [], "hashtags": _tags(call, params)}


@api.get("/api/v1/search", scopes="read:search", params=SearchParams, returns=dict[str, Any])
def search_v1(call: Call, params: SearchParams) -> dict[str, Any]:
    """People and hashtags (old form: hashtags by their names alone)."""
    return {
        "accounts": _accounts(call, params),
        "statuses": [],
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


def _tags(call: Call, params: SearchParams) -> list[Tag]:
    if params.type not in (None, "hashtags"):
        return []
    now = call.db.clock.now()
    found = posts.search_tags(call.r, params.q, now, limit=_size(params), offset=_offset(call, params))
    return tag_entities(call, call.r, found)
