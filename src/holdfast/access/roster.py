"""Accounts as the team sees them: how they sign in, where from, and how they stand."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, and_, or_, select

from holdfast.access import policies
from holdfast.access.errors import MemberNotFound, NotPermitted
from holdfast.access.policies import InvalidEmail
from holdfast.access.roles import ROLES
from holdfast.access.tables import invites, members, sessions, tokens
from holdfast.acting import Acting
from holdfast.people.names import username_key
from holdfast.people.tables import accounts
from holdfast.store import DAY, Read, Window, page, starts_with

READ = "accounts.read"
STAFF = tuple(name for name, role in ROLES.items() if "cases.read" in role.permissions)
MOST_IPS = 20  # of each account
MOST_SEEN = 50_000  # addresses that are compared with a network


class Entry(msgspec.Struct, frozen=True):
    """An account, and how it signs in where it is a member's. Times in milliseconds."""

    id: int
    username: str
    domain: str | None
    created_at: int
    suspended_at: int | None
    limited_at: int | None
    posting_frozen_at: int | None
    sensitized_at: int | None
    deleted_at: int | None
    email: str | None
    email_confirmed_at: int | None
    locale: str | None
    sign_up_reason: str | None
    sign_up_ip: str | None
    role: str | None
    approved_at: int | None
    disabled_at: int | None
    app_id: int | None
    invited_by: int | None


