"""Members' passkeys: adding, listing, naming and removing them, and signing in with one.

Challenges lie in the database until they are answered: an answer counts once, whatever becomes of it.
Functions that check an answer load a heavy library on first use: call them in a thread, outside of commands.
"""

from __future__ import annotations

import base64
import hmac
from typing import Any

import msgspec
from sqlalchemy import delete, func, insert, select, update

from holdfast.access import attempts, passkeys, resting
from holdfast.access.errors import LastWayIn, SecondStepNeeded, TooManyPasskeys
from holdfast.access.events import SecondFactorChanged
from holdfast.access.members import find, member
from holdfast.access.passkeys import Answer, KnownPasskey, PasskeyInvalid, Question, RelyingParty
from holdfast.access.sessions import NewSession, begin
from holdfast.access.sign_ins import make_ticket
from holdfast.access.tables import passkey_challenges as challenges
from holdfast.access.tables import passkeys as table
from holdfast.access.tokens import digest
from holdfast.acting import Acting
from holdfast.errors import NotFound
from holdfast.languages import say
from holdfast.store import SECOND, Hot, Read
from holdfast.writes import Ability, Database, Write

MOST = 20  # of one member
LONGEST_NAME = 60

_TAKE = Hot(
    "DELETE FROM passkey_challenges WHERE digest = :digest AND purpose = :purpose AND expires_at > :now "
    "RETURNING account_id"
)


class Passkey(msgspec.Struct, frozen=True):
    """A passkey as its member's list shows it; times in milliseconds."""

    id: int
    name: str
    created_at: int
    last_used_at: int | None


def relying_party(db: Database) -> RelyingParty:
    """For whom passkeys are: this server at its present address."""
    return RelyingParty.at(db.base_url, db.settings.name)


def passkeys_of(r: Read, account_id: int) -> list[Passkey]:
    """A member's passkeys, oldest first."""
    columns = (table.c[name] for name in Passkey.__struct_fields__)
    return [
        Passkey(*row) for row in r.rows(select(*columns).where(table.c.account_id == account_id).order_by(table.c.id))
    ]


def ask_registration(db: Database, acting: Acting) -> dict[str, Any]:
    """What the browser is asked in order to make a passkey (JSON for ``parseCreationOptionsFromJSON``).

    The caller has asked for the password again (:func:`prove`). Raises :class:`TooManyPasskeys`.
    """
    with db.read() as r:
        found = member(r, acting.known_id)
        existing = r.rows(
            select(table.c.credential_id, table.c.transports).where(table.c.account_id == found.account_id)
        )
    if len(existing) >= MOST:
        raise TooManyPasskeys()
    question = passkeys.registration_options(
        relying_party(db),
        user_handle=_user_handle(db, found.account_id),
        user_name=found.username,
        existing=[KnownPasskey(bytes(one), tuple(transports)) for one, transports in existing],
    )
    _keep(db, acting, question, "register", found.account_id)
    return question.options


def add_passkey(db: Database, acting: Acting, answer: Answer, name: str = "") -> int:
    """Store the passkey that the browser made; its id. Raises :class:`PasskeyInvalid`."""
    challenge = _take(db, acting, answer, "register", acting.known_id)
    new = passkeys.verify_registration(relying_party(db), challenge, answer)
    with db.write(acting, Ability.SIGN_IN) as w:
        found = member(w, acting.known_id)
        w.serialise(found.account_id)
        count = int(w.value(select(func.count()).select_from(table).where(table.c.account_id == found.account_id)))
        if count >= MOST:
            raise TooManyPasskeys()
        if w.exists(select(table.c.id).where(table.c.credential_id == new.credential_id)):
            raise PasskeyInvalid(say("This passkey is registered already."))
        passkey_id = w.new_id()
        row = {
            "id": passkey_id,
            "account_id": found.account_id,
            "credential_id": new.credential_id,
            "public_key": new.public_key,
            "sign_count": new.sign_count,
            "transports": list(new.transports),
            "name": _name(name) or f"Passkey {count + 1}",
            "created_at": w.now,
        }
        w.run(insert(table).values(row))
        w.record(SecondFactorChanged(account_id=found.account_id, change="passkey_added"))
        resting.settle(w, found.account_id)
        return passkey_id


