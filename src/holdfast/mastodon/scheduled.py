"""Scheduled statuses: the caller's posts that wait for their time. ``statuses.publish`` makes them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import Struct

from holdfast import posts
from holdfast.mastodon.binding import Id
from holdfast.mastodon.endpoints import Call, Endpoints, Reply
from holdfast.mastodon.entities import ScheduledStatus
from holdfast.mastodon.paging import Page
from holdfast.mastodon.statuses import milliseconds, scheduled_entities, scheduled_entity, window

api = Endpoints()


class ById(Struct, kw_only=True):
    """The waiting post in the path."""

    id: Id


class MoveParams(ById, kw_only=True):
    """When it shall be published; without a time nothing changes."""

    scheduled_at: datetime | None = None


@api.get("/api/v1/scheduled_statuses", scopes="read:statuses", params=Page, returns=list[ScheduledStatus])
def waiting(call: Call, params: Page) -> Reply:
    """The caller's posts that wait for their time."""
    part = window(params, 20, 40)
    found = posts.scheduled_posts(call.r, call.me, part)
    return call.page(scheduled_entities(call.r, call, found), [one.id for one in found], part.limit)


@api.get("/api/v1/scheduled_statuses/{id}", scopes="read:statuses", params=ById, returns=ScheduledStatus)
def show(call: Call, params: ById) -> ScheduledStatus:
    """One of the caller's posts that wait for their time."""
    return scheduled_entity(call.r, call, params.id)


@api.put("/api/v1/scheduled_statuses/{id}", scopes="write:statuses", params=MoveParams, returns=ScheduledStatus)
async def move(call: Call, params: MoveParams) -> ScheduledStatus:
    """Give a waiting post another time, at least five minutes ahead."""
    if params.scheduled_at is not None:
        await call.write(posts.reschedule, params.id, milliseconds(params.scheduled_at))
    return await call.read(scheduled_entity, call, params.id)


@api.delete("/api/v1/scheduled_statuses/{id}", scopes="write:statuses", params=ById, returns=dict[str, Any])
async def cancel(call: Call, params: ById) -> dict[str, Any]:
    """Drop a waiting post."""
    await call.write(posts.cancel_scheduled, params.id)
    return {}
