"""Members as readers: what pages and letters have to know of them before they say anything."""

from __future__ import annotations

import msgspec
from sqlalchemy import update

from holdfast.access.documents import NewTerms
from holdfast.access.events import LanguageChosen
from holdfast.access.resting import STAFF
from holdfast.access.roles import ROLES
from holdfast.access.tables import members
from holdfast.acting import Acting
from holdfast.errors import Invalid
from holdfast.languages import closest, known, say
from holdfast.store import DAY, Hot, Read
from holdfast.writes import Ability, Database

_READER = Hot(
    "SELECT m.locale, m.role, d.version, d.effective_at FROM members m LEFT JOIN documents d "
    "ON d.kind = 'terms' AND d.version > coalesce(m.terms_version, 0) "
    "WHERE m.account_id = :account ORDER BY d.version DESC LIMIT 1"
)
_ROLE = Hot(
    "SELECT m.role, m.role_rests, coalesce(m.role_since, m.created_at), m.totp_enabled_at, "
    "(SELECT count(*) FROM passkeys p WHERE p.account_id = m.account_id) FROM members m WHERE m.account_id = :account"
)


class Resting(msgspec.Struct, frozen=True):
    """A role whose holder has no second factor: it rests, or does so from ``at`` (ms) on."""

    title: str
    is_now: bool
    at: int


class Reader(msgspec.Struct, frozen=True):
    """A member who reads: the language that they have chosen, empty for none, and the newest version of the terms,
    in force already or announced, unless they agreed to it."""

    language: str
    new_terms: NewTerms | None
    has_role: bool


def reader(r: Read, account_id: int) -> Reader:
    """What a page has to know of the member who reads it."""
    locale, role, version, effective_at = r.fast(_READER, account=account_id)[0]
    terms = None if version is None else NewTerms(version, effective_at)
    return Reader(closest(locale, ""), terms, role in STAFF)


def resting(r: Read, account_id: int, *, grace_days: int) -> Resting | None:
    """What somebody with a role and without a second factor has to know; None for everybody else."""
    role, rests, since, totp_at, passkey_count = r.fast(_ROLE, account=account_id)[0]
    if role not in STAFF or ((totp_at or passkey_count) and not rests):
        return None
    return Resting(ROLES[role].title, bool(rests), since + grace_days * DAY)


def language_of(db: Database, locale: str | None) -> str:
    """The language in which letters and pushes reach a member: theirs, or else the server's."""
    return closest(locale or "", db.settings.default_language)


def choose_language(db: Database, acting: Acting, language: str) -> None:
    """Read pages and letters in this language from now on; empty leaves it to each browser.

    Raises :class:`Invalid` for one that there is no translation into.
    """
    if language and language not in known():
        raise Invalid.field("language", "ERR_INCLUSION", say("Choose one of the answers"))
    with db.write(acting, Ability.PROFILE) as w:
        mine = members.c.account_id == acting.known_id
        if w.run(update(members).where(mine, members.c.locale != language).values(locale=language)):
            w.record(LanguageChosen(account_id=acting.known_id))
