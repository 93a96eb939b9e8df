"""Collections: people whom somebody recommends."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import ColumnElement, Select, and_, select

from holdfast.people.errors import CollectionNotFound
from holdfast.people.queries.clauses import blocks_viewer, viewer_blocks
from holdfast.people.queries.found import is_present
from holdfast.people.tables import accounts, collection_items, collections
from holdfast.store import Read

MOST_SHOWN = 500


class Collection(msgspec.Struct, frozen=True):
    """One collection; times in milliseconds, ``description`` in plain text."""

    id: int
    account_id: int
    name: str
    description: str
    language: str | None
    tag_name: str | None
    is_sensitive: bool
    is_discoverable: bool
    created_at: int
    updated_at: int


class CollectionItem(msgspec.Struct, frozen=True):
    """One recommended account."""

    id: int
    collection_id: int
    account_id: int
    created_at: int


_COLUMNS = tuple(collections.c[name] for name in Collection.__struct_fields__)
_ITEM_COLUMNS = tuple(collection_items.c[name] for name in CollectionItem.__struct_fields__)


def _shown(viewer: int | None) -> Select[tuple[object, ...]]:
    """Collections of accounts that are there and that the viewer is not kept from."""
    joined = collections.join(accounts, accounts.c.id == collections.c.account_id)
    statement = select(*_COLUMNS).select_from(joined).where(is_present())
    if viewer is not None:
        statement = statement.where(_apart(viewer, collections.c.account_id))
    return statement


def _apart(viewer: int, account: ColumnElement[int]) -> ColumnElement[bool]:
    """Neither of the two blocks the other."""
    return and_(~blocks_viewer(account, viewer), ~viewer_blocks(viewer, account))


def collection(r: Read, viewer: int | None, collection_id: int) -> Collection:
    """One collection. Raises :class:`CollectionNotFound`, also where the owner and the viewer block each other."""
    row = r.first(_shown(viewer).where(collections.c.id == collection_id))
    if row is None:
        raise CollectionNotFound()
    return Collection(*row)


def collections_of(
    r: Read, viewer: int | None, account_id: int, *, limit: int = MOST_SHOWN, offset: int = 0
) -> list[Collection]:
    """The collections that an account has made, newest first; others see those that may be discovered."""
    statement = _shown(viewer).where(collections.c.account_id == account_id)
    if viewer != account_id:
        statement = statement.where(collections.c.is_discoverable)
    statement = statement.order_by(collections.c.id.desc()).limit(limit).offset(offset)
    return [Collection(*row) for row in r.rows(statement)]


def collections_with(r: Read, viewer: int, account_id: int, *, limit: int, offset: int = 0) -> list[Collection]:
    """The collections in which an account is recommended, newest first; others see those that may be discovered."""
    has = select(collection_items.c.collection_id).where(
        collection_items.c.account_id == account_id, collection_items.c.state == "accepted"
    )
    statement = _shown(viewer).where(collections.c.id.in_(has))
    if viewer != account_id:
        statement = statement.where(collections.c.is_discoverable)
    statement = statement.order_by(collections.c.id.desc()).limit(limit).offset(offset)
    return [Collection(*row) for row in r.rows(statement)]


def collection_members(r: Read, viewer: int | None, ids: Iterable[int]) -> dict[int, list[CollectionItem]]:
    """Who is in each collection, in the order in which they were put in; those the viewer is kept from left out."""
    joined = collection_items.join(accounts, accounts.c.id == collection_items.c.account_id)
    statement = (
        select(*_ITEM_COLUMNS)
        .select_from(joined)
        .where(collection_items.c.collection_id.in_(list(ids)), collection_items.c.state == "accepted", is_present())
        .order_by(collection_items.c.id)
    )
    if viewer is not None:
        statement = statement.where(_apart(viewer, collection_items.c.account_id))
    found: dict[int, list[CollectionItem]] = defaultdict(list)
    for row in r.rows(statement):
        item = CollectionItem(*row)
        found[item.collection_id].append(item)
    return found


def recommended(r: Read, viewer: int | None, collection_ids: Sequence[int]) -> list[int]:
    """The accounts in these collections, each once, in order."""
    found = collection_members(r, viewer, collection_ids)
    return list(dict.fromkeys(item.account_id for number in collection_ids for item in found.get(number, [])))
