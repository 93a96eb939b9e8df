"""New passwords: by the old one, by a link in a letter or from a moderator, by a recovery code.

These functions hash: call them in a thread, outside of commands (``reset_link`` is an ordinary command).
"""

from __future__ import annotations

import msgspec
from sqlalchemy import update

from holdfast.access import attempts, grants, sessions
from holdfast.access.errors import NotPermitted, Outranked, WrongCode, WrongPassword
from holdfast.access.events import PasswordChanged, ResetLinkMade
from holdfast.access.hashing import hasher
from holdfast.access.job_kinds import RESET, ResetAsked
from holdfast.access.links import reset_url
from holdfast.access.members import Member, by_login, find, member
from holdfast.access.ranks import may_rule
from holdfast.access.second_factors import drop_totp, use_recovery_code
from holdfast.access.sign_ins import fingerprint
from holdfast.access.sign_ups import hash_password
from holdfast.access.signing import signer
from holdfast.access.tables import members
from holdfast.access.tokens import TokenVoid
from holdfast.acting import Acting
from holdfast.languages import say
from holdfast.store import DAY, HOUR, SECOND
from holdfast.writes import Ability, Database, Write

LETTER_LASTS_MS = HOUR
LINK_LASTS_MS = DAY
_PURPOSE = "reset"


class _Reset(msgspec.Struct):
    account_id: int
    fingerprint: str
    drops_second_factor: bool


def change_password(db: Database, acting: Acting, current: str, new: str) -> None:
    """Change the acting member's password; all other sessions end (that of ``acting.token_id`` stays).

    Raises :class:`WrongPassword`, :class:`UnacceptablePassword`, :class:`TooMany`, :class:`HasherBusy`.
    """
    attempts.count(db, acting, ("password_again", str(acting.known_id), attempts.PASSWORD_AGAIN))
    with db.read() as r:
        found = member(r, acting.known_id)
    if found.password_hash is not None and not hasher(db).verify(found.password_hash, current):
        raise WrongPassword.field("current_password", "ERR_INVALID", say("The present password is wrong"))
    encoded = hash_password(db, new, name=found.username, email=found.email or "")
    with db.write(acting, Ability.SIGN_IN) as w:
        _set(w, found, encoded, "password")
        sessions.end_all(w, found.account_id, but=acting.token_id)


def ask_reset(db: Database, acting: Acting, login: str) -> None:
    """Send a letter with a link to the member of this name or address, if there is one; says the same for all.

    Raises :class:`TooMany`.
    """
    attempts.count(
        db,
        acting,
        ("reset_account", login.strip().casefold()[:254], attempts.RESET_ACCOUNT),
        ("reset_network", attempts.network_of(acting.ip), attempts.RESET_NETWORK),
    )
    with db.write(acting, Ability.SIGN_IN) as w:
        w.enqueue(RESET, ResetAsked(login=login.strip()[:254]))  # looked up later: all names take the same time


def reset_token(db: Database, found: Member, *, lasts_ms: int, drops_second_factor: bool = False) -> str:
    """What a link carries: it is void as soon as the password is another one."""
    body = _Reset(found.account_id, fingerprint(found), drops_second_factor)
    return signer(db).sign(_PURPOSE, body, lasts_ms / SECOND, db.clock.now() / SECOND)


def reset_link(db: Database, acting: Acting, account_id: int, *, drops_second_factor: bool = False) -> str:
    """A one-time link for a member who has lost everything, good for a day; hand it over by a safe way.

    Raises :class:`NotPermitted`, :class:`Outranked`, :class:`MemberNotFound`.
    """
    with db.write(acting, Ability.ADMINISTRATION) as w:
        if not acting.may("accounts.reset"):
            raise NotPermitted()
        found = member(w, account_id)
        if not may_rule(w, found):
            raise Outranked()
        event = ResetLinkMade(account_id=account_id, drops_second_factor=drops_second_factor)
        w.record(event, owner=account_id)
        token = reset_token(db, found, lasts_ms=LINK_LASTS_MS, drops_second_factor=drops_second_factor)
        return reset_url(db, token)


def check_reset(db: Database, token: str) -> Member:
    """Whose link this is, for the page behind it. Raises :class:`TokenVoid`, :class:`TokenExpired`."""
    body = signer(db).open(_PURPOSE, token, db.clock.now() / SECOND, as_type=_Reset)
    with db.read() as r:
        found = find(r, body.account_id)
    if found is None or found.deleted_at is not None or fingerprint(found) != body.fingerprint:
        raise TokenVoid()
    return found


def reset_password(db: Database, acting: Acting, token: str, new: str) -> int:
    """Set a new password by a link, once; the account's id. All sessions and apps are signed out.

    Raises :class:`TokenVoid`, :class:`TokenExpired`, :class:`UnacceptablePassword`, :class:`HasherBusy`.
    """
    found = check_reset(db, token)
    body = signer(db).open(_PURPOSE, token, db.clock.now() / SECOND, as_type=_Reset)
    encoded = hash_password(db, new, name=found.username, email=found.email or "")
    with db.write(acting, Ability.SIGN_IN) as w:
        _set(w, found, encoded, "link")
        if body.drops_second_factor:
            drop_totp(w, found.account_id)
        _end_everything(w, found.account_id)
    return found.account_id


def reset_with_recovery_code(db: Database, acting: Acting, login: str, code: str, new: str) -> int:
    """Set a new password by a recovery code, which is used up; the account's id. All are signed out.

    Raises :class:`WrongCode` (alike for unknown names), :class:`TooMany`, :class:`UnacceptablePassword`.
    """
    whose = login.strip().casefold()[:254]
    attempts.count(
        db,
        acting,
        ("code", whose, attempts.CODE),
        ("recovery_network", attempts.network_of(acting.ip), attempts.RECOVERY_NETWORK),
    )
    with db.read() as r:
        found = by_login(r, login)
    name, email = (found.username, found.email or "") if found else ("", "")
    encoded = hash_password(db, new, name=name, email=email)  # before the code: all names take the same time
    if found is None:
        raise WrongCode()
    with db.write(acting, Ability.SIGN_IN) as w:
        use_recovery_code(w, found.account_id, code)
        _set(w, found, encoded, "recovery")
        _end_everything(w, found.account_id)
    return found.account_id


def set_password(db: Database, acting: Acting, account_id: int, password_hash: str) -> None:
    """Set a member's password from the command line. Raises :class:`NotPermitted`."""
    with db.write(acting, Ability.ADMINISTRATION) as w:
        if not acting.may("server.own"):
            raise NotPermitted()
        _set(w, member(w, account_id), password_hash, "link")
        _end_everything(w, account_id)


def _set(w: Write, found: Member, encoded: str, means: str) -> None:
    # Only over the password that was looked at: of two links used at the same time one is void.
    same = (
        members.c.password_hash.is_(None)
        if found.password_hash is None
        else members.c.password_hash == found.password_hash
    )
    mine = (members.c.account_id == found.account_id) & same
    if not w.run(update(members).where(mine).values(password_hash=encoded)):
        raise TokenVoid()
    w.record(PasswordChanged(account_id=found.account_id, means=means), owner=found.account_id)


def _end_everything(w: Write, account_id: int) -> None:
    sessions.end_all(w, account_id)
    grants.revoke_all(w, account_id)
