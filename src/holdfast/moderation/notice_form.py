"""The form on which people without an account give notice (DSA, Article 16): checked before any transaction begins."""

from __future__ import annotations

import hmac

import msgspec

from holdfast.access import attempts, policies
from holdfast.access.challenge import Passed
from holdfast.access.human_checks import check_human
from holdfast.acting import Acting
from holdfast.errors import FieldError, Invalid
from holdfast.languages import say
from holdfast.moderation import places as where
from holdfast.moderation.errors import CannotGiveNotice
from holdfast.moderation.taxonomy import HARMS
from holdfast.writes import Database

NOTICE_CHECK = "notice"  # of the check against robots
MOST_PLACES = 20
LONGEST_NOTICE = 5_000  # characters
LONGEST_NAME = 200
NAMELESS = frozenset({"child_safety"})
"""Kinds of harm of which notice can be given without a name and an address (DSA, Article 16(2)(c))."""


class VisitorForm(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wrote. ``challenge`` is a solved proof of work, ``waiting`` the token of a form without one."""

    places: tuple[str, ...]
    category: str
    reason: str
    name: str = ""
    email: str = ""
    in_good_faith: bool = False
    language: str = "en"
    challenge: str = ""
    waiting: str = ""

    def __repr__(self) -> str:
        """The kind of harm only: the rest is not for logs."""
        return f"VisitorForm({self.category!r})"


class VisitorNotice(msgspec.Struct, frozen=True, kw_only=True):
    """A form that passed every check that needs no look at what it names. ``said_by`` stands for the network."""

    places: tuple[str, ...]
    category: str
    reason: str
    name: str
    email: str
    language: str
    passed: Passed
    said_by: str


def prepare_notice(db: Database, acting: Acting, form: VisitorForm) -> VisitorNotice:
    """Check a form: slow, to be called outside of commands and off the event loop.

    Raises :class:`CannotGiveNotice` with all wrong fields, a :class:`ChallengeInvalid` or :class:`SentTooSoon`,
    :class:`TooMany`.
    """
    places = tuple(dict.fromkeys(place.strip() for place in form.places if place.strip()))
    wrong = [*_wrong_places(db, places), *_wrong_words(form)]
    email = ""
    try:
        email = policies.normalise_email(form.email) if form.email.strip() else ""
    except Invalid as fault:
        wrong += fault.fields
    if wrong:
        raise CannotGiveNotice(fields=wrong)
    passed = check_human(db, form.challenge, form.waiting, purpose=NOTICE_CHECK)
    network = attempts.network_of(acting.ip)
    limits = [("notice", network, attempts.NOTICE_NETWORK)]
    if not form.challenge:
        limits.append(("notice_waiting", network, attempts.NOTICE_WAITING_NETWORK))
    attempts.count(db, acting, *limits)
    key = db.keyring.derive("moderation.networks")
    return VisitorNotice(
        places=places,
        category=form.category,
        reason=form.reason.strip(),
        name=form.name.strip(),
        email=email,
        language=form.language,
        passed=passed,
        said_by=hmac.digest(key, network.encode(), "sha256").hex()[:32],
    )


def _wrong_places(db: Database, places: tuple[str, ...]) -> list[FieldError]:
    if not places:
        return [FieldError("places", "ERR_BLANK", say("Write at least one address, each on a line of its own"))]
    if len(places) > MOST_PLACES:
        words = say("A notice names at most %(most)s addresses; send the others in another one", most=MOST_PLACES)
        return [FieldError("places", "ERR_TOO_MANY", words)]
    for place in places:
        if len(place) > where.LONGEST_ADDRESS or not where.is_of(db.base_url, place):
            words = say("This is not an address of this server: %(place)s", place=place[:100])
            return [FieldError("places", "ERR_INVALID", words)]
    return []


def _wrong_words(form: VisitorForm) -> list[FieldError]:
    wrong: list[FieldError] = []
    if form.category not in HARMS:
        wrong.append(FieldError("category", "ERR_INCLUSION", say("Choose what is wrong")))
    if not form.reason.strip():
        wrong.append(FieldError("reason", "ERR_BLANK", say("Explain why this should not be here")))
    if len(form.reason) > LONGEST_NOTICE:
        words = say("The explanation has at most %(most)s characters", most=LONGEST_NOTICE)
        wrong.append(FieldError("reason", "ERR_TOO_LONG", words))
    if len(form.name) > LONGEST_NAME:
        words = say("A name has at most %(most)s characters", most=LONGEST_NAME)
        wrong.append(FieldError("name", "ERR_TOO_LONG", words))
    if form.category not in NAMELESS:
        if not form.name.strip():
            wrong.append(FieldError("name", "ERR_BLANK", say("Write your name")))
        if not form.email.strip():
            wrong.append(FieldError("email", "ERR_BLANK", say("Write your e-mail address")))
    if not form.in_good_faith:
        words = say("Confirm that you believe what you write to be true")
        wrong.append(FieldError("in_good_faith", "ERR_ACCEPTED", words))
    return wrong
