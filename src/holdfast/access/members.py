"""Members as they are read: the account's name and state together with how it signs in."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, func, select

from holdfast.access.errors import MemberNotFound
from holdfast.access.policies import InvalidEmail, email_key
from holdfast.access.roles import ROLES, Role
from holdfast.access.tables import members
from holdfast.languages import say
from holdfast.people.names import username_key
from holdfast.people.tables import accounts
from holdfast.store import Read


class Member(msgspec.Struct, frozen=True):
    """A member. Times are milliseconds. Not for showing as it is: it knows the password's hash."""

    account_id: int
    username: str
    email: str | None
    email_confirmed_at: int | None
    new_email: str | None
    role: str
    locale: str
    approved_at: int | None
    sign_up_reason: str
    sign_up_ip: str | None
    invite_id: int | None
    app_id: int | None
    terms_version: int | None
    disabled_at: int | None
    totp_enabled_at: int | None
    created_at: int
    last_sign_in_at: int | None
    last_active_at: int | None
    suspended_at: int | None
    deleted_at: int | None
    password_hash: str | None
    totp_secret: str | None
    totp_last_step: int | None

    def __repr__(self) -> str:
        """Who it is and no more: this may end up in a log."""
        return f"Member({self.account_id}, {self.username!r})"

    @property
    def rank(self) -> Role:
        """The role; an unknown one counts as a plain member."""
        return ROLES.get(self.role, ROLES["member"])

    @property
    def has_password(self) -> bool:
        """Whether there is a password, or passkeys alone."""
        return self.password_hash is not None

    @property
    def needs_confirmation(self) -> bool:
        """Whether an address waits for its confirmation before the member can take part."""
        return self.email is not None and self.email_confirmed_at is None

    @property
    def is_pending(self) -> bool:
        """Whether a moderator has to let them in."""
        return self.approved_at is None


_FROM_ACCOUNT = {"username", "suspended_at", "deleted_at"}
_COLUMNS = tuple((accounts if name in _FROM_ACCOUNT else members).c[name] for name in Member.__struct_fields__)


def _statement() -> Select[Any]:
    return select(*_COLUMNS).join(accounts, accounts.c.id == members.c.account_id)


def find(r: Read, account_id: int) -> Member | None:
    """The member with this account, or None."""
    row = r.first(_statement().where(members.c.account_id == account_id))
    return Member(*row) if row else None


def member(r: Read, account_id: int) -> Member:
    """The member with this account. Raises :class:`MemberNotFound`."""
    found = find(r, account_id)
    if found is None or found.deleted_at is not None:
        raise MemberNotFound()
    return found


def by_login(r: Read, login: str) -> Member | None:
    """The member who signs in with this name (with or without @) or e-mail address."""
    text = login.strip()
    if "@" in text.removeprefix("@"):
        try:
            key = email_key(text)
        except InvalidEmail:
            return None
        row = r.first(_statement().where(members.c.email_key == key))
    else:
        name = username_key(text.removeprefix("@"))
        row = r.first(_statement().where(accounts.c.username_key == name, accounts.c.domain.is_(None)))
    return Member(*row) if row and row.deleted_at is None else None


def by_name(r: Read, name: str) -> Member:
    """The member with this name. Raises :class:`MemberNotFound`."""
    found = by_login(r, f"@{name.removeprefix('@')}")
    if found is None:
        raise MemberNotFound(say("There is no member called %(name)s.", name=name))
    return found


def listing(r: Read, *, after: int = 0, most: int = 200, role: str | None = None) -> list[Member]:
    """Members in the order in which they joined, from behind an account id."""
    statement = _statement().where(members.c.account_id > after, accounts.c.deleted_at.is_(None))
    if role:
        statement = statement.where(members.c.role == role)
    return [Member(*row) for row in r.rows(statement.order_by(members.c.account_id).limit(most))]


def pending(r: Read, *, after: int = 0, most: int = 100) -> list[Member]:
    """Those who wait for a moderator's approval and have confirmed their address, first come first."""
    statement = _statement().where(_waits(), members.c.account_id > after)
    return [Member(*row) for row in r.rows(statement.order_by(members.c.account_id).limit(most))]


def pending_count(r: Read) -> int:
    """How many wait for a moderator's approval."""
    return int(r.value(select(func.count()).select_from(_statement().where(_waits()).subquery())) or 0)


def _waits() -> ColumnElement[bool]:
    confirmed = members.c.email.is_(None) | members.c.email_confirmed_at.is_not(None)
    return members.c.approved_at.is_(None) & confirmed & accounts.c.deleted_at.is_(None)


def how_many(r: Read) -> int:
    """Members who were let in."""
    return int(r.value(select(func.count()).select_from(members).where(members.c.approved_at.is_not(None))) or 0)
