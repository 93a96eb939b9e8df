"""Questions to those who ask to join and their answers, and what is kept of those who were turned down.

An applicant cannot sign in yet. They read and answer on a page whose address carries a signed key; it comes by letter,
and after the right password. Of a rejection only keyed digests are kept, which find the same address, network or name
again: whoever reads the database learns none of them.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from typing import NamedTuple

import msgspec
from sqlalchemy import delete, func, insert, or_, select

from holdfast.access.attempts import network_of
from holdfast.access.errors import NotPending, NotPermitted, TooManyAnswers
from holdfast.access.events import ApplicantAnswered, ApplicantAsked
from holdfast.access.members import Member, find
from holdfast.access.policies import canonical_email
from holdfast.access.signing import signer
from holdfast.access.tables import application_words, rejections
from holdfast.access.tokens import TokenVoid
from holdfast.acting import Acting
from holdfast.errors import Invalid
from holdfast.languages import say
from holdfast.people.names import username_key
from holdfast.store import DAY, SECOND, Read
from holdfast.writes import Ability, Database, Write

PATH = "/application/"
LONGEST_WORDS = 2_000  # characters
MOST_ANSWERS = 10
KEY_LASTS_MS = 30 * DAY
REJECTION_LASTS_MS = 365 * DAY
_PURPOSE = "application"


class Words(msgspec.Struct, frozen=True):
    """A question or an answer; ``created_at`` in milliseconds."""

    id: int
    is_question: bool
    asked_by: int | None
    text: str
    created_at: int


class Rejection(NamedTuple):
    """An earlier rejection, and what it has in common with somebody: ``email``, ``network``, ``name``."""

    reason: str
    rejected_by: int | None
    created_at: int
    by: tuple[str, ...]


class _Digests(NamedTuple):
    email: bytes | None
    network: bytes | None
    name: bytes


def ask_applicant(db: Database, acting: Acting, account_id: int, text: str) -> int:
    """Ask somebody who waits for approval; the id of the question. They are told by letter, if they have an address.

    Raises :class:`NotPermitted`, :class:`NotPending`, :class:`Invalid`.
    """
    words = _checked(text)
    with db.write(acting, Ability.MODERATION) as w:
        if not acting.may("accounts.approve"):
            raise NotPermitted()
        _applicant(w, account_id)
        number = _add(w, account_id, words, is_question=True, asked_by=acting.account_id)
        w.record(ApplicantAsked(account_id=account_id, question_id=number), owner=account_id)
        return number


def answer_question(db: Database, acting: Acting, key: str, text: str) -> None:
    """Answer with the key of the applicant's page, whoever is signed in.

    Raises :class:`TokenVoid`, :class:`NotPending`, :class:`TooManyAnswers`, :class:`Invalid`.
    """
    words = _checked(text)
    account_id = opened(db, key)
    with db.write(Acting(account_id=account_id, ip=acting.ip), Ability.SIGN_IN) as w:
        _applicant(w, account_id)
        answers = select(func.count()).where(
            application_words.c.account_id == account_id, application_words.c.is_question.is_(False)
        )
        if int(w.value(answers) or 0) >= MOST_ANSWERS:
            raise TooManyAnswers()
        _add(w, account_id, words, is_question=False, asked_by=None)
        w.record(ApplicantAnswered(account_id=account_id), owner=account_id)


def application_way(db: Database, account_id: int) -> str:
    """The path of the page of somebody who waits, for who has proved to be them."""
    now = db.clock.now()
    return PATH + signer(db).sign(_PURPOSE, account_id, KEY_LASTS_MS / SECOND, now / SECOND)


def opened(db: Database, key: str) -> int:
    """Whose page a key opens. Raises :class:`TokenVoid`."""
    return signer(db).open(_PURPOSE, key, db.clock.now() / SECOND, as_type=int)


def application(r: Read, db: Database, key: str) -> tuple[Member, list[Words]]:
    """Who asks to join with this key, and what was asked and answered. Raises :class:`TokenVoid`.

    Whoever was let in meanwhile is found as well; whoever was turned down is gone.
    """
    account_id = opened(db, key)
    found = find(r, account_id)
    if found is None or found.deleted_at is not None:
        raise TokenVoid()
    return found, words_of(r, [account_id]).get(account_id, [])


def words_of(r: Read, account_ids: Iterable[int]) -> dict[int, list[Words]]:
    """What was asked and answered, by account, in order."""
    c = application_words.c
    statement = (
        select(c.account_id, c.id, c.is_question, c.asked_by, c.text, c.created_at)
        .where(c.account_id.in_(list(account_ids)))
        .order_by(c.id)
    )
    found: dict[int, list[Words]] = {}
    for account_id, number, is_question, asked_by, text, created_at in r.rows(statement):
        found.setdefault(account_id, []).append(Words(number, bool(is_question), asked_by, text, created_at))
    return found


def keep_rejection(w: Write, found: Member, reason: str) -> int:
    """Keep what finds somebody again who is being turned down, as part of the write that does it; its id."""
    number = w.new_id()
    mine = _digests(w.db, found)
    w.run(
        insert(rejections).values(
            id=number,
            email_digest=mine.email,
            network_digest=mine.network,
            name_digest=mine.name,
            reason=reason,
            rejected_by=w.acting.account_id,
            created_at=w.now,
        )
    )
    return number


def earlier_rejections(r: Read, db: Database, found: Member) -> list[Rejection]:
    """Rejections of the same address, network or name, the newest first."""
    mine = _digests(db, found)
    c = rejections.c
    pairs = (("email", c.email_digest), ("network", c.network_digest), ("name", c.name_digest))
    same = [(name, column, getattr(mine, name)) for name, column in pairs if getattr(mine, name) is not None]
    statement = (
        select(c.reason, c.rejected_by, c.created_at, *(column for _, column, _ in same))
        .where(or_(*(column == digest for _, column, digest in same)))
        .order_by(c.id.desc())
        .limit(10)
    )
    made = []
    for reason, rejected_by, created_at, *digests in r.rows(statement):
        by = tuple(
            name for (name, _, digest), there in zip(same, digests, strict=True) if there and bytes(there) == digest
        )
        made.append(Rejection(reason, rejected_by, created_at, by))
    return made


def forget_words(w: Write, account_id: int) -> None:
    """Forget what was asked and answered, with the application that it belongs to."""
    w.run(delete(application_words).where(application_words.c.account_id == account_id))


def forget_rejections(w: Write) -> None:
    """Forget rejections after a year."""
    w.run(delete(rejections).where(rejections.c.created_at < w.now - REJECTION_LASTS_MS))


def _checked(text: str) -> str:
    words = text.strip()
    if not words:
        raise Invalid.field("text", "ERR_BLANK", say("Write something."))
    if len(words) > LONGEST_WORDS:
        raise Invalid.field("text", "ERR_TOO_LONG", say("At most %(most)s characters.", most=LONGEST_WORDS))
    return words


def _applicant(w: Write, account_id: int) -> Member:
    w.serialise(account_id)
    found = find(w, account_id)
    if found is None or found.deleted_at is not None or not found.is_pending:
        raise NotPending()
    return found


def _add(w: Write, account_id: int, text: str, *, is_question: bool, asked_by: int | None) -> int:
    number = w.new_id()
    row = {"id": number, "account_id": account_id, "is_question": is_question, "asked_by": asked_by, "text": text}
    w.run(insert(application_words).values(**row, created_at=w.now))
    return number


def _digests(db: Database, found: Member) -> _Digests:
    key = db.keyring.derive("access.rejections")

    def digest(kind: str, text: str) -> bytes:
        return hmac.digest(key, f"{kind}:{text}".encode(), "sha256")

    return _Digests(
        digest("email", canonical_email(found.email)) if found.email else None,
        digest("network", network_of(found.sign_up_ip)) if found.sign_up_ip else None,
        digest("name", username_key(found.username)),
    )
