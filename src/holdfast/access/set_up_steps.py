"""A set-up in steps: what whoever holds the link has answered so far, and what an owner has put off for later.

What is answered before there is an owner takes effect all at once, with the owner's account: until then nothing of
it shows anywhere, and each answer can still be another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, get_args

import msgspec
from sqlalchemy import delete, insert, select

from holdfast.access.documents import checked_rules
from holdfast.access.errors import NotPermitted
from holdfast.access.setup import SET_UP_LOCK, AlreadySetUp, SetUp, checked_domain, is_valid_token, set_up
from holdfast.access.tables import set_up_steps as table
from holdfast.acting import Acting
from holdfast.config import Registration
from holdfast.errors import Conflict, FieldError, Invalid
from holdfast.languages import say
from holdfast.store import Read
from holdfast.writes import Ability, Database, Write
from holdfast.writes.settings import current

LONGEST_NAME, LONGEST_DESCRIPTION = 100, 500
BEFORE = ("community", "rules", "registration")
"""What is answered before the owner's account is made, in the order in which it is asked."""

EMAIL, HIDDEN = "email", "hidden"


class LinkVoid(Conflict):
    """This set-up link does not work (any more); starting the server again prints the one that does."""

    key = "set_up_link_void"


class StepsMissing(Conflict):
    """The steps before this one come first."""

    key = "set_up_steps_missing"


class Community(msgspec.Struct, frozen=True):
    """What the community is called, and under which domain it will be reached (empty: this machine only)."""

    name: str = ""
    short_description: str = ""
    domain: str = ""


class Answers(msgspec.Struct, frozen=True):
    """What was answered before there is an owner; None where nothing was."""

    community: Community | None = None
    rules: tuple[str, ...] | None = None
    registration: Registration | None = None

    @property
    def missing(self) -> list[str]:
        """The steps that are not answered yet, in order."""
        return [name for name in BEFORE if getattr(self, name) is None]


class Owner(msgspec.Struct, frozen=True):
    """The account that is to own the server, and the language in which the set-up was read."""

    name: str
    email: str | None
    password_hash: str
    language: str = ""

    def __repr__(self) -> str:
        """The name only: the rest is not for logs."""
        return f"Owner({self.name!r})"


class PutOff(msgspec.Struct, frozen=True):
    """What an owner has decided about the steps after the account; ``tested_at`` in milliseconds."""

    goes_without_email: bool = False
    email_tested_at: int | None = None
    is_hidden: bool = False


def answers(r: Read) -> Answers:
    """What was answered so far."""
    return msgspec.convert({name: value for name, value in _saved(r).items() if name in BEFORE}, Answers)


def put_off(r: Read) -> PutOff:
    """What an owner has decided so far."""
    saved = _saved(r)
    email = saved.get(EMAIL, {})
    return PutOff(bool(email.get("goes_without")), email.get("tested_at"), HIDDEN in saved)


def _saved(r: Read) -> dict[str, Any]:
    return {row.name: row.answers for row in r.rows(select(table.c.name, table.c.answers))}


def answer_community(db: Database, acting: Acting, token: str, given: Community) -> None:
    """Name and domain. Raises :class:`LinkVoid`, :class:`Invalid` with the fields that are wrong, and for a domain
    with which this configuration is not safe :class:`Misconfigured`."""
    found = msgspec.structs.replace(
        given, **{key: value for key, value in db.config.fixed.items() if key in Community.__struct_fields__}
    )
    wrong = []
    if not found.name or len(found.name) > LONGEST_NAME:
        words = say("Give the community a name of up to %(most)s characters", most=LONGEST_NAME)
        wrong.append(FieldError("name", "ERR_BLANK", words))
    if len(found.short_description) > LONGEST_DESCRIPTION:
        words = say("The description has more than %(most)s characters", most=LONGEST_DESCRIPTION)
        wrong.append(FieldError("short_description", "ERR_TOO_LONG", words))
    if wrong:
        raise Invalid(fields=wrong)
    checked = msgspec.structs.replace(found, domain=checked_domain(db, found.domain))
    _answer(db, acting, token, "community", msgspec.to_builtins(checked))


def answer_rules(db: Database, acting: Acting, token: str, texts: Iterable[str]) -> None:
    """The rules, or none. Raises :class:`LinkVoid`, :class:`Invalid` on ``rules``."""
    _answer(db, acting, token, "rules", list(checked_rules(texts)))


def answer_registration(db: Database, acting: Acting, token: str, registration: str) -> None:
    """Who may join. Raises :class:`LinkVoid`, :class:`Invalid` on ``registration``."""
    registration = db.config.fixed.get("registration", registration)
    if registration not in get_args(Registration):
        raise Invalid.field("registration", "ERR_INCLUSION", say("Say who may join"))
    _answer(db, acting, token, "registration", registration)


def finish(db: Database, acting: Acting, token: str, owner: Owner) -> int:
    """Make the owner's account, and let everything take effect that was answered; the account's id.

    Raises :class:`LinkVoid`, :class:`StepsMissing`, and as :func:`set_up`.
    """
    with _opened(db, acting, token) as w:
        found = answers(w)
        if found.community is None or found.rules is None or found.registration is None:
            raise StepsMissing()
        form = SetUp(
            name=found.community.name,
            registration=found.registration,
            owner=owner.name,
            email=owner.email,
            password_hash=owner.password_hash,
            language=owner.language,
            domain=found.community.domain if "domain" not in db.config.fixed else "",
            short_description=found.community.short_description,
            rules=found.rules,
        )
        return set_up(db, form)


def go_without_email(db: Database, acting: Acting) -> None:
    """Decide that the server sends no letters for now."""
    with _owned(db, acting) as w:
        _save(w, EMAIL, {"goes_without": True})


def note_tested_email(db: Database, acting: Acting) -> None:
    """Remember that a letter was taken by a vendor just now."""
    with _owned(db, acting) as w:
        _save(w, EMAIL, {"tested_at": w.now})


def hide(db: Database, acting: Acting, is_hidden: bool) -> None:
    """Keep what is left to do off the first page of the administration, or show it there again."""
    with _owned(db, acting) as w:
        if is_hidden:
            _save(w, HIDDEN, True)
        else:
            w.run(delete(table).where(table.c.name == HIDDEN))


def _answer(db: Database, acting: Acting, token: str, name: str, value: object) -> None:
    with _opened(db, acting, token) as w:
        _save(w, name, value)


def _save(w: Write, name: str, value: object) -> None:
    w.run(delete(table).where(table.c.name == name))
    w.run(insert(table).values(name=name, answers=value, saved_at=w.now))


@contextmanager
def _opened(db: Database, acting: Acting, token: str) -> Iterator[Write]:
    """A transaction for who holds the link, as long as there is no owner."""
    with db.write(acting, Ability.ADMINISTRATION) as w:
        w.serialise(SET_UP_LOCK)
        if current(w, db.config.fixed).is_set_up:
            raise AlreadySetUp()
        if not is_valid_token(db, token):
            raise LinkVoid()
        yield w


@contextmanager
def _owned(db: Database, acting: Acting) -> Iterator[Write]:
    """A transaction for an owner."""
    with db.write(acting, Ability.ADMINISTRATION) as w:
        if not acting.may("server.own"):
            raise NotPermitted()
        w.serialise(SET_UP_LOCK)
        yield w
