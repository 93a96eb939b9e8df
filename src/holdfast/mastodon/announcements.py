"""Announcements: reading them, putting them aside, answering them with emoji."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from holdfast import announcements
from holdfast.mastodon.binding import Id
from holdfast.mastodon.endpoints import Call, Endpoints
from holdfast.mastodon.entities import Announcement
from holdfast.mastodon.rendering.announcements import announcement_entities

api = Endpoints()


class ById(Struct, kw_only=True):
    """The announcement in the path."""

    id: Id


class ReactionParams(ById, kw_only=True):
    """The emoji in the path."""

    name: str


@api.get("/api/v1/announcements", auth="user", returns=list[Announcement])
def listing(call: Call) -> list[Announcement]:
    """What the people who run the server have to say now; ``read`` tells what the caller has put aside."""
    found = announcements.active(call.r, call.db.clock.now())
    return announcement_entities(call.r, call.db, call.me, found)


@api.post("/api/v1/announcements/{id}/dismiss", scopes="write:accounts", params=ById, returns=dict[str, Any])
async def dismiss(call: Call, params: ById) -> dict[str, Any]:
    """Put an announcement aside."""
    await call.write(announcements.dismiss, params.id)
    return {}


@api.put(
    "/api/v1/announcements/{id}/reactions/{name}",
    scopes="write:favourites",
    params=ReactionParams,
    returns=dict[str, Any],
)
async def react(call: Call, params: ReactionParams) -> dict[str, Any]:
    """Answer with an emoji."""
    await call.write(announcements.react, params.id, params.name)
    return {}


@api.delete(
    "/api/v1/announcements/{id}/reactions/{name}",
    scopes="write:favourites",
    params=ReactionParams,
    returns=dict[str, Any],
)
async def unreact(call: Call, params: ReactionParams) -> dict[str, Any]:
    """Take an answer back."""
    await call.write(announcements.unreact, params.id, params.name)
    return {}
