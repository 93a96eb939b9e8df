"""Whom the caller lets through, and the requests in which the rest waits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from holdfast import notifications
from holdfast.mastodon.binding import Id
from holdfast.mastodon.endpoints import Call, Endpoints, Reply
from holdfast.mastodon.entities import NotificationPolicy, NotificationPolicySummary, NotificationRequest
from holdfast.mastodon.entities.base import Entity, datetime_text
from holdfast.mastodon.notifications import DEFAULT, MOST, Empty
from holdfast.mastodon.paging import Page
from holdfast.mastodon.rendering import array
from holdfast.mastodon.statuses import window
from holdfast.notifications import Choice, Request
from holdfast.store import Read

api = Endpoints()
_encode = msgspec.json.Encoder().encode

MOST_AT_ONCE = 200


class PolicyParams(Struct, kw_only=True):
    """What to do with strangers of each sort; what is not named stays."""

    for_not_following: Choice | UnsetType = UNSET
    for_not_followers: Choice | UnsetType = UNSET
    for_new_accounts: Choice | UnsetType = UNSET
    for_private_mentions: Choice | UnsetType = UNSET
    for_limited_accounts: Choice | UnsetType = UNSET


class RequestById(Struct, kw_only=True):
    """The request in the path."""

    id: Id


class RequestsById(Struct, kw_only=True):
    """Several requests."""

    id: Annotated[list[Id], Meta(min_length=1, max_length=MOST_AT_ONCE)]


class Merged(Entity, kw_only=True):
    """Whether everything that was asked back is in the list."""

    merged: bool


def _policy(r: Read, me: int, now: int) -> NotificationPolicy:
    chosen, waiting = notifications.policy(r, me), notifications.summary(r, me, now=now)
    told = NotificationPolicySummary(
        pending_requests_count=waiting.requests, pending_notifications_count=waiting.notifications
    )
    return NotificationPolicy(**chosen._asdict(), summary=told)


@api.get("/api/v2/notifications/policy", scopes="read:notifications", returns=NotificationPolicy)
def policy(call: Call) -> NotificationPolicy:
    """Whom the caller lets through, and how much waits."""
    return _policy(call.r, call.me, call.db.clock.now())


@api.patch("/api/v2/notifications/policy", scopes="write:notifications", params=PolicyParams,
           returns=NotificationPolicy)  # fmt: skip
async def change_policy(call: Call, params: PolicyParams) -> NotificationPolicy:
    """Change some of it."""
    changes = {name: choice for name, choice in msgspec.structs.asdict(params).items() if choice is not UNSET}
    await call.write(notifications.change_policy, changes)
    return await call.read(_policy, call.me, call.db.clock.now())


@api.get("/api/v1/notifications/requests", scopes="read:notifications", params=Page,
         returns=list[NotificationRequest])  # fmt: skip
def listing(call: Call, params: Page) -> Reply:
    """Accounts of which something waits, those that began last first."""
    part = window(params, DEFAULT, MOST)
    found = notifications.requests(call.r, call.me, part)
    return call.page(array(_shown(call, found)), [one.id for one in found], part.limit)


@api.get("/api/v1/notifications/requests/merged", scopes="read:notifications", returns=Merged)
def merged(call: Call) -> Merged:
    """Whether everything of accepted requests is in the list by now."""
    return Merged(merged=notifications.is_merged(call.r, call.me))


@api.get("/api/v1/notifications/requests/{id}", scopes="read:notifications", params=RequestById,
         returns=NotificationRequest)  # fmt: skip
def show(call: Call, params: RequestById) -> bytes:
    """One request."""
    return _shown(call, [notifications.request(call.r, call.me, params.id)])[0]


def _shown(call: Call, found: Sequence[Request]) -> list[bytes]:
    senders = [one.from_account_id for one in found]
    accounts = dict(zip(senders, call.renderer.accounts.many(call.r, senders, call.sight), strict=True))
    about = [one.last_status_id for one in found if one.last_status_id is not None]
    statuses = call.renderer.statuses.by_id(call.r, call.me, about, sight=call.sight)
    shown = []
    for one in found:
        entity = {
            "id": str(one.id),
            "created_at": datetime_text(one.created_at),
            "updated_at": datetime_text(one.updated_at),
            "account": msgspec.Raw(accounts[one.from_account_id]),
            "notifications_count": str(one.size),
        }
        if one.last_status_id in statuses:
            entity["last_status"] = msgspec.Raw(statuses[one.last_status_id])
        shown.append(_encode(entity))
    return shown


@api.post("/api/v1/notifications/requests/accept", scopes="write:notifications", params=RequestsById, returns=Empty)
async def accept_several(call: Call, params: RequestsById) -> Empty:
    """Let several accounts through from now on."""
    await call.write(notifications.accept_requests, params.id)
    return Empty()


@api.post("/api/v1/notifications/requests/dismiss", scopes="write:notifications", params=RequestsById, returns=Empty)
async def dismiss_several(call: Call, params: RequestsById) -> Empty:
    """Throw away what waits of several accounts."""
    await call.write(notifications.dismiss_requests, params.id)
    return Empty()


@api.post("/api/v1/notifications/requests/{id}/accept", scopes="write:notifications", params=RequestById,
          returns=Empty)  # fmt: skip
async def accept(call: Call, params: RequestById) -> Empty:
    """Let an account through from now on; what waits of it comes back."""
    await call.write(notifications.accept_requests, [params.id])
    return Empty()


@api.post("/api/v1/notifications/requests/{id}/dismiss", scopes="write:notifications", params=RequestById,
          returns=Empty)  # fmt: skip
async def dismiss(call: Call, params: RequestById) -> Empty:
    """Throw away what waits of an account."""
    await call.write(notifications.dismiss_requests, [params.id])
    return Empty()
