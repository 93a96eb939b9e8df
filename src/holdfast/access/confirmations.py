"""Confirming e-mail addresses, and changing them: a link in a letter proves who reads there."""

from __future__ import annotations

import msgspec
from sqlalchemy import update

from holdfast.access import attempts, policies
from holdfast.access.errors import AlreadyConfirmed, NoEmail, NotTheSigningApp
from holdfast.access.events import EmailChangeAsked, EmailConfirmationAsked, EmailConfirmed
from holdfast.access.members import Member, by_login, find, member
from holdfast.access.sign_up_form import needs_email
from holdfast.access.sign_ups import check_email_free, check_email_welcome
from holdfast.access.signing import signer
from holdfast.access.tables import members
from holdfast.access.tokens import TokenVoid
from holdfast.acting import Acting
from holdfast.store import DAY, SECOND
from holdfast.writes import Ability, Database, Write

LASTS_MS = 3 * DAY
_PURPOSE = "confirm"


class _Body(msgspec.Struct):
    account_id: int
    email: str


def confirmation_token(db: Database, account_id: int, email: str) -> str:
    """What the link in the letter carries; good for three days, for this address only."""
    now = db.clock.now() / SECOND
    return signer(db).sign(_PURPOSE, _Body(account_id, policies.email_key(email)), LASTS_MS / SECOND, now)


def confirm_email(db: Database, acting: Acting, token: str) -> int:
    """Confirm the address that the link was sent to; the account's id. A second time changes nothing.

    Raises :class:`TokenVoid` or :class:`TokenExpired`, and :class:`Invalid` when somebody else took the address.
    """
    body = signer(db).open(_PURPOSE, token, db.clock.now() / SECOND, as_type=_Body)
    with db.write(acting, Ability.SIGN_IN) as w:
        w.serialise(body.account_id)
        found = find(w, body.account_id)
        if found is None or found.deleted_at is not None:
            raise TokenVoid()
        if found.new_email is not None and policies.email_key(found.new_email) == body.email:
            check_email_free(w, found.new_email, but=found.account_id)
            _put(w, found, found.new_email)
            w.record(EmailConfirmed(account_id=found.account_id, is_change=True), owner=found.account_id)
        elif found.email is None or policies.email_key(found.email) != body.email:
            raise TokenVoid()  # sent to an address that was given up since
        elif found.email_confirmed_at is None:
            _put(w, found, found.email)
            w.record(EmailConfirmed(account_id=found.account_id), owner=found.account_id)
        return found.account_id


def resend_confirmation(db: Database, acting: Acting, email: str | None = None) -> None:
    """Send the letter again to a member who has not confirmed, at another address if one is given.

    Only for the app that signed the member up, or the member's own session. Slow limits apply: call
    :func:`count_confirmation` first. Raises :class:`AlreadyConfirmed`, :class:`NotTheSigningApp`,
    :class:`NoEmail`, :class:`Invalid`.
    """
    with db.write(acting, Ability.SIGN_IN) as w:
        found = member(w, acting.known_id)
        if acting.app_id is not None and acting.app_id != found.app_id:
            raise NotTheSigningApp()
        if found.email is not None and found.email_confirmed_at is not None and found.new_email is None:
            raise AlreadyConfirmed()
        if email and found.email_confirmed_at is None:
            _set_unconfirmed(w, found, email)
        elif found.email is None and found.new_email is None:
            raise NoEmail()
        w.record(EmailConfirmationAsked(account_id=found.account_id))


def count_confirmation(db: Database, acting: Acting) -> None:
    """Count a letter that is asked for. Raises :class:`TooMany`. Not inside a command."""
    attempts.count(db, acting, ("confirmation", str(acting.account_id or acting.ip), attempts.CONFIRMATION))


def ask_confirmation(db: Database, acting: Acting, email: str) -> None:
    """For the page of somebody who is not signed in: the letter is sent again if an address waits for it.

    Says the same for every address. Not inside a command. Raises :class:`TooMany`.
    """
    attempts.count(db, acting, ("confirmation", attempts.network_of(acting.ip), attempts.CONFIRMATION))
    with db.write(acting, Ability.SIGN_IN) as w:
        found = by_login(w, email) if "@" in email else None
        if found is not None and found.needs_confirmation:
            w.record(EmailConfirmationAsked(account_id=found.account_id), owner=found.account_id)


def change_email(db: Database, acting: Acting, email: str) -> None:
    """Give another address: it counts once it is confirmed, or at once where no letters can be sent.

    The caller has asked for the password again (:func:`prove`). Raises :class:`Invalid`.
    """
    with db.write(acting, Ability.SIGN_IN) as w:
        found = member(w, acting.known_id)
        address = policies.normalise_email(email)
        if found.email == address:
            return
        check_email_free(w, address, but=found.account_id)
        check_email_welcome(w, address)
        if not needs_email(db):
            _put(w, found, address)
            w.record(EmailConfirmed(account_id=found.account_id, is_change=True))
            return
        w.run(update(members).where(members.c.account_id == found.account_id).values(new_email=address))
        w.record(EmailConfirmationAsked(account_id=found.account_id))
        w.record(EmailChangeAsked(account_id=found.account_id))


def _set_unconfirmed(w: Write, found: Member, email: str) -> None:
    address = policies.normalise_email(email)
    check_email_free(w, address, but=found.account_id)
    check_email_welcome(w, address)
    w.run(update(members).where(members.c.account_id == found.account_id).values(**_keys(address), new_email=None))


def _put(w: Write, found: Member, email: str) -> None:
    values = _keys(email) | {"new_email": None, "email_confirmed_at": w.now}
    w.run(update(members).where(members.c.account_id == found.account_id).values(values))


def _keys(email: str) -> dict[str, str]:
    return {
        "email": email,
        "email_key": policies.email_key(email),
        "email_canonical": policies.canonical_email(email),
    }