def rename_passkey(db: Database, acting: Acting, passkey_id: int, name: str) -> None:
    """Call a passkey something else. Raises :class:`NotFound`."""
    with db.write(acting, Ability.SIGN_IN) as w:
        mine = (table.c.id == passkey_id) & (table.c.account_id == acting.known_id)
        if not w.run(update(table).where(mine).values(name=_name(name) or "Passkey")):
            raise NotFound(say("There is no such passkey."))
        w.record(SecondFactorChanged(account_id=acting.known_id, change="passkey_renamed"))


def remove_passkey(db: Database, acting: Acting, passkey_id: int) -> None:
    """Take a passkey away. Raises :class:`NotFound`, :class:`LastWayIn` when nothing else opens the account."""
    with db.write(acting, Ability.SIGN_IN) as w:
        found = member(w, acting.known_id)
        w.serialise(found.account_id)
        others = (table.c.account_id == found.account_id) & (table.c.id != passkey_id)
        if not found.has_password and not w.exists(select(table.c.id).where(others)):
            raise LastWayIn()
        mine = (table.c.id == passkey_id) & (table.c.account_id == found.account_id)
        if not w.run(delete(table).where(mine)):
            raise NotFound(say("There is no such passkey."))
        w.record(SecondFactorChanged(account_id=found.account_id, change="passkey_removed"))


def ask_sign_in(db: Database, acting: Acting) -> dict[str, Any]:
    """What the browser is asked in order to sign in with any passkey (JSON for ``parseRequestOptionsFromJSON``).

    Raises :class:`TooMany`.
    """
    network = attempts.network_of(acting.ip)
    attempts.count(db, acting, ("passkey_network", network, attempts.PASSKEY_NETWORK))
    question = passkeys.authentication_options(relying_party(db))
    _keep(db, acting, question, "sign-in", None)
    return question.options


def sign_in_with_passkey(db: Database, acting: Acting, answer: Answer, *, user_agent: str = "") -> NewSession:
    """Begin a session with a passkey. Where the device did not ask who holds it, a code may be needed besides.

    Raises :class:`PasskeyInvalid`, :class:`PasskeyCopied`, :class:`SecondStepNeeded` with a ticket, or a Refused as
    :func:`sign_in`.
    """
    challenge = _take(db, acting, answer, "sign-in", None)
    claim = passkeys.claim(answer)
    with db.read() as r:
        row = r.first(select(table).where(table.c.credential_id == claim.credential_id))
        found = find(r, row.account_id) if row is not None else None
    if row is None or found is None or found.deleted_at is not None:
        raise PasskeyInvalid(say("This passkey is not known here."))
    used = passkeys.verify_authentication(
        relying_party(db), challenge, answer, public_key=bytes(row.public_key), sign_count=row.sign_count
    )
    if found.totp_enabled_at is not None and not used.user_verified:
        raise SecondStepNeeded(make_ticket(db, found, "passkey"))
    with db.write(acting, Ability.SIGN_IN) as w:
        mine = table.c.id == row.id
        if not w.run(update(table).where(mine).values(sign_count=used.sign_count, last_used_at=w.now)):
            raise PasskeyInvalid(say("This passkey is not known here."))
        return begin(w, member(w, found.account_id), "passkey", user_agent)


def forget_challenges(w: Write) -> None:
    """Drop challenges that nobody answered in time."""
    w.run(delete(challenges).where(challenges.c.expires_at < w.now))


def _keep(db: Database, acting: Acting, question: Question, purpose: str, account_id: int | None) -> None:
    with db.write(acting, Ability.SIGN_IN) as w:
        row = {
            "digest": digest(_text(question.challenge)),
            "purpose": purpose,
            "account_id": account_id,
            "expires_at": w.now + passkeys.TIMEOUT_S * SECOND,
        }
        w.run(insert(challenges).values(row))


def _take(db: Database, acting: Acting, answer: Answer, purpose: str, account_id: int | None) -> bytes:
    """The challenge that this answer is to, taken away for good. Raises :class:`PasskeyInvalid`."""
    challenge = passkeys.challenge_of(answer)
    with db.write(acting, Ability.SIGN_IN) as w:
        found = w.fast(_TAKE, digest=digest(_text(challenge)), purpose=purpose, now=w.now)
    if not found or found[0][0] != account_id:
        raise PasskeyInvalid(say("This took too long; please try again."))
    return challenge


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode()


def _user_handle(db: Database, account_id: int) -> bytes:
    """Says nothing about the member, but is the same for all of their passkeys."""
    return hmac.digest(db.keyring.derive("access.passkey_handle"), str(account_id).encode(), "sha256")[:32]


def _name(text: str) -> str:
    return " ".join(text.split())[:LONGEST_NAME]
