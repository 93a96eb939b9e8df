"""Notifications: what the caller was told."""

from __future__ import annotations

from msgspec import Struct

from holdfast import notifications
from holdfast.errors import NotFound
from holdfast.mastodon.binding import Id
from holdfast.mastodon.endpoints import Call, Endpoints, Reply
from holdfast.mastodon.entities import Notification
from holdfast.mastodon.paging import Page
from holdfast.mastodon.rendering import array
from holdfast.mastodon.statuses import window

api = Endpoints()

DEFAULT, MOST = 40, 80
COUNT_DEFAULT, COUNT_MOST = 100, 1_000


class ListParams(Page, kw_only=True):
    """A page of notifications: of some kinds, without some, from one account."""

    types: list[str] = []
    exclude_types: list[str] = []
    account_id: Id | None = None
    include_filtered: bool = False
    supported_types: list[str] = []


class OneParams(Struct, kw_only=True):
    """The notification in the path."""

    id: Id
    supported_types: list[str] = []


class CountParams(Struct, kw_only=True):
    """What is counted, and where counting stops."""

    limit: int = COUNT_DEFAULT
    types: list[str] = []
    exclude_types: list[str] = []
    account_id: Id | None = None


class Count(Struct, kw_only=True):
    """How many are unread."""

    count: int


class Empty(Struct):
    """An object with nothing in it."""


@api.get("/api/v1/notifications", scopes="read:notifications", params=ListParams, returns=list[Notification], tier=1,
         is_quick=True)  # fmt: skip
def listing(call: Call, params: ListParams) -> Reply:
    """What the caller was told, the newest first."""
    part = window(params, DEFAULT, MOST)
    found = notifications.page(
        call.r,
        call.me,
        part,
        now=call.db.clock.now(),
        kinds=params.types,
        without=params.exclude_types,
        from_account_id=params.account_id,
        with_filtered=params.include_filtered,
    )
    shown = call.renderer.notifications.many(call.r, call.me, found, supported=params.supported_types, sight=call.sight)
    return call.page(array(shown), [one.id for one in found], part.limit)


@api.get("/api/v1/notifications/unread_count", scopes="read:notifications", params=CountParams, returns=Count, tier=2)
def unread_count(call: Call, params: CountParams) -> Count:
    """How many notifications are newer than the caller's marker."""
    count = notifications.unread_count(
        call.r,
        call.me,
        now=call.db.clock.now(),
        most=max(1, min(params.limit, COUNT_MOST)),
        kinds=params.types,
        without=params.exclude_types,
        from_account_id=params.account_id,
    )
    return Count(count=count)


@api.get("/api/v1/notifications/{id}", scopes="read:notifications", params=OneParams, returns=Notification, tier=2)
def show(call: Call, params: OneParams) -> bytes:
    """One notification."""
    found = notifications.one(call.r, call.me, params.id, now=call.db.clock.now())
    shown = call.renderer.notifications.many(
        call.r, call.me, [found], supported=params.supported_types, sight=call.sight
    )
    if not shown:
        raise NotFound()
    return shown[0]


@api.post("/api/v1/notifications/clear", scopes="write:notifications", returns=Empty, tier=2)
async def clear(call: Call) -> Empty:
    """Remove all notifications."""
    await call.write(notifications.clear)
    return Empty()


class ById(Struct, kw_only=True):
    """The notification in the path."""

    id: Id


@api.post("/api/v1/notifications/{id}/dismiss", scopes="write:notifications", params=ById, returns=Empty, tier=2)
async def dismiss(call: Call, params: ById) -> Empty:
    """Remove one notification."""
    await call.write(notifications.dismiss, params.id)
    return Empty()