class SeenAt(msgspec.Struct, frozen=True):
    """An address that somebody used, and when last (milliseconds)."""

    ip: str
    used_at: int


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Which accounts; a field that is None asks for nothing."""

    is_local: bool | None = None
    status: str | None = None  # active, pending, disabled, silenced, suspended, sensitized
    is_staff: bool = False
    ranks: tuple[int, ...] = ()
    invited_by: int | None = None
    username: str | None = None
    display_name: str | None = None
    domain: str | None = None
    email: str | None = None
    ip: str | None = None


_OF_ACCOUNT = Entry.__struct_fields__[:9]
_OF_MEMBER = Entry.__struct_fields__[9:-1]
_COLUMNS = (
    *(accounts.c[name] for name in _OF_ACCOUNT),
    *(members.c[name] for name in _OF_MEMBER),
    invites.c.created_by,
)
_PRESENT = accounts.c.suspended_at.is_(None)
_STATES: dict[str, ColumnElement[bool]] = {
    "active": and_(_PRESENT, members.c.disabled_at.is_(None), members.c.approved_at.is_not(None)),
    "pending": and_(members.c.account_id.is_not(None), members.c.approved_at.is_(None)),
    "disabled": or_(members.c.disabled_at.is_not(None), accounts.c.posting_frozen_at.is_not(None)),
    "silenced": accounts.c.limited_at.is_not(None),
    "suspended": accounts.c.suspended_at.is_not(None),
    "sensitized": accounts.c.sensitized_at.is_not(None),
}


def roster(r: Read, acting: Acting, asked: Asked, window: Window) -> list[Entry]:
    """Accounts, the newest first. Raises :class:`NotPermitted`, :class:`Invalid` for what is no address."""
    _may(acting)
    statement = _statement().where(accounts.c.deleted_at.is_(None), *_clauses(r, asked))
    return [Entry(*row) for row in page(r, statement, accounts.c.id, window)]


def roster_entry(r: Read, acting: Acting, account_id: int) -> Entry:
    """One account, deleted ones too. Raises :class:`NotPermitted`, :class:`MemberNotFound`."""
    _may(acting)
    found = roster_entries(r, [account_id])
    if not found:
        raise MemberNotFound()
    return found[account_id]


def roster_entries(r: Read, ids: Sequence[int]) -> dict[int, Entry]:
    """Accounts under their ids, whoever asks."""
    if not ids:
        return {}
    return {row[0]: Entry(*row) for row in r.rows(_statement().where(accounts.c.id.in_(list(ids))))}


def seen_at(r: Read, ids: Sequence[int]) -> dict[int, list[SeenAt]]:
    """The addresses that members used lately, under their accounts, the latest first."""
    latest: dict[int, dict[str, int]] = {number: {} for number in ids}
    for account_id, ip, used_at in _seen(r, list(ids)):
        known = latest[account_id]
        known[ip] = max(known.get(ip, 0), used_at)
    return {
        number: [SeenAt(ip, at) for ip, at in sorted(known.items(), key=lambda one: -one[1])[:MOST_IPS]]
        for number, known in latest.items()
    }


def _seen(r: Read, ids: list[int]) -> list[tuple[int, str, int]]:
    found = [*r.rows(select(sessions.c.account_id, sessions.c.ip, sessions.c.last_used_at).where(
        sessions.c.account_id.in_(ids)
    ))]  # fmt: skip
    found += r.rows(
        select(tokens.c.account_id, tokens.c.last_ip, tokens.c.last_used_at).where(
            tokens.c.account_id.in_(ids), tokens.c.last_ip.is_not(None), tokens.c.last_used_at.is_not(None)
        )
    )
    found += r.rows(
        select(members.c.account_id, members.c.sign_up_ip, members.c.created_at).where(
            members.c.account_id.in_(ids), members.c.sign_up_ip.is_not(None)
        )
    )
    return [(row[0], row[1], row[2]) for row in found if row[1]]


def sign_ups_by_day(r: Read, domain: str, now: int, days: int) -> list[int]:
    """How many joined with an address of a provider on each of the last days, today first."""
    today = now // DAY
    first = (today - days + 1) * DAY
    rows = r.rows(
        select(members.c.created_at).where(members.c.created_at >= first, members.c.email_key.endswith(f"@{domain}"))
    )
    found = [row[0] // DAY for row in rows]
    return [found.count(today - number) for number in range(days)]


def _statement() -> Select[Any]:
    return (
        select(*_COLUMNS)
        .select_from(accounts)
        .outerjoin(members, members.c.account_id == accounts.c.id)
        .outerjoin(invites, invites.c.id == members.c.invite_id)
    )


def _clauses(r: Read, asked: Asked) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.is_local is not None:
        found.append(accounts.c.domain.is_(None) if asked.is_local else accounts.c.domain.is_not(None))
    if asked.status is not None:
        found.append(_STATES[asked.status])
    if asked.is_staff:
        found.append(members.c.role.in_(STAFF))
    if asked.ranks:
        found.append(members.c.role.in_([name for name, role in ROLES.items() if role.rank in asked.ranks]))
    if asked.invited_by is not None:
        found.append(invites.c.created_by == asked.invited_by)
    if asked.username:
        found.append(starts_with(r, accounts.c.username_key, username_key(asked.username)))
    if asked.display_name:
        found.append(starts_with(r, accounts.c.display_key, asked.display_name.casefold()))
    if asked.domain:
        found.append(accounts.c.domain == asked.domain.lower())
    if asked.email:
        found.append(_with_email(r, asked.email))
    if asked.ip:
        found.append(accounts.c.id.in_(_used(r, asked.ip)))
    return found


def _with_email(r: Read, text: str) -> ColumnElement[bool]:
    """An address in full, or how it begins."""
    try:
        return members.c.email_key == policies.email_key(policies.normalise_email(text))
    except InvalidEmail:
        return starts_with(r, members.c.email_key, text.strip().lower())


def _used(r: Read, network: str) -> list[int]:
    """Who used an address of a network lately, or signed up from it."""
    wanted = policies.parse_ip_range(network)
    seen = [
        *r.rows(select(sessions.c.account_id, sessions.c.ip).distinct().limit(MOST_SEEN)),
        *r.rows(select(tokens.c.account_id, tokens.c.last_ip).where(tokens.c.last_ip.is_not(None)).limit(MOST_SEEN)),
        *r.rows(select(members.c.account_id, members.c.sign_up_ip).where(members.c.sign_up_ip.is_not(None))),
    ]
    return sorted({row[0] for row in seen if row[0] is not None and _is_in(row[1], wanted)})


def _is_in(written: str, wanted: Any) -> bool:
    try:
        return ip_address(written) in wanted
    except ValueError:
        return False  # a socket file, or a test client


def _may(acting: Acting) -> None:
    if not acting.may(READ):
        raise NotPermitted()
