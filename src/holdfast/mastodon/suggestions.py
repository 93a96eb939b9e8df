"""Suggestions: whom the caller might want to follow, and never being told again."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from holdfast import people
from holdfast.mastodon import directory
from holdfast.mastodon.binding import Id
from holdfast.mastodon.endpoints import Call, Endpoints
from holdfast.mastodon.entities import Account, Suggestion
from holdfast.mastodon.rendering import array

api = Endpoints()

DEFAULT, MOST = 40, 80
_OLD_SOURCE = {
    people.FEATURED_SOURCE: "staff",
    people.OF_FRIENDS_SOURCE: "past_interactions",
    people.MOST_FOLLOWED_SOURCE: "global",
}


class Sized(Struct, kw_only=True):
    """How many."""

    limit: int | None = None


class ByAccount(Struct, kw_only=True):
    """The account in the path."""

    account_id: Id


def _found(call: Call, params: Sized) -> list[people.Suggestion]:
    size = DEFAULT if params.limit is None else max(1, min(params.limit, MOST))
    found = people.suggestions(call.r, call.me, size, now=call.db.clock.now())
    there = directory.shown(call.r, [one.account_id for one in found])
    return [one for one in found if one.account_id in there]


@api.get("/api/v2/suggestions", scopes="read", params=Sized, returns=list[Suggestion], tier=2)
def suggestions(call: Call, params: Sized) -> bytes:
    """Accounts to follow, each with what speaks for it."""
    found = _found(call, params)
    shown = call.renderer.accounts.many(call.r, [one.account_id for one in found], call.sight)
    return array(
        [
            b'{"source":"%b","sources":%b,"account":%b}'
            % (_OLD_SOURCE[one.sources[0]].encode(), msgspec.json.encode(one.sources), account)
            for one, account in zip(found, shown, strict=True)
        ]
    )


@api.get("/api/v1/suggestions", scopes="read", params=Sized, returns=list[Account])
def suggestions_v1(call: Call, params: Sized) -> bytes:
    """Accounts to follow."""
    found = _found(call, params)
    return array(call.renderer.accounts.many(call.r, [one.account_id for one in found], call.sight))


@api.delete("/api/v1/suggestions/{account_id}", scopes="read", params=ByAccount, returns=dict[str, Any])
async def dismiss(call: Call, params: ByAccount) -> dict[str, Any]:
    """Never suggest this account again."""
    await call.write(people.dismiss_suggestion, params.account_id)
    return {}
