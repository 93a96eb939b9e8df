"""Roles, and what those of higher rank do to the sign-in of others: suspend, freeze, let in again."""

from __future__ import annotations

from sqlalchemy import Case, case, func, select, update

from holdfast import people
from holdfast.access import sessions
from holdfast.access.errors import LastOwner, NotPermitted, Outranked
from holdfast.access.events import RoleChanged, SignInDisabled, SignInEnabled
from holdfast.access.members import Member, find, member
from holdfast.access.roles import ROLES
from holdfast.access.tables import members
from holdfast.acting import Acting
from holdfast.errors import Invalid
from holdfast.languages import say
from holdfast.people.tables import accounts
from holdfast.store import Hot
from holdfast.writes import Ability, Database, Write

OWNERS_LOCK = 1  # no account has this id: whoever may end the last ownership goes one after the other

_NEW_LOOK = Hot("UPDATE accounts SET revision = revision + 1 WHERE id = :id")


def set_role(db: Database, acting: Acting, account_id: int, role: str) -> None:
    """Give a member a role. Asked again for the same: nothing happens.

    Nobody grants or takes a rank that is not below their own, but owners make owners. Raises
    :class:`NotPermitted`, :class:`Outranked`, :class:`LastOwner`, :class:`MemberNotFound`, :class:`Invalid`.
    """
    with db.write(acting, Ability.ADMINISTRATION) as w:
        if role not in ROLES:
            raise Invalid.field(
                "role",
                "ERR_INVALID",
                say("There is no role called %(role)s; use one of %(known)s.", role=role, known=", ".join(ROLES)),
            )
        if not acting.may("roles.grant"):
            raise NotPermitted()
        w.serialise(OWNERS_LOCK)
        found = member(w, account_id)
        if found.role == role:
            return
        owns = acting.may("server.own")
        if not owns and not (may_rule(w, found) and ROLES[role].rank < _rank(w)):
            raise Outranked()
        if found.role == "owner":
            refuse_last_owner(w, found)
        w.run(update(members).where(members.c.account_id == account_id).values(role=role, role_since=_since(w)))
        w.run_fast(_NEW_LOOK, id=account_id)
        w.record(RoleChanged(account_id=account_id, role=role), owner=account_id)


def _since(w: Write) -> Case[int]:
    """Since when a new role is held; one that rests goes on resting in whatever form."""
    return case((members.c.role_rests.is_(True), members.c.role_since), else_=w.now)


def may_rule(w: Write, found: Member | None) -> bool:
    """Whether the acting member ranks above another; the system ranks above all, accounts elsewhere below all."""
    acting = w.acting
    return acting.is_system or found is None or found.rank.rank < _rank(w)


def refuse_last_owner(w: Write, found: Member) -> None:
    """Raise :class:`LastOwner` when nobody would own the server without this member."""
    if found.role != "owner":
        return
    others = (
        select(func.count())
        .select_from(members.join(accounts, accounts.c.id == members.c.account_id))
        .where(
            members.c.role == "owner",
            members.c.account_id != found.account_id,
            members.c.disabled_at.is_(None),
            accounts.c.deleted_at.is_(None),
            accounts.c.suspended_at.is_(None),
        )
    )
    if not w.value(others):
        raise LastOwner()


def suspend(db: Database, acting: Acting, account_id: int) -> None:
    """Suspend an account (of a member or of another server) and end a member's sessions.

    Raises :class:`NotPermitted`, :class:`Outranked`, :class:`LastOwner`, :class:`AccountNotFound`.
    """
    with db.write(acting, Ability.MODERATION) as w:
        _may_freeze(w, account_id)
        people.suspend_account(w, account_id)
        sessions.end_all(w, account_id)


def unsuspend(db: Database, acting: Acting, account_id: int) -> None:
    """Lift a suspension. Raises as :func:`suspend`."""
    with db.write(acting, Ability.MODERATION) as w:
        _may_freeze(w, account_id)
        people.restore_account(w, account_id)


def disable_sign_in(db: Database, acting: Acting, account_id: int) -> None:
    """Freeze a member's sign-in and apps; profile and posts stay. Raises as :func:`suspend`."""
    with db.write(acting, Ability.MODERATION) as w:
        _may_freeze(w, account_id)
        open_ = (members.c.account_id == member(w, account_id).account_id) & members.c.disabled_at.is_(None)
        if w.run(update(members).where(open_).values(disabled_at=w.now)):
            w.record(SignInDisabled(account_id=account_id), owner=account_id)
            sessions.end_all(w, account_id)


def enable_sign_in(db: Database, acting: Acting, account_id: int) -> None:
    """Let a member sign in again whose sign-in was frozen. Raises as :func:`suspend`."""
    with db.write(acting, Ability.MODERATION) as w:
        _may_freeze(w, account_id)
        frozen = (members.c.account_id == member(w, account_id).account_id) & members.c.disabled_at.is_not(None)
        if w.run(update(members).where(frozen).values(disabled_at=None)):
            w.record(SignInEnabled(account_id=account_id), owner=account_id)


def suspend_in(w: Write, account_id: int) -> bool:
    """Suspend an account as part of a decision that has been permitted; whether it was not suspended yet.

    Raises :class:`Outranked`, :class:`LastOwner`, :class:`AccountNotFound`.
    """
    refuse_outranked(w, account_id)
    is_new = people.suspend_account(w, account_id)
    sessions.end_all(w, account_id)
    return is_new


def refuse_outranked(w: Write, account_id: int) -> None:
    """Raise :class:`Outranked` for a member whose rank is not below the acting one's, :class:`LastOwner` for the last
    owner."""
    w.serialise(OWNERS_LOCK)
    found = find(w, account_id)
    if not may_rule(w, found):
        raise Outranked()
    if found is not None:
        refuse_last_owner(w, found)


def _may_freeze(w: Write, account_id: int) -> None:
    if not w.acting.may("accounts.suspend"):
        raise NotPermitted()
    refuse_outranked(w, account_id)


def _rank(w: Write) -> int:
    """The acting member's rank, as it is now: a role taken away a moment ago counts no more."""
    acting = w.acting
    if acting.is_system:
        return 1_000
    found = find(w, acting.account_id) if acting.account_id is not None else None
    return found.rank.rank if found else -1
