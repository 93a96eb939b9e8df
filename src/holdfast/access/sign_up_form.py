"""The sign-up form: checked and its password hashed before any transaction begins."""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec

from holdfast.access import attempts, passwords, policies
from holdfast.access.challenge import Passed
from holdfast.access.documents import document
from holdfast.access.errors import RegistrationClosed
from holdfast.access.hashing import hasher
from holdfast.access.human_checks import check_human
from holdfast.acting import Acting
from holdfast.errors import FieldError, Invalid
from holdfast.languages import joined, say
from holdfast.people.names import check_username
from holdfast.store import SECOND
from holdfast.writes import Database

LONGEST_REASON = 1_000  # characters
LONGEST_LOCALE = 16


class SignUpForm(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wrote. ``challenge`` is a solved proof of work, ``waiting`` the token of a form without one."""

    username: str
    password: str
    email: str = ""
    agreement: bool = False
    reason: str = ""
    date_of_birth: str = ""
    locale: str = ""
    invite_code: str = ""
    challenge: str = ""
    waiting: str = ""

    def __repr__(self) -> str:
        """The name only: the rest is not for logs."""
        return f"SignUpForm({self.username!r})"


class SignUp(msgspec.Struct, frozen=True, kw_only=True):
    """A form that passed every check that needs no look at other members; what ``sign_up`` is given."""

    username: str
    password_hash: str
    email: str | None
    reason: str
    born_on: str | None
    locale: str
    invite_code: str
    passed: Passed | None
    terms_version: int | None

    def __repr__(self) -> str:
        """The name only: the rest is not for logs."""
        return f"SignUp({self.username!r})"


def needs_email(db: Database) -> bool:
    """Whether an address must be given: where letters can be sent, it has to be confirmed."""
    return bool(db.config.boot.email)


def prepare(db: Database, acting: Acting, form: SignUpForm) -> SignUp:
    """Check a form and hash its password: slow, to be called outside of commands and off the event loop.

    An app (``acting.app_id``) needs no challenge, but has limits of its own. Raises :class:`Invalid` with all
    wrong fields, a :class:`ChallengeInvalid` or :class:`SentTooSoon`, :class:`TooMany`,
    :class:`RegistrationClosed`, :class:`HasherBusy`.
    """
    if db.settings.registration == "closed":
        raise RegistrationClosed(db.settings.registration_message)
    email, born = _checked(db, form)
    passed = _passed(db, acting, form)
    _count(db, acting, form)
    with db.read() as r:
        terms = document(r, "terms", now=db.clock.now())
    return SignUp(
        username=form.username,
        password_hash=hasher(db).hash(form.password),
        email=email,
        reason=form.reason.strip(),
        born_on=born.isoformat() if born else None,
        locale=form.locale[:LONGEST_LOCALE],
        invite_code=form.invite_code.strip(),
        passed=passed,
        terms_version=terms.version if terms else None,
    )


def _checked(db: Database, form: SignUpForm) -> tuple[str | None, date | None]:
    wrong: list[FieldError] = []
    email: str | None = None
    born: date | None = None
    try:
        check_username(form.username)
    except Invalid as fault:
        wrong += fault.fields
    try:
        email = _email(db, form.email)
    except Invalid as fault:
        wrong += fault.fields
    try:
        words = (db.settings.name, db.settings.domain)
        passwords.check(form.password, name=form.username, email=form.email, also=words)
    except Invalid as fault:
        wrong += fault.fields
    try:
        born = _born(db, form.date_of_birth)
    except Invalid as fault:
        wrong += fault.fields
    if not form.agreement:
        wrong.append(FieldError("agreement", "ERR_ACCEPTED", say("Agreement must be accepted")))
    if len(form.reason) > LONGEST_REASON:
        message = say("Reason is too long (maximum is %(most)s characters)", most=LONGEST_REASON)
        wrong.append(FieldError("reason", "ERR_TOO_LONG", message))
    if db.settings.registration == "approval" and not form.reason.strip() and not form.invite_code:
        wrong.append(FieldError("reason", "ERR_BLANK", say("Reason can't be blank")))
    if wrong:
        raise Invalid(
            say("Validation failed: %(reasons)s", reasons=joined((field.said for field in wrong), ", ")), fields=wrong
        )
    return email, born


def _email(db: Database, text: str) -> str | None:
    if text.strip():
        return policies.normalise_email(text)
    if needs_email(db):
        raise Invalid.field("email", "ERR_BLANK", say("E-mail address can't be blank"))
    return None


def _born(db: Database, text: str) -> date | None:
    minimum = db.settings.minimum_age_years
    if not minimum:
        return None
    if not text.strip():
        raise Invalid.field("date_of_birth", "ERR_BLANK", say("Date of birth can't be blank"))
    today = datetime.fromtimestamp(db.clock.now() / SECOND, UTC).date()
    born = policies.parse_birth_date(text, today)
    policies.check_age(born, minimum, today)
    return born


def _passed(db: Database, acting: Acting, form: SignUpForm) -> Passed | None:
    if acting.app_id is not None:
        return None
    return check_human(db, form.challenge, form.waiting)


def _count(db: Database, acting: Acting, form: SignUpForm) -> None:
    network = attempts.network_of(acting.ip)
    limits = [("sign_up", network, attempts.SIGN_UP_NETWORK)]
    if acting.app_id is not None:
        limits = [
            ("sign_up_app", network, attempts.SIGN_UP_APP_NETWORK),
            ("sign_up_apps", "", attempts.SIGN_UP_APPS),
        ]
    elif not form.challenge:
        limits.append(("sign_up_waiting", network, attempts.SIGN_UP_WAITING_NETWORK))
    if form.invite_code:
        limits.append(("invite", network, attempts.INVITE_NETWORK))
    attempts.count(db, acting, *limits)
