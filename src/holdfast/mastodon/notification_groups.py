"""Notifications in groups, as newer apps show them."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from holdfast import notifications
from holdfast.errors import NotFound
from holdfast.mastodon.binding import Id
from holdfast.mastodon.endpoints import Call, Endpoints, Reply
from holdfast.mastodon.entities import Account, GroupedNotificationsResults
from holdfast.mastodon.notifications import COUNT_MOST, DEFAULT, MOST, Count, CountParams, Empty
from holdfast.mastodon.paging import Page
from holdfast.mastodon.rendering import array
from holdfast.mastodon.statuses import window
from holdfast.notifications import GROUPED

api = Endpoints()


class GroupsParams(Page, kw_only=True):
    """A page of groups: of some kinds, without some, from one account; which kinds the app can group."""

    types: list[str] = []
    exclude_types: list[str] = []
    account_id: Id | None = None
    expand_accounts: Literal["full", "partial_avatars"] = "full"
    grouped_types: list[str] | UnsetType = UNSET
    include_filtered: bool = False
    supported_types: list[str] = []


class GroupParams(Struct, kw_only=True):
    """The group in the path."""

    group_key: str
    supported_types: list[str] = []


class GroupKey(Struct, kw_only=True):
    """The group in the path."""

    group_key: str


class GroupCountParams(CountParams, kw_only=True):
    """What is counted, where counting stops, and which kinds the app can group."""

    grouped_types: list[str] | UnsetType = UNSET


def _grouped(named: list[str] | UnsetType) -> frozenset[str]:
    return GROUPED if named is UNSET else GROUPED & frozenset(named)


@api.get(
    "/api/v2/notifications",
    scopes="read:notifications",
    params=GroupsParams,
    returns=GroupedNotificationsResults,
    is_quick=True,
)
def listing(call: Call, params: GroupsParams) -> Reply:
    """What the caller was told, in groups, the newest first."""
    part = window(params, DEFAULT, MOST)
    found = notifications.grouped_page(
        call.r,
        call.me,
        part,
        now=call.db.clock.now(),
        grouped=_grouped(params.grouped_types),
        kinds=params.types,
        without=params.exclude_types,
        from_account_id=params.account_id,
        with_filtered=params.include_filtered,
    )
    shown = call.renderer.notifications.groups(
        call.r,
        call.me,
        found.groups,
        supported=params.supported_types,
        is_partial=params.expand_accounts == "partial_avatars",
        sight=call.sight,
    )
    cursors = [number for number in (found.newest_id, found.oldest_id) if number is not None]
    is_onward = part.min_id is not None
    return call.page(shown, cursors, part.limit, more=found.is_full or is_onward)


@api.get(
    "/api/v2/notifications/unread_count",
    scopes="read:notifications",
    params=GroupCountParams,
    returns=Count,
)
def unread_count(call: Call, params: GroupCountParams) -> Count:
    """How many groups have something newer than the caller's marker."""
    count = notifications.unread_groups(
        call.r,
        call.me,
        now=call.db.clock.now(),
        most=max(1, min(params.limit, COUNT_MOST)),
        grouped=_grouped(params.grouped_types),
        kinds=params.types,
        without=params.exclude_types,
        from_account_id=params.account_id,
    )
    return Count(count=count)


@api.get(
    "/api/v2/notifications/{group_key}",
    scopes="read:notifications",
    params=GroupParams,
    returns=GroupedNotificationsResults,
)
def show(call: Call, params: GroupParams) -> bytes:
    """One group, with the accounts and the status that it names."""
    found = notifications.group(call.r, call.me, params.group_key, now=call.db.clock.now())
    shown = call.renderer.notifications.groups(
        call.r, call.me, [found], supported=params.supported_types, sight=call.sight
    )
    if shown.endswith(b'"notification_groups":[]}'):
        raise NotFound()
    return shown


@api.get(
    "/api/v2/notifications/{group_key}/accounts",
    scopes="read:notifications|write:notifications",
    params=GroupKey,
    returns=list[Account],
)
def accounts(call: Call, params: GroupKey) -> bytes:
    """Everybody in a group, the newest first."""
    found = notifications.accounts_of_group(call.r, call.me, params.group_key, now=call.db.clock.now())
    return array(call.renderer.accounts.many(call.r, found, call.sight))


@api.post(
    "/api/v2/notifications/{group_key}/dismiss",
    scopes="write:notifications",
    params=GroupKey,
    returns=Empty,
)
async def dismiss(call: Call, params: GroupKey) -> Empty:
    """Remove a group."""
    await call.write(notifications.dismiss_group, params.group_key)
    return Empty()
