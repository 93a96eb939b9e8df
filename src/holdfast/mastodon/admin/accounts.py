"""Accounts for administrators: found by what they are, shown with how they sign in, let in or turned down."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from holdfast import access
from holdfast.access import roster
from holdfast.access.roster import Asked
from holdfast.errors import Refused
from holdfast.mastodon.admin.rendering import account_entities, one_account
from holdfast.mastodon.binding import Id
from holdfast.mastodon.endpoints import Call, Endpoints, Reply
from holdfast.mastodon.entities import AdminAccount
from holdfast.mastodon.paging import Page
from holdfast.mastodon.statuses import window
from holdfast.store import Read

api = Endpoints()

ACCOUNTS = "/api/v1/admin/accounts"
READS, WRITES = "admin:read:accounts", "admin:write:accounts"
DEFAULT, MOST = 100, 200


class _Found(Page, kw_only=True):
    """By name, address or network."""

    username: str | None = None
    display_name: str | None = None
    by_domain: str | None = None
    email: str | None = None
    ip: str | None = None


class OldParams(_Found, kw_only=True):
    """The same by switches; of several states the first that is on counts."""

    local: bool = False
    remote: bool = False
    active: bool = False
    pending: bool = False
    disabled: bool = False
    silenced: bool = False
    suspended: bool = False
    sensitized: bool = False
    staff: bool = False


class NewParams(_Found, kw_only=True):
    """The same by words."""

    origin: Literal["local", "remote"] | None = None
    status: Literal["active", "pending", "disabled", "silenced", "suspended"] | None = None
    permissions: Literal["staff"] | None = None
    role_ids: list[Id] = []
    invited_by: Id | None = None


class ById(Struct, kw_only=True):
    """The account in the path."""

    id: Id


class NotPending(Refused):
    """This account does not wait for approval."""

    key = "not_pending"


class NotSuspended(Refused):
    """This account is not suspended."""

    key = "not_suspended"


STATES = ("pending", "disabled", "silenced", "suspended", "sensitized", "active")


@api.get(ACCOUNTS, scopes=READS, params=OldParams, returns=list[AdminAccount], tier=4)
def by_switches(call: Call, params: OldParams) -> Reply:
    """Accounts, the newest first."""
    status = next((name for name in STATES if getattr(params, name)), None)
    is_local = params.local if params.local != params.remote else None
    return _page(call, params, is_local=is_local, status=status, is_staff=params.staff)


@api.get("/api/v2/admin/accounts", scopes=READS, params=NewParams, returns=list[AdminAccount], tier=4)
def by_words(call: Call, params: NewParams) -> Reply:
    """Accounts, the newest first (new form)."""
    return _page(
        call,
        params,
        is_local=None if params.origin is None else params.origin == "local",
        status=params.status,
        is_staff=params.permissions is not None,
        ranks=tuple(params.role_ids),
        invited_by=params.invited_by,
    )


def _page(call: Call, params: _Found, **wanted: Any) -> Reply:
    part = window(params, DEFAULT, MOST)
    asked = Asked(
        username=params.username or None,
        display_name=params.display_name or None,
        domain=params.by_domain or None,
        email=params.email or None,
        ip=params.ip or None,
        **wanted,
    )
    found = roster.roster(call.r, call.acting, asked, part)
    return call.page(account_entities(call.r, call, found), [one.id for one in found], part.limit)


@api.get(f"{ACCOUNTS}/{{id}}", scopes=READS, params=ById, returns=AdminAccount, tier=4)
def show(call: Call, params: ById) -> dict[str, Any]:
    """One account."""
    return one_account(call.r, call, params.id)


@api.post(f"{ACCOUNTS}/{{id}}/approve", scopes=WRITES, params=ById, returns=AdminAccount, tier=4)
async def approve(call: Call, params: ById) -> dict[str, Any]:
    """Let somebody in who waits."""
    before = await call.read(roster.roster_entry, call.acting, params.id)
    if before.role is not None and before.approved_at is not None:
        raise NotPending()
    await call.write(access.approve, params.id)
    return await call.read(one_account, call, params.id)


@api.post(f"{ACCOUNTS}/{{id}}/reject", scopes=WRITES, params=ById, returns=AdminAccount, tier=4)
async def reject(call: Call, params: ById) -> dict[str, Any]:
    """Turn somebody down who waits; all that they gave is erased. The answer tells it for the last time."""
    before = await call.read(one_account, call, params.id)
    try:
        await call.write(access.reject, params.id)
    except access.NotPending as fault:
        raise NotPending() from fault
    return before


@api.delete(f"{ACCOUNTS}/{{id}}", scopes=WRITES, params=ById, returns=AdminAccount, tier=4)
async def erase(call: Call, params: ById) -> dict[str, Any]:
    """Erase a suspended account at once. The answer tells it for the last time."""

    def look(r: Read) -> tuple[dict[str, Any], bool]:
        found = roster.roster_entry(r, call.acting, params.id)
        return one_account(r, call, params.id), found.suspended_at is not None

    before, is_suspended = await call.read(look)
    if not is_suspended:
        raise NotSuspended()
    await call.write(access.delete_member, params.id)
    return before
