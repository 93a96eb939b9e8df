"""Lists: sorting those whom one follows into groups, each with a timeline of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType
from sqlalchemy import delete, func, insert, select, update

from holdfast.acting import Acting
from holdfast.errors import Invalid
from holdfast.languages import say
from holdfast.people import policy
from holdfast.people.commands.parties import acting_account, touch
from holdfast.people.errors import NotFollowedForList
from holdfast.people.events import ListChanged
from holdfast.people.queries.found import account_by_id
from holdfast.people.queries.own_lists import AccountList, own_list
from holdfast.people.tables import follows, list_members, lists
from holdfast.writes import Ability, Database, Write

MOST_LISTS = 50
MOST_MEMBERS = 1_000
LONGEST_TITLE = 255  # characters
REPLIES_POLICIES = frozenset({"followed", "list", "none"})


class ListChange(msgspec.Struct, frozen=True, kw_only=True):
    """What a list shall be; what is left out stays as it is."""

    title: str | UnsetType = UNSET
    replies_policy: str | UnsetType = UNSET
    is_exclusive: bool | UnsetType = UNSET


def create_list(db: Database, acting: Acting, change: ListChange) -> AccountList:
    """Make a list; replies are shown to members of it unless said otherwise. Raises :class:`Invalid`."""
    values: dict[str, Any] = {"replies_policy": "list", "is_exclusive": False} | _checked(change)
    if "title" not in values:
        raise _blank()
    with db.write(acting, Ability.RELATIONS) as w:
        owner_id = _owner(w)
        if w.value(select(func.count()).where(lists.c.account_id == owner_id)) >= MOST_LISTS:
            raise Invalid.field("title", "ERR_TOO_MANY", say("You can have up to %(most)s lists", most=MOST_LISTS))
        number = w.new_id()
        row = values | {"id": number, "account_id": owner_id, "created_at": w.now}
        w.run(insert(lists).values(row))
        _record(w, number, owner_id)
        return own_list(w, owner_id, number)


def change_list(db: Database, acting: Acting, list_id: int, change: ListChange) -> AccountList:
    """Name a list anew, or let it show other replies. Raises :class:`ListNotFound`, :class:`Invalid`."""
    values = _checked(change)
    with db.write(acting, Ability.RELATIONS) as w:
        found = own_list(w, _owner(w), list_id)
        if values:
            w.run(update(lists).where(lists.c.id == found.id).values(values))
            _record(w, found.id, found.account_id)
        return own_list(w, found.account_id, list_id)


def delete_list(db: Database, acting: Acting, list_id: int) -> None:
    """Delete a list; whoever is in it stays followed. Raises :class:`ListNotFound`."""
    with db.write(acting, Ability.RELATIONS) as w:
        found = own_list(w, _owner(w), list_id)
        w.run(delete(list_members).where(list_members.c.list_id == found.id))
        w.run(delete(lists).where(lists.c.id == found.id))
        touch(w, found.account_id)
        w.record(ListChanged(list_id=found.id, account_id=found.account_id, is_deleted=True))


def add_to_list(db: Database, acting: Acting, list_id: int, account_ids: Sequence[int]) -> None:
    """Put followed accounts (or oneself) into a list, all of them or none.

    Raises :class:`ListNotFound`, :class:`NotFollowedForList`, :class:`Invalid` for somebody who is in it already and
    for more than it holds.
    """
    wanted = list(dict.fromkeys(account_ids))
    with db.write(acting, Ability.RELATIONS) as w:
        found = own_list(w, _owner(w), list_id)
        follow = follows.c
        asked = select(follow.target_id).where(follow.account_id == found.account_id, follow.target_id.in_(wanted))
        followed = set(w.ids(asked))
        if set(wanted) - followed - {found.account_id}:
            raise NotFollowedForList()
        inside = set(w.ids(select(list_members.c.account_id).where(list_members.c.list_id == found.id)))
        if inside & set(wanted):
            raise Invalid.field("account_ids", "ERR_TAKEN", say("This account is in the list already"))
        if len(inside) + len(wanted) > MOST_MEMBERS:
            raise Invalid.field(
                "account_ids", "ERR_TOO_MANY", say("A list holds up to %(most)s accounts", most=MOST_MEMBERS)
            )
        if not wanted:
            return
        keys = {"list_id": found.id, "owner_id": found.account_id, "created_at": w.now}
        for account_id in wanted:
            w.run(insert(list_members).values(keys | {"id": w.new_id(), "account_id": account_id}))
        _record(w, found.id, found.account_id)


def remove_from_list(db: Database, acting: Acting, list_id: int, account_ids: Sequence[int]) -> None:
    """Take accounts out of a list; those who are not in it make no difference. Raises :class:`ListNotFound`."""
    with db.write(acting, Ability.RELATIONS) as w:
        found = own_list(w, _owner(w), list_id)
        members = list_members.c
        gone = delete(list_members).where(members.list_id == found.id, members.account_id.in_(list(account_ids)))
        if account_ids and w.run(gone):
            _record(w, found.id, found.account_id)


def _owner(w: Write) -> int:
    w.serialise(w.acting.known_id)
    return acting_account(account_by_id(w, w.acting.known_id)).id


def _record(w: Write, list_id: int, owner_id: int) -> None:
    touch(w, owner_id)
    w.record(ListChanged(list_id=list_id, account_id=owner_id))


def _checked(change: ListChange) -> dict[str, Any]:
    values = {name: value for name, value in msgspec.structs.asdict(change).items() if value is not UNSET}
    if "title" in values:
        values["title"] = values["title"].strip()
        if not values["title"]:
            raise _blank()
        if len(values["title"]) > LONGEST_TITLE:
            raise Invalid.field(
                "title", "ERR_TOO_LONG", say("The title is too long (at most %(most)s characters)", most=LONGEST_TITLE)
            )
    if "replies_policy" in values:
        policy.check_choice("replies_policy", values["replies_policy"], REPLIES_POLICIES)
    return values


def _blank() -> Invalid:
    return Invalid.field("title", "ERR_BLANK", say("A list needs a title"))
