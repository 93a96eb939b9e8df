"""Accounts: one, several, by handle; their followers, whom they follow and feature; the directory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from msgspec import Meta, Struct

from holdfast import people
from holdfast.errors import NotFound
from holdfast.mastodon import directory
from holdfast.mastodon.binding import Id
from holdfast.mastodon.endpoints import Call, Endpoints, Reply
from holdfast.mastodon.entities import Account, FamiliarFollowers
from holdfast.mastodon.paging import OffsetPage, Page
from holdfast.mastodon.rendering import array
from holdfast.mastodon.statuses import window
from holdfast.people import Listed

api = Endpoints()

DEFAULT, MOST = 40, 80
MOST_AT_ONCE = 500
"""Ids in one question."""

Ids = Annotated[list[Id], Meta(max_length=MOST_AT_ONCE)]


class AccountById(Struct, kw_only=True):
    """The account in the path."""

    id: Id


class AccountsById(Struct, kw_only=True):
    """Several accounts."""

    id: Ids = []


class Handle(Struct, kw_only=True):
    """An account by its handle."""

    acct: str


class AccountPage(Page, kw_only=True):
    """A page of a list that belongs to an account."""

    id: Id


class SearchParams(OffsetPage, kw_only=True):
    """What somebody types to find an account."""

    q: str
    resolve: bool = False
    following: bool = False


class DirectoryParams(OffsetPage, kw_only=True):
    """A page of the directory."""

    order: Literal["active", "new"] = "active"
    local: bool = False


@api.get("/api/v1/accounts/lookup", auth="public-or-user", scopes="read:accounts", params=Handle, returns=Account,
         tier=2)  # fmt: skip
def lookup(call: Call, params: Handle) -> bytes:
    """The account of a handle."""
    found = people.lookup(call.r, params.acct, call.db.local_domain)
    return _one(call, found.id)


@api.get("/api/v1/accounts/search", scopes="read:accounts", params=SearchParams, returns=list[Account], tier=2)
def search(call: Call, params: SearchParams) -> bytes:
    """Accounts whose name begins with a text; for completing a mention, too."""
    size = params.size(DEFAULT, MOST)
    found = people.search(
        call.r,
        call.me,
        params.q,
        limit=size,
        offset=params.offset,
        following_only=params.following,
        local_domain=call.db.local_domain,
    )
    return rendered(call, found)


@api.get("/api/v1/accounts/familiar_followers", scopes="read:follows", params=AccountsById,
         returns=list[FamiliarFollowers])  # fmt: skip
def familiar_followers(call: Call, params: AccountsById) -> bytes:
    """Which of those that the caller follows follow these accounts."""
    found = people.familiar_followers(call.r, call.me, params.id)
    shown = call.renderer.accounts
    return array(
        [
            b'{"id":"%d","accounts":%b}' % (number, array(shown.many(call.r, followers)))
            for number, followers in found.items()
        ]
    )


@api.get("/api/v1/accounts/{id}", auth="public", params=AccountById, returns=Account, tier=1, is_quick=True)
def show(call: Call, params: AccountById) -> bytes:
    """An account."""
    return _one(call, params.id)


@api.get("/api/v1/accounts", auth="public", params=AccountsById, returns=list[Account])
def several(call: Call, params: AccountsById) -> bytes:
    """Several accounts at once; those that do not exist are left out."""
    return rendered(call, list(dict.fromkeys(params.id)))


@api.get("/api/v1/accounts/{id}/followers", auth="public", params=AccountPage, returns=list[Account], tier=2)
def followers(call: Call, params: AccountPage) -> Reply:
    """Who follows an account; an empty list where it keeps that to itself."""
    must_exist(call, params.id)
    part = window(params, DEFAULT, MOST)
    return listed(call, people.followers(call.r, call.viewer, params.id, part), part.limit)


@api.get("/api/v1/accounts/{id}/following", auth="public", params=AccountPage, returns=list[Account], tier=2)
def following(call: Call, params: AccountPage) -> Reply:
    """Whom an account follows; an empty list where it keeps that to itself."""
    must_exist(call, params.id)
    part = window(params, DEFAULT, MOST)
    return listed(call, people.following(call.r, call.viewer, params.id, part), part.limit)


@api.get("/api/v1/accounts/{id}/endorsements", auth="public", params=AccountPage, returns=list[Account])
def endorsements(call: Call, params: AccountPage) -> Reply:
    """Whom an account features on its profile."""
    must_exist(call, params.id)
    part = window(params, DEFAULT, MOST)
    return listed(call, people.endorsements_of(call.r, call.viewer, params.id, part), part.limit)


@api.get("/api/v1/directory", auth="public", params=DirectoryParams, returns=list[Account])
def browse(call: Call, params: DirectoryParams) -> bytes:
    """Accounts that want to be found, by activity or by age."""
    found = directory.discoverable(
        call.r,
        call.viewer,
        call.db.clock.now(),
        newest_first=params.order == "new",
        local_only=params.local,
        limit=params.size(DEFAULT, MOST),
        offset=params.offset,
    )
    return array(call.renderer.accounts.many(call.r, found, call.sight))


def must_exist(call: Call, account_id: int) -> None:
    """Raise :class:`NotFound` for accounts that are not there, are deleted, or wait for their approval."""
    known, sight = call.renderer.accounts.found, call.sight
    kept = known.newest(account_id)
    if kept is not None and sight.holds(kept[0], account_id):
        return
    if not directory.shown(call.r, [account_id], viewer=call.viewer):
        raise NotFound()
    if account_id != call.viewer:  # who waits for approval is there for itself alone
        known.put(account_id, sight.number, True, 0)


def listed(call: Call, found: Sequence[Listed], limit: int) -> Reply:
    """A page of accounts with its Link header."""
    body = array(call.renderer.accounts.many(call.r, [entry.account_id for entry in found], call.sight))
    return call.page(body, [entry.cursor for entry in found], limit)


def rendered(call: Call, ids: Sequence[int]) -> bytes:
    """Those of the accounts that may be shown, in order."""
    there = directory.shown(call.r, ids, viewer=call.viewer)
    return array(call.renderer.accounts.many(call.r, [number for number in ids if number in there], call.sight))


def _one(call: Call, account_id: int) -> bytes:
    must_exist(call, account_id)
    return call.renderer.accounts.one(call.r, account_id, call.sight)
