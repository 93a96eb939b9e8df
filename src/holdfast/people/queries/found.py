"""Finding accounts: by id, by handle, by what somebody types."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select

from holdfast.errors import Invalid
from holdfast.people import names
from holdfast.people.account import COLUMNS, Account, from_row
from holdfast.people.errors import AccountNotFound
from holdfast.people.queries.clauses import blocks_viewer, follows_exists, viewer_blocks
from holdfast.people.tables import accounts
from holdfast.store import Hot, Read, in_ids, starts_with

_BY_IDS = Hot(lambda: select(*COLUMNS).where(in_ids(accounts.c.id, "ids")))
_BY_LOCAL_KEYS = Hot(
    lambda: select(*COLUMNS).where(in_ids(accounts.c.username_key, "keys"), accounts.c.domain.is_(None))
)
_BY_HANDLE = Hot(
    lambda: select(*COLUMNS).where(
        accounts.c.username_key == bindparam("key"), accounts.c.domain == bindparam("domain")
    )
)
_SHORTEST_PREFIX = 1


def is_present() -> ColumnElement[bool]:
    """Neither suspended nor deleted, as a clause on ``accounts``."""
    return and_(accounts.c.suspended_at.is_(None), accounts.c.deleted_at.is_(None))


def accounts_by_ids(r: Read, ids: Iterable[int]) -> dict[int, Account]:
    """Accounts under their ids, suspended and deleted ones too; ids that nobody has are left out."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return {}
    return {row[0]: from_row(row) for row in r.fast(_BY_IDS, ids=wanted)}


def account_by_id(r: Read, account_id: int) -> Account | None:
    """One account, suspended and deleted ones too."""
    return accounts_by_ids(r, (account_id,)).get(account_id)


def account_by_handle(r: Read, name: str, domain: str | None = None) -> Account | None:
    """The account of a name (any case), of this server when there is no domain; suspended and deleted ones too."""
    key = names.username_key(name)
    rows = r.fast(_BY_LOCAL_KEYS, keys=[key]) if domain is None else r.fast(_BY_HANDLE, key=key, domain=domain)
    return from_row(rows[0]) if rows else None


def accounts_by_handles(r: Read, handles: Iterable[tuple[str, str | None]]) -> dict[tuple[str, str | None], Account]:
    """Present accounts under (case-folded name, domain); what a text's mentions need, in one query for local ones."""
    local = {names.username_key(name) for name, domain in handles if domain is None}
    found = [from_row(row) for row in r.fast(_BY_LOCAL_KEYS, keys=sorted(local))] if local else []
    for name, domain in handles:
        if domain is not None and (other := account_by_handle(r, name, domain)):
            found.append(other)
    return {(names.username_key(a.username), a.domain): a for a in found if a.is_present}


def lookup(r: Read, handle: str, local_domain: str) -> Account:
    """The present or suspended account of a handle (``name``, ``@name@domain``). Raises :class:`AccountNotFound`."""
    try:
        asked = names.parse_handle(handle, domain=local_domain)
    except Invalid as fault:
        raise AccountNotFound from fault
    found = account_by_handle(r, asked.username, asked.domain)
    if found is None or found.deleted_at is not None:
        raise AccountNotFound
    return found


def search(
    r: Read,
    viewer_id: int,
    text: str,
    *,
    limit: int = 40,
    offset: int = 0,
    following_only: bool = False,
    local_domain: str = "",
) -> list[int]:
    """Ids of accounts whose name or display name starts with the text: followed ones first, then the most followed.

    Leaves out suspended and deleted accounts and any with a block on either side; but those that the viewer blocks
    are found by their whole name: who wants to end a block has to find them.
    """
    username, _, domain = text.strip().removeprefix("@").partition("@")
    key = names.username_key(username).strip()
    if len(key) < _SHORTEST_PREFIX:
        return []
    matches = starts_with(r, accounts.c.username_key, key)
    if domain and domain.casefold() != local_domain.casefold():
        matches = and_(matches, starts_with(r, func.coalesce(accounts.c.domain, ""), domain.casefold()))
    elif domain:
        matches = and_(matches, accounts.c.domain.is_(None))
    else:
        matches = or_(matches, starts_with(r, accounts.c.display_key, key))
    followed = follows_exists(viewer_id, accounts.c.id)
    exact = accounts.c.username_key == key
    blocked = viewer_blocks(viewer_id, accounts.c.id)
    shown = or_(and_(~blocked, ~blocks_viewer(accounts.c.id, viewer_id)), and_(blocked, exact))
    statement = select(accounts.c.id).where(matches, is_present(), shown)
    if following_only:
        statement = statement.where(followed)
    ordered = statement.order_by(exact.desc(), followed.desc(), accounts.c.followers_count.desc(), accounts.c.id)
    return r.ids(ordered.limit(limit).offset(offset))


def present_count(r: Read) -> int:
    """How many present accounts this server has."""
    return int(r.value(select(func.count()).select_from(accounts).where(accounts.c.domain.is_(None), is_present())))
