"""Collections: people whom members recommend."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType

from holdfast import people
from holdfast.mastodon import entities as e
from holdfast.mastodon.accounts import must_exist
from holdfast.mastodon.binding import Id
from holdfast.mastodon.endpoints import Call, Endpoints, Reply
from holdfast.mastodon.entities.base import datetime_text
from holdfast.people import Collection, CollectionChange, CollectionItem
from holdfast.posts.text import normalise_tag
from holdfast.store import Read

api = Endpoints()

DEFAULT, MOST = 40, 80


class ById(Struct, kw_only=True):
    """The collection in the path."""

    id: Id


class CreateParams(Struct, kw_only=True):
    """A new collection and whom it recommends."""

    name: str = ""
    description: str = ""
    language: str | None = None
    tag_name: str | None = None
    sensitive: bool = False
    discoverable: bool = True
    account_ids: list[Id] = []


class ChangeParams(ById, kw_only=True):
    """What a collection shall say."""

    name: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    language: str | UnsetType | None = UNSET
    tag_name: str | UnsetType | None = UNSET
    sensitive: bool | UnsetType = UNSET
    discoverable: bool | UnsetType = UNSET


class AddParams(Struct, kw_only=True):
    """The collection in the path, and who is to be recommended."""

    collection_id: Id
    account_id: Id


class ItemParams(Struct, kw_only=True):
    """An item of the collection in the path."""

    collection_id: Id
    id: Id


class OfAccountParams(Struct, kw_only=True):
    """A page of the collections of the account in the path."""

    account_id: Id
    limit: int = DEFAULT
    offset: int = 0


@api.post("/api/v1/collections", scopes="write:collections", params=CreateParams, returns=e.WrappedCollection)
async def create(call: Call, params: CreateParams) -> e.WrappedCollection:
    """Make a collection."""
    change = CollectionChange(
        name=params.name,
        description=params.description,
        language=params.language,
        tag_name=params.tag_name,
        is_sensitive=params.sensitive,
        is_discoverable=params.discoverable,
    )
    number = await call.write(people.create_collection, change, params.account_ids)
    return await call.read(_wrapped, call, number)


@api.get(
    "/api/v1/collections/{id}",
    auth="public-or-user",
    scopes="read:collections",
    params=ById,
    returns=e.CollectionWithAccounts,
)
def show(call: Call, params: ById) -> dict[str, Any]:
    """A collection and the people in it."""
    found = people.collection(call.r, call.viewer, params.id)
    items = people.collection_members(call.r, call.viewer, [found.id]).get(found.id, [])
    accounts = call.renderer.accounts.many(call.r, [item.account_id for item in items])
    return {"accounts": [msgspec.Raw(one) for one in accounts], "collection": _entity(call, found, items)}


@api.patch("/api/v1/collections/{id}", scopes="write:collections", params=ChangeParams, returns=e.WrappedCollection)
async def change(call: Call, params: ChangeParams) -> e.WrappedCollection:
    """Describe a collection anew."""
    wanted = CollectionChange(
        name=params.name,
        description=params.description,
        language=params.language,
        tag_name=params.tag_name,
        is_sensitive=params.sensitive,
        is_discoverable=params.discoverable,
    )
    await call.write(people.change_collection, params.id, wanted)
    return await call.read(_wrapped, call, params.id)


@api.delete("/api/v1/collections/{id}", scopes="write:collections", params=ById, returns=dict[str, Any])
async def delete(call: Call, params: ById) -> dict[str, Any]:
    """Delete a collection."""
    await call.write(people.delete_collection, params.id)
    return {}


@api.post(
    "/api/v1/collections/{collection_id}/items",
    scopes="write:collections",
    params=AddParams,
    returns=e.WrappedCollectionItem,
)
async def add(call: Call, params: AddParams) -> e.WrappedCollectionItem:
    """Recommend somebody."""
    item = await call.write(people.add_to_collection, params.collection_id, params.account_id)
    return e.WrappedCollectionItem(collection_item=_item(item))


@api.delete(
    "/api/v1/collections/{collection_id}/items/{id}",
    scopes="write:collections",
    params=ItemParams,
    returns=dict[str, Any],
)
async def remove(call: Call, params: ItemParams) -> dict[str, Any]:
    """Recommend somebody no longer."""
    await call.write(people.remove_from_collection, params.collection_id, params.id)
    return {}


@api.post(
    "/api/v1/collections/{collection_id}/items/{id}/revoke",
    scopes="write:collections",
    params=ItemParams,
    returns=dict[str, Any],
)
async def revoke(call: Call, params: ItemParams) -> dict[str, Any]:
    """Take oneself out of somebody's collection, for good."""
    await call.write(people.revoke_from_collection, params.collection_id, params.id)
    return {}


def made_by(call: Call, params: OfAccountParams) -> Reply:
    """The collections that an account has made."""
    must_exist(call, params.account_id)
    limit, offset = _part(params)
    found = people.collections_of(call.r, call.viewer, params.account_id, limit=limit, offset=offset)
    return _page(call, found, offset, limit)


def recommending(call: Call, params: OfAccountParams) -> Reply:
    """The collections in which an account is recommended."""
    must_exist(call, params.account_id)
    limit, offset = _part(params)
    found = people.collections_with(call.r, call.me, params.account_id, limit=limit, offset=offset)
    return _page(call, found, offset, limit)


# The documentation leaves out "accounts"; clients are met that do not.
for _prefix in ("/api/v1", "/api/v1/accounts"):
    api.get(
        f"{_prefix}/{{account_id}}/collections",
        auth="public-or-user",
        scopes="read:collections",
        params=OfAccountParams,
        returns=e.Collections,
    )(made_by)
    api.get(
        f"{_prefix}/{{account_id}}/in_collections",
        scopes="read:collections",
        params=OfAccountParams,
        returns=e.Collections,
    )(recommending)


def _part(params: OfAccountParams) -> tuple[int, int]:
    return min(max(params.limit, 1), MOST), max(params.offset, 0)


def _page(call: Call, found: Sequence[Collection], offset: int, limit: int) -> Reply:
    members = people.collection_members(call.r, call.viewer, [one.id for one in found]) if found else {}
    shown = e.Collections(collections=[_entity(call, one, members.get(one.id, [])) for one in found])
    return call.offset_page(shown, offset, len(found), limit)


def _wrapped(r: Read, call: Call, number: int) -> e.WrappedCollection:
    found = people.collection(r, call.viewer, number)
    return e.WrappedCollection(
        collection=_entity(call, found, people.collection_members(r, call.viewer, [number]).get(number, []))
    )


def _entity(call: Call, found: Collection, items: Sequence[CollectionItem]) -> e.Collection:
    base = call.db.base_url
    tag = None
    if found.tag_name:
        tag = e.ShallowTag(name=found.tag_name, url=f"{base}/tags/{normalise_tag(found.tag_name)}")
    return e.Collection(
        id=str(found.id),
        account_id=str(found.account_id),
        uri=f"{base}/collections/{found.id}",
        url=f"{base}/collections/{found.id}",
        name=found.name,
        description=f"<p>{escape(found.description)}</p>" if found.description else "",
        language=found.language,
        local=True,
        sensitive=found.is_sensitive,
        discoverable=found.is_discoverable,
        tag=tag,
        created_at=datetime_text(found.created_at),
        updated_at=datetime_text(found.updated_at),
        item_count=len(items),
        items=[_item(item) for item in items],
    )


def _item(item: CollectionItem) -> e.CollectionItem:
    return e.CollectionItem(
        id=str(item.id), account_id=str(item.account_id), state="accepted", created_at=datetime_text(item.created_at)
    )
