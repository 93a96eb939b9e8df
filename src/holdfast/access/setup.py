"""Setting a new server up: the link for the owner, the set-up itself, and the domain it may still take.

The link is the same at each start, so that a set-up can be left and come back to, and void once there is an owner.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from typing import ClassVar

import msgspec
from sqlalchemy import delete

from holdfast import config, people
from holdfast.access.documents import add_rule
from holdfast.access.errors import NotPermitted
from holdfast.access.members import how_many
from holdfast.access.sign_ups import create_member
from holdfast.access.tables import set_up_steps
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
    domain = checked_domain(db, form.domain)
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
        contact = {"contact_username": form.owner, "contact_email": form.email or ""}
        values: dict[str, object] = {
            "name": form.name,
            "registration": form.registration,
            "short_description": form.short_description,
            "is_set_up": True,
        } | {key: value for key, value in contact.items() if key not in db.config.fixed}
        if domain:
            values["domain"] = domain
        if form.language and "default_language" not in db.config.fixed:
            values["default_language"] = form.language
        db.set_settings(SYSTEM, values)
        if domain:
            people.move_local_addresses(w, f"https://{domain}")
        for rule in form.rules:
            add_rule(db, SYSTEM, rule)
        w.run(delete(set_up_steps))  # what was answered step by step is in its places now
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
    checked = checked_domain(db, domain)
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


def checked_domain(db: Database, domain: str) -> str:
    """A domain as it is kept, empty for none. Raises :class:`Invalid`, and as :func:`check_safe_in_public`."""
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


def link_token(db: Database) -> str:
    """The token of the set-up link. It is kept nowhere: it follows from the server's own secret."""
    return urlsafe_b64encode(db.keyring.derive("access.set_up_link")).rstrip(b"=").decode()


def is_valid_token(db: Database, token: str) -> bool:
    """Whether a token opens the set-up; never once the server is set up."""
    return not db.settings.is_set_up and hmac.compare_digest(token.encode(), link_token(db).encode())
