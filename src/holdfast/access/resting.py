"""Roles rest until their holders have a second factor: a password alone does not open the administration.

Whoever is given a role has some days to add a passkey or an authenticator app. Then the role rests: its holder is a
plain member until they do, and everything is as before at once. The command line is never held up by it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, exists, func, not_, or_, select, update

from holdfast.access.events import RoleRests
from holdfast.access.job_kinds import Nothing
from holdfast.access.roles import MEMBER, ROLES
from holdfast.access.tables import members, passkeys
from holdfast.acting import SYSTEM
from holdfast.store import DAY
from holdfast.writes import Ability, Database, Write

STAFF = tuple(name for name, role in ROLES.items() if role.permissions - MEMBER and name != "trusted_flagger")
"""Roles that rest; what a trusted flagger may do harms nobody."""


def settle(w: Write, account_id: int) -> None:
    """Wake a role whose holder has a second factor now, as part of the write that added it."""
    here = members.c.account_id == account_id
    if w.run(update(members).where(here, members.c.role_rests.is_(True), _is_protected()).values(role_rests=False)):
        w.record(RoleRests(account_id=account_id, rests=False), owner=account_id)


def settle_all(db: Database, _: Nothing) -> None:
    """Let roles rest whose holders had their time, and wake those for which there is no reason any more."""
    settings = db.settings
    c = members.c
    with db.write(SYSTEM, Ability.JOBS) as w:
        if settings.staff_needs_second_factor:
            since = func.coalesce(c.role_since, c.created_at)
            is_due = since < w.now - settings.staff_grace_days * DAY
            _change(w, c.role.in_(STAFF), c.role_rests.is_(False), is_due, not_(_is_protected()), rests=True)
            _change(w, c.role_rests.is_(True), or_(c.role.not_in(STAFF), _is_protected(), not_(is_due)), rests=False)
        else:
            _change(w, c.role_rests.is_(True), rests=False)


def _change(w: Write, *wanted: ColumnElement[bool], rests: bool) -> None:
    for account_id in w.ids(select(members.c.account_id).where(*wanted)):
        w.run(update(members).where(members.c.account_id == account_id).values(role_rests=rests))
        w.record(RoleRests(account_id=account_id, rests=rests), owner=account_id)


def _is_protected() -> ColumnElement[bool]:
    has_passkey: Any = exists(select(passkeys.c.id).where(passkeys.c.account_id == members.c.account_id))
    return or_(members.c.totp_enabled_at.is_not(None), has_passkey)
