"""Notices by people without an account, and reports by other servers: taken in as signals, and answered.

Who gave notice holds a receipt. With it they see what became of each address they named; where e-mail can be sent, a
letter confirms the notice and another one tells the decision.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

import msgspec
from sqlalchemy import insert, select, update

from holdfast import access
from holdfast.access.human_checks import use_challenge
from holdfast.acting import Acting
from holdfast.languages import _, say, speaking
from holdfast.moderation.errors import CannotGiveNotice, CannotReport, NoSuchReceipt, SubjectGone
from holdfast.moderation.intake import Signal, raise_signal
from holdfast.moderation.measures import HARMLESS_ON_SUBJECT, TOLD
from holdfast.moderation.notice_form import LONGEST_NOTICE, MOST_PLACES, VisitorNotice
from holdfast.moderation.places import subject_at
from holdfast.moderation.servers import rejects_reports
from holdfast.moderation.subjects import Subject
from holdfast.moderation.tables import cases, decisions, signals, visitors
from holdfast.moderation.taxonomy import HARMS
from holdfast.store import Hot, Read
from holdfast.writes import Ability, Database, Write

CONFIRM, ANSWER = "moderation.confirm_notice", "moderation.answer_notice"
STATUS_PATH = "/report/receipt"

_OF_CASE = Hot("SELECT DISTINCT visitor_id FROM signals WHERE case_id = :case AND visitor_id IS NOT NULL")
_STILL_OPEN = Hot(
    "SELECT 1 FROM signals s JOIN cases c ON c.id = s.case_id WHERE s.visitor_id = :visitor AND c.closed_at IS NULL "
    "LIMIT 1"
)


class VisitorLetter(msgspec.Struct, frozen=True):
    """A letter to somebody who gave notice is due."""

    visitor_id: int


class Outcome(msgspec.Struct, frozen=True):
    """What became of one address: ``state`` is open, acted or left. Times in milliseconds."""

    place: str
    state: str
    deadline: int
    closed_at: int | None


class Receipt(msgspec.Struct, frozen=True):
    """A notice as the person who gave it may see it again."""

    code: str
    category: str
    created_at: int
    outcomes: list[Outcome]


def give_notice(db: Database, acting: Acting, notice: VisitorNotice) -> str:
    """Take a checked notice in; the code of its receipt. Each address is a signal of its own.

    Raises :class:`CannotGiveNotice` for an address at which nothing is, :class:`ChallengeUsed`.
    """
    with db.write(acting, Ability.MODERATION) as w:
        use_challenge(w, notice.passed)
        number, code = w.new_id(), secrets.token_hex(16)
        w.run(
            insert(visitors).values(
                id=number,
                name=notice.name,
                email=notice.email,
                language=notice.language,
                category=notice.category,
                reason=notice.reason,
                receipt=code,
                created_at=w.now,
            )
        )
        for place in notice.places:
            signal = Signal(
                source="visitor",
                category=notice.category,
                comment=notice.reason,
                visitor_id=number,
                said_by=notice.said_by,
                detail={"place": place},
            )
            _raise_at(w, place, signal)
        if notice.email and db.config.boot.email:
            w.enqueue(CONFIRM, VisitorLetter(number))
        return code


def _raise_at(w: Write, place: str, signal: Signal) -> int:
    subject = subject_at(w, w.db.base_url, place)
    try:
        if subject is not None:
            return raise_signal(w, subject, signal)
    except SubjectGone:
        pass
    raise CannotGiveNotice.field(
        "places", "ERR_INVALID", say("There is nothing at %(place)s; look whether it is complete", place=place[:100])
    )


def raise_from_server(
    db: Database,
    acting: Acting,
    server: str,
    subjects: Sequence[Subject],
    *,
    comment: str = "",
    category: str = "other",
) -> list[int]:
    """Take a report in that another server has sent; the ids of the cases. What is gone already is left out.

    One server counts once in each case, however often it reports. Raises :class:`CannotReport` for what no server may
    send, and when nothing that it names is here.
    """
    if category not in HARMS:
        raise CannotReport.field("category", "ERR_INCLUSION", say("There is no such category."))
    if not server.strip():
        raise CannotReport.field("server", "ERR_BLANK", say("Name the server that reports."))
    if len(subjects) > MOST_PLACES * 5:
        raise CannotReport.field(
            "subjects", "ERR_TOO_MANY", say("A report names at most %(most)s posts", most=MOST_PLACES * 5)
        )
    name = server.strip().lower()
    signal = Signal(
        source="server",
        category=category,
        comment=comment.strip()[:LONGEST_NOTICE],
        said_by=name,
        detail={"server": name},
    )
    with db.write(acting, Ability.MODERATION) as w:
        if rejects_reports(w, name):
            raise CannotReport.field("server", "ERR_BLOCKED", say("No reports of this server are taken in."))
        found: list[int] = []
        for subject in dict.fromkeys(subjects):
            try:
                found.append(raise_signal(w, subject, signal))
            except SubjectGone:
                continue
        if not found:
            raise CannotReport.field("subjects", "ERR_INVALID", say("Nothing of what the report names is here."))
        return found


def receipt(r: Read, code: str) -> Receipt:
    """What became of a notice. Raises :class:`NoSuchReceipt`."""
    row = r.first(
        select(visitors.c.id, visitors.c.receipt, visitors.c.category, visitors.c.created_at).where(
            visitors.c.receipt == code.strip().lower()
        )
    )
    if row is None:
        raise NoSuchReceipt()
    return Receipt(row[1], row[2], row[3], _outcomes(r, row[0]))


def _outcomes(r: Read, visitor_id: int) -> list[Outcome]:
    statement = (
        select(signals.c.detail, cases.c.id, cases.c.deadline, cases.c.closed_at)
        .join(cases, cases.c.id == signals.c.case_id)
        .where(signals.c.visitor_id == visitor_id)
        .order_by(signals.c.id)
    )
    rows = list(r.rows(statement))
    acted = _acted_upon(r, [row[1] for row in rows if row[3] is not None])
    return [
        Outcome(
            detail.get("place", ""),
            "open" if closed_at is None else "acted" if case_id in acted else "left",
            deadline,
            closed_at,
        )
        for detail, case_id, deadline, closed_at in rows
    ]


def _acted_upon(r: Read, case_ids: Sequence[int]) -> set[int]:
    """The cases in which a decision that was not undone is felt by somebody."""
    if not case_ids:
        return set()
    statement = select(decisions.c.case_id).where(
        decisions.c.case_id.in_(case_ids),
        decisions.c.undone_at.is_(None),
        decisions.c.is_provisional.is_(False),
        decisions.c.on_subject.not_in(HARMLESS_ON_SUBJECT) | decisions.c.on_account.in_(TOLD),
    )
    return {row[0] for row in r.rows(statement)}


def plan_answers(w: Write, case_id: int) -> None:
    """Let those be told who gave notice of what a case is about, once none of their cases is open."""
    for row in w.fast(_OF_CASE, case=case_id):
        if not w.fast(_STILL_OPEN, visitor=row[0]):
            w.run(update(visitors).where(visitors.c.id == row[0]).values(told_at=w.now))
            w.enqueue(ANSWER, VisitorLetter(row[0]))


def confirm_notice(db: Database, due: VisitorLetter) -> None:
    """Confirm by e-mail that a notice has come in."""
    _write_to(db, due, is_decided=False)


def answer_notice(db: Database, due: VisitorLetter) -> None:
    """Tell the decision to who gave notice."""
    _write_to(db, due, is_decided=True)


def _write_to(db: Database, due: VisitorLetter, *, is_decided: bool) -> None:
    if not db.config.boot.email:
        return
    with db.read() as r:
        row = r.first(
            select(visitors.c.email, visitors.c.language, visitors.c.receipt).where(visitors.c.id == due.visitor_id)
        )
    if row is None or not row[0]:
        return
    email, language, code = row
    with speaking(language):
        server = db.settings.name
        if is_decided:
            subject = _("Your notice to %(server)s has been decided", server=server)
            first = _("The content of which you gave notice has been looked at. See what was decided:")
            last = _("If you believe that the decision is wrong, the page says what you can do.")
        else:
            subject = _("Your notice to %(server)s has come in", server=server)
            first = _("Thank you. The moderators look at what you told them. See what becomes of it:")
            last = _("Keep this letter: whoever knows the address in it can see the notice.")
        link = (_("Your notice"), f"{db.base_url}{STATUS_PATH}?code={code}")
        access.send_letter(db, email, "notice", subject, [first, last], link=link)
