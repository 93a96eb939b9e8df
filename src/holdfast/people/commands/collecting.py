"""Collections: recommending people to others; whoever is recommended can withdraw from it for good."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType
from sqlalchemy import delete, func, insert, select, update

from holdfast.acting import SYSTEM, Acting
from holdfast.errors import Invalid, NotFound
from holdfast.languages import say
from holdfast.people.account import Account
from holdfast.people.commands.parties import acting_account
from holdfast.people.errors import CannotCollect, NotInCollection, NotYourCollection
from holdfast.people.events import AccountDeleted, CollectionChanged, CollectionItemAdded, CollectionItemRemoved
from holdfast.people.queries.clauses import blocks_viewer, viewer_blocks
from holdfast.people.queries.collections import Collection, CollectionItem, collection
from holdfast.people.queries.found import account_by_id
from holdfast.people.tables import collection_items, collections
from holdfast.store import Read
from holdfast.writes import Ability, Database, Write

LONGEST_NAME, LONGEST_DESCRIPTION = 40, 100  # characters
MOST_COLLECTIONS, MOST_ITEMS = 10, 25
_TAG = re.compile(r"[#＃]?(\w{1,100})")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class ItemNotFound(NotFound):
    """Record not found"""

    key = "collection_item_not_found"


class CollectionChange(msgspec.Struct, frozen=True, kw_only=True):
    """What a collection shall say; what is left out stays as it is."""

    name: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    language: str | UnsetType | None = UNSET
    tag_name: str | UnsetType | None = UNSET
    is_sensitive: bool | UnsetType = UNSET
    is_discoverable: bool | UnsetType = UNSET


def create_collection(db: Database, acting: Acting, change: CollectionChange, account_ids: Sequence[int] = ()) -> int:
    """Make a collection of these people; its id.

    Raises :class:`Invalid` with the field, :class:`CannotCollect` for somebody who cannot be recommended.
    """
    with db.write(acting, Ability.PROFILE) as w:
        owner = _owner(w)
        already = w.value(select(func.count()).where(collections.c.account_id == owner.id))
        if already >= MOST_COLLECTIONS:
            raise Invalid.field(
                "name", "ERR_TOO_MANY", say("You can have up to %(most)s collections", most=MOST_COLLECTIONS)
            )
        empty = {"name": "", "description": "", "language": None, "tag_name": None}
        row: dict[str, Any] = empty | {"is_sensitive": False, "is_discoverable": True} | _checked(change)
        if not row["name"]:
            raise Invalid.field("name", "ERR_BLANK", say("A collection needs a name"))
        number = w.new_id()
        row |= {"id": number, "account_id": owner.id, "created_at": w.now, "updated_at": w.now}
        w.run(insert(collections).values(row))
        w.record(CollectionChanged(collection_id=number, account_id=owner.id))
        for target_id in dict.fromkeys(account_ids):
            _add(w, owner, number, target_id)
        return number


def change_collection(db: Database, acting: Acting, collection_id: int, change: CollectionChange) -> None:
    """Describe a collection anew. Raises :class:`CollectionNotFound`, :class:`NotYourCollection`, :class:`Invalid`."""
    with db.write(acting, Ability.PROFILE) as w:
        found = _own(w, collection_id)
        values = _checked(change)
        if values.get("name") == "":
            raise Invalid.field("name", "ERR_BLANK", say("A collection needs a name"))
        if values:
            changed = update(collections).where(collections.c.id == found.id)
            w.run(changed.values(values | {"updated_at": w.now}))
            w.record(CollectionChanged(collection_id=found.id, account_id=found.account_id))


def delete_collection(db: Database, acting: Acting, collection_id: int) -> None:
    """Delete a collection. Raises :class:`CollectionNotFound`, :class:`NotYourCollection`."""
    with db.write(acting, Ability.PROFILE) as w:
        _delete(w, _own(w, collection_id))


def add_to_collection(db: Database, acting: Acting, collection_id: int, target_id: int) -> CollectionItem:
    """Put somebody into a collection. Already there: nothing happens.

    Raises :class:`CollectionNotFound`, :class:`NotYourCollection`, :class:`CannotCollect`.
    """
    with db.write(acting, Ability.PROFILE) as w:
        found = _own(w, collection_id)
        return _add(w, _owner(w), found.id, target_id)


def remove_from_collection(db: Database, acting: Acting, collection_id: int, item_id: int) -> None:
    """Take somebody out. Raises :class:`CollectionNotFound`, :class:`NotYourCollection`, :class:`ItemNotFound`."""
    with db.write(acting, Ability.PROFILE) as w:
        found, item = _own(w, collection_id), _item(w, collection_id, item_id)
        w.run(delete(collection_items).where(collection_items.c.id == item.id))
        event = CollectionItemRemoved(collection_id=found.id, account_id=found.account_id, target_id=item.account_id)
        w.record(event)


def revoke_from_collection(db: Database, acting: Acting, collection_id: int, item_id: int) -> None:
    """Take oneself out of somebody's collection, so that one cannot be put back.

    Raises :class:`CollectionNotFound`, :class:`NotInCollection`.
    """
    with db.write(acting, Ability.PROFILE) as w:
        found = collection(w, None, collection_id)
        try:
            item = _item(w, collection_id, item_id)
        except ItemNotFound as fault:
            raise NotInCollection() from fault
        if item.account_id != acting.known_id:
            raise NotInCollection()
        w.run(update(collection_items).where(collection_items.c.id == item.id).values(state="revoked"))
        w.record(
            CollectionItemRemoved(
                collection_id=found.id, account_id=found.account_id, target_id=item.account_id, is_revoked=True
            )
        )


def forget_collections(db: Database, event: AccountDeleted) -> None:
    """Delete what a deleted account recommended, and take it out of others' collections."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        mine = select(collections.c.id).where(collections.c.account_id == event.account_id)
        for number in w.ids(mine):
            _delete(w, Collection(number, event.account_id, "", "", None, None, False, False, 0, 0))
        w.run(delete(collection_items).where(collection_items.c.account_id == event.account_id))


