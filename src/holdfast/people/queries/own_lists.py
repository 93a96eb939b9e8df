"""Lists: the groups into which members sort those whom they follow. Nobody but their owner sees them."""

from __future__ import annotations

import msgspec
from sqlalchemy import ColumnElement, select

from holdfast.people.errors import ListNotFound
from holdfast.people.queries.found import is_present
from holdfast.people.queries.lists import Listed
from holdfast.people.tables import accounts, list_members, lists
from holdfast.store import Hot, Read, Window, page

_OF_READER = Hot(
    "SELECT l.id, l.replies_policy, l.is_exclusive, m.account_id FROM lists l "
    "LEFT JOIN list_members m ON m.list_id = l.id WHERE l.account_id = :me"
)


class AccountList(msgspec.Struct, frozen=True):
    """One list; ``replies_policy`` is followed, list or none."""

    id: int
    account_id: int
    title: str
    replies_policy: str
    is_exclusive: bool


class ListMembers(msgspec.Struct, frozen=True):
    """What a timeline needs to know of a list."""

    replies_policy: str
    is_exclusive: bool
    members: frozenset[int]


_COLUMNS = tuple(lists.c[name] for name in AccountList.__struct_fields__)


def _found(r: Read, *rules: ColumnElement[bool]) -> list[AccountList]:
    rows = r.rows(select(*_COLUMNS).where(*rules).order_by(lists.c.id))
    return [AccountList(row[0], row[1], row[2], row[3], bool(row[4])) for row in rows]


def own_list(r: Read, owner_id: int, list_id: int) -> AccountList:
    """A list of its owner. Raises :class:`ListNotFound`, also for lists of others."""
    found = _found(r, lists.c.id == list_id, lists.c.account_id == owner_id)
    if not found:
        raise ListNotFound()
    return found[0]


def own_lists(r: Read, owner_id: int) -> list[AccountList]:
    """All lists of an account, the oldest first."""
    return _found(r, lists.c.account_id == owner_id)


def lists_with(r: Read, owner_id: int, member_id: int) -> list[AccountList]:
    """The lists of an account in which somebody is."""
    inside = select(list_members.c.list_id).where(
        list_members.c.account_id == member_id, list_members.c.owner_id == owner_id
    )
    return _found(r, lists.c.account_id == owner_id, lists.c.id.in_(inside))


def list_accounts(r: Read, owner_id: int, list_id: int, window: Window | None) -> list[Listed]:
    """Who is in a list, the latest first; without a window everybody. Raises :class:`ListNotFound`."""
    own_list(r, owner_id, list_id)
    members = list_members.c
    statement = (
        select(members.id, members.account_id)
        .join(accounts, accounts.c.id == members.account_id)
        .where(members.list_id == list_id, is_present())
    )
    rows = r.rows(statement.order_by(members.id.desc())) if window is None else page(r, statement, members.id, window)
    return [Listed(*row) for row in rows]


def lists_of_reader(r: Read, owner_id: int) -> dict[int, ListMembers]:
    """All lists of an account with their members, in one query."""
    policies: dict[int, tuple[str, bool]] = {}
    inside: dict[int, set[int]] = {}
    for list_id, policy, is_exclusive, member in r.fast(_OF_READER, me=owner_id):
        policies[list_id] = (policy, bool(is_exclusive))
        if member is not None:
            inside.setdefault(list_id, set()).add(member)
    return {
        list_id: ListMembers(policy, is_exclusive, frozenset(inside.get(list_id, ())))
        for list_id, (policy, is_exclusive) in policies.items()
    }
