"""Lists: the groups into which the caller sorts those whom they follow, and their timelines."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from holdfast import people
from holdfast.mastodon import entities as e
from holdfast.mastodon.accounts import DEFAULT, MOST, AccountById, Ids, listed, must_exist
from holdfast.mastodon.binding import Id
from holdfast.mastodon.endpoints import Call, Endpoints, Reply
from holdfast.mastodon.paging import Page
from holdfast.mastodon.statuses import window
from holdfast.people import AccountList, ListChange

api = Endpoints()


class ById(Struct, kw_only=True):
    """The list in the path."""

    id: Id


class CreateParams(Struct, kw_only=True):
    """A new list."""

    title: str = ""
    replies_policy: str = "list"
    exclusive: bool = False


class ChangeParams(ById, kw_only=True):
    """What a list shall be; what is left out stays as it is."""

    title: str | UnsetType = UNSET
    replies_policy: str | UnsetType = UNSET
    exclusive: bool | UnsetType = UNSET


class MembersParams(Page, kw_only=True):
    """A page of a list's members; the limit 0 asks for all of them."""

    id: Id


class AccountsParams(ById, kw_only=True):
    """Who is to be put into the list, or taken out."""

    account_ids: Ids = []


def list_entity(one: AccountList) -> e.List:
    """A list as its owner sees it."""
    return e.List(id=str(one.id), title=one.title, replies_policy=one.replies_policy, exclusive=one.is_exclusive)


@api.get("/api/v1/lists", scopes="read:lists", returns=list[e.List], tier=2)
def own(call: Call) -> list[e.List]:
    """The caller's lists."""
    return [list_entity(one) for one in people.own_lists(call.r, call.me)]


@api.get("/api/v1/lists/{id}", scopes="read:lists", params=ById, returns=e.List)
def show(call: Call, params: ById) -> e.List:
    """One of the caller's lists."""
    return list_entity(people.own_list(call.r, call.me, params.id))


@api.post("/api/v1/lists", scopes="write:lists", params=CreateParams, returns=e.List)
async def create(call: Call, params: CreateParams) -> e.List:
    """Make a list."""
    change = ListChange(title=params.title, replies_policy=params.replies_policy, is_exclusive=params.exclusive)
    return list_entity(await call.write(people.create_list, change))


@api.put("/api/v1/lists/{id}", scopes="write:lists", params=ChangeParams, returns=e.List)
async def change(call: Call, params: ChangeParams) -> e.List:
    """Name a list anew, or let it show other replies."""
    wanted = ListChange(title=params.title, replies_policy=params.replies_policy, is_exclusive=params.exclusive)
    return list_entity(await call.write(people.change_list, params.id, wanted))


@api.delete("/api/v1/lists/{id}", scopes="write:lists", params=ById, returns=dict[str, str])
async def delete(call: Call, params: ById) -> dict[str, str]:
    """Delete a list."""
    await call.write(people.delete_list, params.id)
    return {}


@api.get("/api/v1/lists/{id}/accounts", scopes="read:lists", params=MembersParams, returns=list[e.Account])
def members(call: Call, params: MembersParams) -> Reply:
    """Who is in a list."""
    part = window(params, DEFAULT, MOST)
    found = people.list_accounts(call.r, call.me, params.id, None if params.limit == 0 else part)
    return listed(call, found, part.limit if params.limit != 0 else len(found) + 1)


@api.post("/api/v1/lists/{id}/accounts", scopes="write:lists", params=AccountsParams, returns=dict[str, str])
async def add(call: Call, params: AccountsParams) -> dict[str, str]:
    """Put followed accounts into a list."""
    await call.write(people.add_to_list, params.id, params.account_ids)
    return {}


@api.delete("/api/v1/lists/{id}/accounts", scopes="write:lists", params=AccountsParams, returns=dict[str, str])
async def remove(call: Call, params: AccountsParams) -> dict[str, str]:
    """Take accounts out of a list."""
    await call.write(people.remove_from_list, params.id, params.account_ids)
    return {}


@api.get("/api/v1/accounts/{id}/lists", scopes="read:lists", params=AccountById, returns=list[e.List])
def with_account(call: Call, params: AccountById) -> list[e.List]:
    """The caller's lists in which an account is."""
    must_exist(call, params.id)
    return [list_entity(one) for one in people.lists_with(call.r, call.me, params.id)]