def _owner(w: Write) -> Account:
    w.serialise(w.acting.known_id)
    return acting_account(account_by_id(w, w.acting.known_id))


def _own(w: Write, collection_id: int) -> Collection:
    owner = _owner(w)
    found = collection(w, owner.id, collection_id)
    if found.account_id != owner.id:
        raise NotYourCollection()
    return found


def _delete(w: Write, found: Collection) -> None:
    w.run(delete(collection_items).where(collection_items.c.collection_id == found.id))
    w.run(delete(collections).where(collections.c.id == found.id))
    w.record(
        CollectionChanged(collection_id=found.id, account_id=found.account_id, is_deleted=True), owner=found.account_id
    )


def _item(r: Read, collection_id: int, item_id: int) -> CollectionItem:
    items = collection_items.c
    row = r.first(
        select(items.id, items.collection_id, items.account_id, items.created_at).where(
            items.id == item_id, items.collection_id == collection_id, items.state == "accepted"
        )
    )
    if row is None:
        raise ItemNotFound()
    return CollectionItem(*row)


def _add(w: Write, owner: Account, collection_id: int, target_id: int) -> CollectionItem:
    items = collection_items.c
    of_target = (items.collection_id == collection_id) & (items.account_id == target_id)
    present = w.first(select(items.id, items.created_at, items.state).where(of_target))
    if present is not None and present.state == "accepted":
        return CollectionItem(present.id, collection_id, target_id, present.created_at)
    if present is not None:
        raise CannotCollect.field(
            "account_id", "ERR_INVALID", say("This account does not want to be in your collection")
        )
    _may_collect(w, owner, target_id)
    if w.value(select(func.count()).where(items.collection_id == collection_id)) >= MOST_ITEMS:
        raise CannotCollect.field(
            "account_id", "ERR_TOO_MANY", say("A collection holds up to %(most)s accounts", most=MOST_ITEMS)
        )
    item = CollectionItem(w.new_id(), collection_id, target_id, w.now)
    w.run(insert(collection_items).values(msgspec.structs.asdict(item) | {"state": "accepted"}))
    w.run(update(collections).where(collections.c.id == collection_id).values(updated_at=w.now))
    w.record(CollectionItemAdded(collection_id=collection_id, account_id=owner.id, target_id=target_id))
    return item


def _may_collect(w: Write, owner: Account, target_id: int) -> None:
    """Raise :class:`CannotCollect` unless the account is there, may be discovered, and neither blocks the other."""
    target = account_by_id(w, target_id)
    apart = blocks_viewer(target_id, owner.id) | viewer_blocks(owner.id, target_id)
    if target is None or not target.is_present or w.value(select(apart)):
        raise CannotCollect.field("account_id", "ERR_INVALID", say("There is no such account that you could recommend"))
    if not may_be_collected(owner.id, target):
        raise CannotCollect.field("account_id", "ERR_INVALID", say("This account does not want to be discovered"))


def may_be_collected(viewer: int | None, target: Account) -> bool:
    """Whether somebody may put an account into a collection: it wants to be discovered, or is their own."""
    return target.is_discoverable is True or target.id == viewer


def _checked(change: CollectionChange) -> dict[str, Any]:
    """The new values of the columns. Raises :class:`Invalid` with the field."""
    given = {name: value for name in change.__struct_fields__ if (value := getattr(change, name)) is not UNSET}
    for name, longest in (("name", LONGEST_NAME), ("description", LONGEST_DESCRIPTION)):
        if name in given:
            given[name] = given[name].strip()
            if len(given[name]) > longest:
                raise Invalid.field(
                    name,
                    "ERR_TOO_LONG",
                    say("%(name)s is too long (at most %(longest)s)", name=name.capitalize(), longest=longest),
                )
    if given.get("tag_name"):
        found = _TAG.fullmatch(given["tag_name"].strip())
        if found is None or found[1].isdigit():
            raise Invalid.field("tag_name", "ERR_INVALID", say("This is not a hashtag"))
        given["tag_name"] = found[1]
    if given.get("language") and not _LANGUAGE.fullmatch(given["language"]):
        raise Invalid.field("language", "ERR_INVALID", say("This is not a language's code"))
    return {name: (value or None) if name in ("tag_name", "language") else value for name, value in given.items()}
