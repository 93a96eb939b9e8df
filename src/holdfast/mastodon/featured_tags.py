"""Featured hashtags: a member's own, somebody's, and what one might feature."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from msgspec import Struct

from holdfast import posts
from holdfast.mastodon.accounts import AccountById, must_exist
from holdfast.mastodon.binding import Id
from holdfast.mastodon.endpoints import Call, Endpoints
from holdfast.mastodon.entities import FeaturedTag, Tag
from holdfast.mastodon.tags import tag_entities
from holdfast.store import Read

api = Endpoints()


class ByName(Struct, kw_only=True):
    """A hashtag to feature."""

    name: str


class ById(Struct, kw_only=True):
    """The featured hashtag in the path."""

    id: Id


def _entities(call: Call, r: Read, account_id: int) -> list[FeaturedTag]:
    return [
        FeaturedTag(
            id=str(one.id),
            name=one.tag.display_name,
            url=f"{call.db.base_url}/tags/{one.tag.name}",
            statuses_count=str(one.statuses_count),
            last_status_at=None if one.last_used_at is None else _date(one.last_used_at),
        )
        for one in posts.featured_tags(r, account_id)
    ]


def _date(milliseconds: int) -> Any:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).date().isoformat()


@api.get("/api/v1/featured_tags", scopes="read:accounts", returns=list[FeaturedTag])
def own(call: Call) -> list[FeaturedTag]:
    """The hashtags that the caller features."""
    return _entities(call, call.r, call.me)


@api.post("/api/v1/featured_tags", scopes="write:accounts", params=ByName, returns=FeaturedTag)
async def feature(call: Call, params: ByName) -> FeaturedTag:
    """Feature a hashtag."""
    name = await call.write(posts.feature_tag, params.name)

    def shown(r: Read) -> FeaturedTag:
        wanted = {one.tag.name: one.id for one in posts.featured_tags(r, call.me)}[name]
        return next(one for one in _entities(call, r, call.me) if one.id == str(wanted))

    return await call.read(shown)


@api.delete("/api/v1/featured_tags/{id}", scopes="write:accounts", params=ById, returns=dict[str, Any])
async def remove(call: Call, params: ById) -> dict[str, Any]:
    """Feature a hashtag no longer."""
    await call.write(posts.remove_featured_tag, params.id)
    return {}


@api.get("/api/v1/featured_tags/suggestions", scopes="read:accounts", returns=list[Tag])
def suggestions(call: Call) -> list[Tag]:
    """Hashtags that the caller uses often and does not feature."""
    return tag_entities(call, call.r, posts.suggested_to_feature(call.r, call.me))


@api.get("/api/v1/accounts/{id}/featured_tags", auth="public", params=AccountById, returns=list[FeaturedTag])
def of_account(call: Call, params: AccountById) -> list[FeaturedTag]:
    """The hashtags that an account features."""
    must_exist(call, params.id)
    return _entities(call, call.r, params.id)
