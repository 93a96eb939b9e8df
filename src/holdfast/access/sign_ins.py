"""Signing in: password, then a code where one is asked; and proving oneself again for what is delicate.

These functions hash and count attempts, which commit by themselves: call them in a thread, outside of commands.
"""

from __future__ import annotations

import hashlib

import msgspec
from sqlalchemy import update

from holdfast.access import attempts
from holdfast.access.errors import SecondStepNeeded, WrongCredentials, WrongPassword
from holdfast.access.hashing import hasher
from holdfast.access.members import Member, by_login, find, member
from holdfast.access.second_factors import use_code
from holdfast.access.sessions import NewSession, begin
from holdfast.access.signing import signer
from holdfast.access.tables import members
from holdfast.access.tokens import TokenVoid
from holdfast.acting import Acting
from holdfast.languages import say
from holdfast.store import SECOND
from holdfast.writes import Ability, Database

TICKET_LASTS_S = 300
_PURPOSE = "second-step"


class _Ticket(msgspec.Struct):
    account_id: int
    fingerprint: str
    method: str


def sign_in(
    db: Database, acting: Acting, login: str, password: str, code: str = "", *, user_agent: str = ""
) -> NewSession:
    """Begin a session by name or e-mail address and password, with a code where the member asks for one.

    Raises :class:`WrongCredentials` (alike for unknown names, after the same work), :class:`SecondStepNeeded` with
    a ticket for :func:`second_step`, :class:`WrongCode`, :class:`TooMany`, :class:`HasherBusy`, and a Refused
    (:class:`LoginFrozen`, :class:`NotApprovedYet`, :class:`NotConfirmedYet`) once the password was right.
    """
    with db.read() as r:
        found = by_login(r, login)
    whose = str(found.account_id) if found else login.strip().casefold()[:254]
    network = attempts.network_of(acting.ip)
    attempts.count(
        db,
        acting,
        ("sign_in_here", f"{whose} {network}", attempts.SIGN_IN_HERE),
        ("sign_in_account", whose, attempts.SIGN_IN_ACCOUNT),
        ("sign_in_network", network, attempts.SIGN_IN_NETWORK),
    )
    encoded = found.password_hash if found else None
    if not hasher(db).verify(encoded, password) or found is None or encoded is None:
        raise WrongCredentials()
    fresh = hasher(db).hash(password) if hasher(db).needs_rehash(encoded) else None
    if found.totp_enabled_at is not None:
        ticket = make_ticket(db, found, "password")
        if not code:
            raise SecondStepNeeded(ticket)
        return second_step(db, acting, ticket, code, user_agent=user_agent)
    with db.write(acting, Ability.SIGN_IN) as w:
        if fresh is not None:
            mine = (members.c.account_id == found.account_id) & (members.c.password_hash == encoded)
            w.run(update(members).where(mine).values(password_hash=fresh))
        attempts.forget(w, "sign_in_here", f"{whose} {network}")
        return begin(w, member(w, found.account_id), "password", user_agent)


def second_step(db: Database, acting: Acting, ticket: str, code: str, *, user_agent: str = "") -> NewSession:
    """Begin the session with a code from the authenticator app or a recovery code.

    Raises :class:`TokenVoid`, :class:`TokenExpired`, :class:`WrongCode`, :class:`TooMany`, or a Refused as above.
    """
    body = signer(db).open(_PURPOSE, ticket, db.clock.now() / SECOND, as_type=_Ticket)
    attempts.count(db, acting, ("code", str(body.account_id), attempts.CODE))
    with db.write(acting, Ability.SIGN_IN) as w:
        found = find(w, body.account_id)
        if found is None or fingerprint(found) != body.fingerprint:
            raise TokenVoid()  # the password was changed meanwhile
        means = use_code(w, found, code)
        attempts.forget(w, "code", str(body.account_id))
        return begin(w, found, "recovery" if means == "recovery" else body.method, user_agent)


def make_ticket(db: Database, found: Member, method: str) -> str:
    """What a member shows in the second step for having passed the first; five minutes."""
    body = _Ticket(found.account_id, fingerprint(found), method)
    return signer(db).sign(_PURPOSE, body, TICKET_LASTS_S, db.clock.now() / SECOND)


def prove(db: Database, acting: Acting, password: str) -> None:
    """Ask a signed-in member for the password again, before something delicate.

    Members who have passkeys alone are not asked. Raises :class:`WrongPassword`, :class:`TooMany`,
    :class:`HasherBusy`.
    """
    attempts.count(db, acting, ("password_again", str(acting.known_id), attempts.PASSWORD_AGAIN))
    with db.read() as r:
        found = member(r, acting.known_id)
    if found.password_hash is not None and not hasher(db).verify(found.password_hash, password):
        raise WrongPassword.field("password", "ERR_INVALID", say("The password is wrong"))


def fingerprint(found: Member) -> str:
    """A part of the password hash's digest: what is signed with it ends with the password."""
    return hashlib.sha256((found.password_hash or "").encode()).hexdigest()[:24]
