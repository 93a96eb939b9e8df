"""Hashtags: one by its name, following it, those that are followed."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from holdfast import posts
from holdfast.mastodon.endpoints import Call, Endpoints, Reply
from holdfast.mastodon.entities import HistoryDay, Tag
from holdfast.mastodon.paging import Page
from holdfast.mastodon.statuses import window
from holdfast.posts import TagDay, TagFacts
from holdfast.store import Read

api = Endpoints()


class ByName(Struct, kw_only=True):
    """The hashtag in the path, without its sign."""

    name: str


def tag_entities(call: Call, r: Read, found: Sequence[TagFacts]) -> list[Tag]:
    """Hashtags with their week; and, for members, whether they follow and feature them."""
    ids = [tag.id for tag in found if tag.id is not None]
    now = call.db.clock.now()
    # A tag that nobody has used yet has a week of zeroes like any other: 0 is no tag's id.
    weeks = posts.tag_history(r, [*ids, 0], now)
    followed: set[int] = set()
    featured: set[int] = set()
    if call.viewer is not None and ids:
        followed = posts.followed_among(r, call.viewer, ids)
        featured = posts.featured_among(r, call.viewer, ids)
    entities = []
    for tag in found:
        entity = Tag(
            id=str(tag.id or 0),
            name=tag.display_name if tag.id else tag.name,
            url=f"{call.db.base_url}/tags/{tag.name}",
            history=history_of(weeks[tag.id or 0]),
        )
        if call.viewer is not None:
            entity.following = tag.id in followed
            entity.featuring = tag.id in featured
        entities.append(entity)
    return entities


def history_of(week: Sequence[TagDay]) -> list[HistoryDay]:
    """A week's use, day by day."""
    return [HistoryDay(day=str(d.day_s), uses=str(d.uses), accounts=str(d.accounts)) for d in week]


@api.get("/api/v1/tags/{name}", auth="public-or-user", params=ByName, returns=Tag, tier=2)
def show(call: Call, params: ByName) -> Tag:
    """A hashtag."""
    return _one(call.r, call, params.name)


@api.post("/api/v1/tags/{name}/follow", scopes="write:follows", params=ByName, returns=Tag, tier=2)
async def follow(call: Call, params: ByName) -> Tag:
    """Follow a hashtag."""
    return await call.read(_one, call, await call.write(posts.follow_tag, params.name))


@api.post("/api/v1/tags/{name}/unfollow", scopes="write:follows", params=ByName, returns=Tag, tier=2)
async def unfollow(call: Call, params: ByName) -> Tag:
    """Follow a hashtag no longer."""
    return await call.read(_one, call, await call.write(posts.unfollow_tag, params.name))


class ByTag(Struct, kw_only=True):
    """The hashtag in the path by its name, though the parameter is called id."""

    id: str


@api.post("/api/v1/tags/{id}/feature", scopes="write:accounts", params=ByTag, returns=Tag)
async def feature(call: Call, params: ByTag) -> Tag:
    """Feature a hashtag on the caller's profile."""
    return await call.read(_one, call, await call.write(posts.feature_tag, params.id))


@api.post("/api/v1/tags/{id}/unfeature", scopes="write:accounts", params=ByTag, returns=Tag)
async def unfeature(call: Call, params: ByTag) -> Tag:
    """Feature a hashtag no longer."""
    return await call.read(_one, call, await call.write(posts.unfeature_tag, params.id))


@api.get("/api/v1/followed_tags", scopes="read:follows", params=Page, returns=list[Tag], tier=2)
def followed(call: Call, params: Page) -> Reply:
    """The hashtags that the caller follows."""
    part = window(params, 100, 200)
    found = posts.followed_tags(call.r, call.me, part)
    body = tag_entities(call, call.r, [entry.tag for entry in found])
    return call.page(body, [entry.follow_id for entry in found], part.limit)


def _one(r: Read, call: Call, name: str) -> Tag:
    return tag_entities(call, r, [posts.tag_named(r, name)])[0]
