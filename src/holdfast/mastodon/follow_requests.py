"""Follow requests: who asks to follow the caller."""

from __future__ import annotations

from msgspec import Struct

from holdfast import people
from holdfast.mastodon.accounts import DEFAULT, MOST, listed
from holdfast.mastodon.binding import Id
from holdfast.mastodon.endpoints import Call, Endpoints, Reply
from holdfast.mastodon.entities import Account, Relationship
from holdfast.mastodon.paging import Page
from holdfast.mastodon.relations import relationship_with
from holdfast.mastodon.statuses import window
from holdfast.people import RequestNotFound
from holdfast.store import Read

api = Endpoints()


class Requester(Struct, kw_only=True):
    """Who asked."""

    account_id: Id


@api.get("/api/v1/follow_requests", scopes="read:follows|follow", params=Page, returns=list[Account])
def waiting(call: Call, params: Page) -> Reply:
    """Who waits for the caller's answer."""
    part = window(params, DEFAULT, MOST)
    return listed(call, people.follow_requests(call.r, call.me, part), part.limit)


@api.post("/api/v1/follow_requests/{account_id}/authorize", scopes="write:follows|follow", params=Requester,
          returns=Relationship, tier=2)  # fmt: skip
async def authorize(call: Call, params: Requester) -> Relationship:
    """Let somebody follow who asked to."""
    await call.write(people.accept_request, params.account_id)
    return await relationship_with(call, params.account_id)


@api.post("/api/v1/follow_requests/{account_id}/reject", scopes="write:follows|follow", params=Requester,
          returns=Relationship, tier=2)  # fmt: skip
async def reject(call: Call, params: Requester) -> Relationship:
    """Turn a request down."""
    if not await call.read(_asks, call.me, params.account_id):
        raise RequestNotFound()
    await call.write(people.reject_request, params.account_id)
    return await relationship_with(call, params.account_id)


def _asks(r: Read, me: int, requester: int) -> bool:
    found = people.relationships(r, me, [requester], now=0, with_suspended=True)
    return bool(found) and found[0].requested_by
