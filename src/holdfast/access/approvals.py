"""Letting in those who asked to join, or turning them down; and forgetting those who never confirmed."""

from __future__ import annotations

from sqlalchemy import delete, select, update

from holdfast import people
from holdfast.access import applications, grants, sessions
from holdfast.access.errors import MemberNotFound, NotPending, NotPermitted
from holdfast.access.events import MemberApproved, MemberLeft, MemberRejected
from holdfast.access.members import Member, find, member
from holdfast.access.ranks import OWNERS_LOCK, refuse_last_owner
from holdfast.access.tables import members, passkey_challenges, passkeys, recovery_codes
from holdfast.acting import Acting
from holdfast.errors import Invalid
from holdfast.languages import say
from holdfast.store import DAY
from holdfast.writes import Ability, Database, Write

UNCONFIRMED_LASTS_MS = 3 * DAY  # as long as the link in the letter
AT_ONCE = 50
LONGEST_REASON = 500  # characters


def approve(db: Database, acting: Acting, account_id: int) -> None:
    """Let a pending member in; asked again, nothing happens. Raises :class:`NotPermitted`, :class:`MemberNotFound`."""
    with db.write(acting, Ability.MODERATION) as w:
        found = _pending(w, account_id)
        if found.approved_at is not None:
            return
        w.run(update(members).where(members.c.account_id == account_id).values(approved_at=w.now))
        w.record(MemberApproved(account_id=account_id), owner=account_id)


def reject(db: Database, acting: Acting, account_id: int, reason: str = "") -> None:
    """Turn a pending member down: all that they gave is erased, the name is free again.

    For a year the ``reason`` is kept for the team, under what finds the same person again. Raises
    :class:`NotPermitted`, :class:`MemberNotFound`, :class:`NotPending`, :class:`Invalid`.
    """
    if len(reason) > LONGEST_REASON:
        raise Invalid.field("reason", "ERR_TOO_LONG", say("At most %(most)s characters.", most=LONGEST_REASON))
    with db.write(acting, Ability.MODERATION) as w:
        found = _pending(w, account_id)
        if found.approved_at is not None:
            raise NotPending()
        number = applications.keep_rejection(w, found, reason.strip())
        _erase(w, account_id)
        w.record(MemberRejected(account_id=account_id, rejection_id=number), owner=account_id)


def delete_own_account(db: Database, acting: Acting) -> None:
    """Delete the acting member's account for good: no sign-in from now on, the rest in jobs.

    The caller has asked for the password again (:func:`prove`). Raises :class:`LastOwner`.
    """
    with db.write(acting, Ability.SIGN_IN) as w:
        w.serialise(OWNERS_LOCK)
        found = member(w, acting.known_id)
        refuse_last_owner(w, found)
        remove_member(w, found.account_id)


def delete_member(db: Database, acting: Acting, account_id: int) -> None:
    """Delete a member's account by hand. Raises :class:`NotPermitted`, :class:`LastOwner`, :class:`MemberNotFound`."""
    with db.write(acting, Ability.ADMINISTRATION) as w:
        if not acting.may("server.own"):
            raise NotPermitted()
        w.serialise(OWNERS_LOCK)
        refuse_last_owner(w, member(w, account_id))
        remove_member(w, account_id)


def forget_unconfirmed(w: Write) -> int:
    """Erase those who signed up days ago and never confirmed their address; how many. Their names are free again."""
    stale = (
        select(members.c.account_id)
        .where(
            members.c.email.is_not(None),
            members.c.email_confirmed_at.is_(None),
            members.c.last_sign_in_at.is_(None),
            members.c.created_at < w.now - UNCONFIRMED_LASTS_MS,
            members.c.role == "member",
        )
        .limit(AT_ONCE)
    )
    found = w.ids(stale)
    for account_id in found:
        _erase(w, account_id)
    return len(found)


def _pending(w: Write, account_id: int) -> Member:
    if not w.acting.may("accounts.approve"):
        raise NotPermitted()
    w.serialise(account_id)
    found = find(w, account_id)
    if found is None or found.deleted_at is not None:
        raise MemberNotFound()
    return found


def _erase(w: Write, account_id: int) -> None:
    """Remove somebody who never took part: nobody can have known the name yet, so others may have it."""
    remove_member(w, account_id)
    people.release_name(w, account_id)


def remove_member(w: Write, account_id: int) -> None:
    """Take a member's sign-in and account away for good, as part of a write that has been permitted."""
    sessions.end_all(w, account_id)
    grants.revoke_all(w, account_id)
    for table in (passkeys, passkey_challenges, recovery_codes, members):
        w.run(delete(table).where(table.c.account_id == account_id))
    applications.forget_words(w, account_id)
    people.delete_account(w, account_id)
    w.record(MemberLeft(account_id=account_id), owner=account_id)
