"""The second step of a sign-in: codes from an authenticator app, and recovery codes on paper."""

from __future__ import annotations

import msgspec
from sqlalchemy import delete, func, insert, select, update

from holdfast.access import recovery, resting, totp
from holdfast.access.errors import NotEnrolled, TotpOn, WrongCode
from holdfast.access.events import SecondFactorChanged
from holdfast.access.members import Member, member
from holdfast.access.tables import members, recovery_codes
from holdfast.acting import Acting
from holdfast.languages import say
from holdfast.store import SECOND, Read
from holdfast.writes import Ability, Database, Write


class Enrolment(msgspec.Struct, frozen=True):
    """What an authenticator app is set up with: the address for a link or a QR code, and the secret for typing."""

    uri: str
    secret: str

    def __repr__(self) -> str:
        """Nothing of it."""
        return "Enrolment(…)"


def begin_totp(db: Database, acting: Acting) -> Enrolment:
    """A new secret for an authenticator app, in force once a code of it was shown (:func:`confirm_totp`).

    The caller has asked for the password again (:func:`prove`). Raises :class:`TotpOn`.
    """
    with db.write(acting, Ability.SIGN_IN) as w:
        found = member(w, acting.known_id)
        if found.totp_enabled_at is not None:
            raise TotpOn()
        secret = totp.new_secret()
        _set(w, found, totp_secret=secret, totp_last_step=None)
        uri = totp.provisioning_uri(secret, f"{found.username}@{db.local_domain}", db.settings.name)
        return Enrolment(uri, totp.grouped(secret))


def confirm_totp(db: Database, acting: Acting, code: str) -> list[str]:
    """Put the authenticator app in force; new recovery codes, shown only now. Raises :class:`WrongCode`."""
    with db.write(acting, Ability.SIGN_IN) as w:
        found = member(w, acting.known_id)
        if found.totp_secret is None:
            raise NotEnrolled()
        if found.totp_enabled_at is not None:
            raise TotpOn()
        step = totp.verify(found.totp_secret, code, None, w.now / SECOND)
        if step is None:
            raise WrongCode(say("The code is wrong; look at the clock of your device and try again."))
        _set(w, found, totp_enabled_at=w.now, totp_last_step=step)
        w.record(SecondFactorChanged(account_id=found.account_id, change="totp_on"))
        resting.settle(w, found.account_id)
        return _make_codes(w, found.account_id)


def disable_totp(db: Database, acting: Acting) -> None:
    """Sign in without an authenticator app again. The caller has asked for the password (:func:`prove`)."""
    with db.write(acting, Ability.SIGN_IN) as w:
        found = member(w, acting.known_id)
        if found.totp_secret is None:
            raise NotEnrolled()
        drop_totp(w, found.account_id)
        w.record(SecondFactorChanged(account_id=found.account_id, change="totp_off"))


def drop_totp(w: Write, account_id: int) -> None:
    """Forget the authenticator app of a member, within another command."""
    values = {"totp_secret": None, "totp_enabled_at": None, "totp_last_step": None}
    w.run(update(members).where(members.c.account_id == account_id).values(values))


def new_recovery_codes(db: Database, acting: Acting) -> list[str]:
    """Ten new codes, shown only now; the old ones are void. The caller has asked for the password (:func:`prove`)."""
    with db.write(acting, Ability.SIGN_IN) as w:
        return _make_codes(w, member(w, acting.known_id).account_id)


def recovery_codes_left(r: Read, account_id: int) -> int:
    """How many codes of a member are unused."""
    unused = (recovery_codes.c.account_id == account_id) & recovery_codes.c.used_at.is_(None)
    return int(r.value(select(func.count()).select_from(recovery_codes).where(unused)))


def use_code(w: Write, found: Member, code: str) -> str:
    """Accept a code from the app or from paper, once; which it was ("totp", "recovery"). Raises :class:`WrongCode`."""
    if found.totp_secret is not None and found.totp_enabled_at is not None:
        step = totp.verify(found.totp_secret, code, found.totp_last_step, w.now / SECOND)
        if step is not None:
            older = members.c.totp_last_step.is_(None) | (members.c.totp_last_step < step)
            mine = (members.c.account_id == found.account_id) & older
            if w.run(update(members).where(mine).values(totp_last_step=step)):
                return "totp"
            raise WrongCode()  # the same code came twice at the same time
    use_recovery_code(w, found.account_id, code)
    return "recovery"


def use_recovery_code(w: Write, account_id: int, code: str) -> None:
    """Strike out a recovery code. Raises :class:`WrongCode`."""
    unused = (recovery_codes.c.account_id == account_id) & recovery_codes.c.used_at.is_(None)
    digests = [bytes(one) for one in w.values(select(recovery_codes.c.digest).where(unused))]
    place = recovery.match(code, digests)
    if place is None:
        raise WrongCode()
    mine = unused & (recovery_codes.c.digest == digests[place])
    if not w.run(update(recovery_codes).where(mine).values(used_at=w.now)):
        raise WrongCode()
    w.record(SecondFactorChanged(account_id=account_id, change="code_used"), owner=account_id)


def _make_codes(w: Write, account_id: int) -> list[str]:
    codes = recovery.new_codes()
    w.run(delete(recovery_codes).where(recovery_codes.c.account_id == account_id))
    rows = [{"account_id": account_id, "digest": recovery.digest(code), "used_at": None} for code in codes]
    w.run(insert(recovery_codes), rows)
    w.record(SecondFactorChanged(account_id=account_id, change="codes_made"), owner=account_id)
    return codes


def _set(w: Write, found: Member, **values: object) -> None:
    w.run(update(members).where(members.c.account_id == found.account_id).values(values))
