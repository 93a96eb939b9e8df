"""Setting a new server up: the one-time link for the owner, the set-up itself, and the domain it may still take.

The link's token is made anew at each start and void once the server is set up.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path
from typing import ClassVar

import msgspec

from holdfast import config, people
from holdfast.access.documents import add_rule
from holdfast.access.errors import NotPermitted
from holdfast.access.members import how_many
from holdfast.access.sign_ups import create_member
from holdfast.acting import SYSTEM, Acting
from holdfast.config import Registration
from holdfast.config.boot import SAFE_PASSWORD_MEMORY_KIB
from holdfast.errors import Conflict, Invalid
from holdfast.events import Event
from holdfast.languages import say
from holdfast.writes import Ability, Database, Write
from holdfast.writes.settings import current, stored


class SetUp(msgspec.Struct, frozen=True, kw_only=True):
    """What the owner decides. ``password_hash`` comes from :func:`hash_password`."""

    name: str
    registration: Registration
    owner: str
    email: str | None
    password_hash: str
    domain: str = ""
    short_description: str = ""
    rules: tuple[str, ...] = ()
    language: str = ""  # in which the set-up was read: the owner's, and the server's to begin with

    def __repr__(self) -> str:
        """The community's name only: the rest is not for logs."""
        return f"SetUp({self.name!r})"


class AlreadySetUp(Conflict):
    """This server is set up already."""

    key = "already_set_up"


class DomainSettled(Conflict):
    """The domain can no longer change: others have joined, and their addresses carry it."""

    key = "domain_settled"


def set_up(db: Database, form: SetUp) -> int:
    """Give a new server its name, rules, mode, domain and owner; the owner's account id.

    Raises :class:`AlreadySetUp`, :class:`Invalid` with the field that is wrong, :class:`FixedByFile`,
    :class:`Misconfigured` when the domain is public while rate limits are off.
    """
    domain = _checked_domain(db, form.domain)
    with db.write(SYSTEM, Ability.ADMINISTRATION) as w:
        w.serialise(SET_UP_LOCK)  # two browsers cannot both set it up
        if current(w, db.config.fixed).is_set_up:
            raise AlreadySetUp()
        account_id = create_member(
            db,
            SYSTEM,
            form.owner,
            email=form.email,
            password_hash=form.password_hash,
            role="owner",
            locale=form.language,
        )
        values: dict[str, object] = {
            "name": form.name,
            "registration": form.registration,
            "short_description": form.short_description,
            "contact_username": form.owner,
            "contact_email": form.email or "",
            "is_set_up": True,
        }
        if domain:
            values["domain"] = domain
        if form.language and "default_language" not in db.config.fixed:
            values["default_language"] = form.language
        db.set_settings(SYSTEM, values)
        if domain:
            people.move_local_addresses(w, f"https://{domain}")
        for rule in form.rules:
            add_rule(db, SYSTEM, rule)
        w.after_commit(lambda: void_token(db))
    return account_id


SET_UP_LOCK = 1
"""Stands for the server itself where an account's id is asked for; no account has so small an id."""


class DomainTaken(Event, frozen=True, kw_only=True):
    """The server has its public domain; addresses of what was written before have to follow."""

    kind: ClassVar[str] = "server.domain_taken"
    domain: str


def take_domain(db: Database, acting: Acting, domain: str) -> None:
    """Let a server that began on localhost take its public domain, as long as nobody but its owner has joined.

    Raises :class:`DomainSettled` afterwards, :class:`NotPermitted` for others than the system and the owner.
    """
    checked = _checked_domain(db, domain)
    if not checked:
        raise Invalid.field("domain", "ERR_BLANK", say("A domain cannot be taken away again, only be replaced."))
    with db.write(acting, Ability.ADMINISTRATION) as w:
        w.serialise(SET_UP_LOCK)
        if not acting.may("server.own"):
            raise NotPermitted()
        if stored(w).get("domain", "") == checked:
            return
        if _others_have_joined(w):
            raise DomainSettled()
        db.set_settings(acting, {"domain": checked})
        people.move_local_addresses(w, f"https://{checked}")
        w.record(DomainTaken(domain=checked))


def _others_have_joined(w: Write) -> bool:
    return how_many(w) > 1


def _checked_domain(db: Database, domain: str) -> str:
    if not domain.strip():
        return ""
    checked = people.normalise_domain(domain.strip())
    check_safe_in_public(db, checked)
    return checked


def check_safe_in_public(db: Database, domain: str) -> None:
    """Raise :class:`Misconfigured` for settings that are for tests on one machine, under a public domain."""
    if db.config.boot.rate_limits == "off":
        raise config.limits_off_in_public(domain)
    if db.config.boot.password_memory_kib < SAFE_PASSWORD_MEMORY_KIB:
        raise config.weak_passwords_in_public(domain)


def make_token(db: Database) -> str:
    """A new token for the set-up page; older ones end. Only its digest is kept, in a file for the server's user."""
    token = secrets.token_urlsafe(24)
    path = _path(db)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(_digest(token))
    draft.rename(path)
    return token


def is_valid_token(db: Database, token: str) -> bool:
    """Whether a token opens the set-up page; never once the server is set up."""
    if db.settings.is_set_up or not token:
        return False
    try:
        kept = _path(db).read_text()
    except FileNotFoundError:
        return False
    return hmac.compare_digest(kept, _digest(token))


def void_token(db: Database) -> None:
    """Let no token open the set-up page any more."""
    _path(db).unlink(missing_ok=True)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _path(db: Database) -> Path:
    return db.config.secrets_dir / "setup.token"
