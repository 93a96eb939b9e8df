"""Appeals: a member asks that somebody else looks again, once for each decision; what that one says is final here."""

from __future__ import annotations

from sqlalchemy import insert, update

from holdfast.acting import Acting
from holdfast.languages import say
from holdfast.moderation import appealed, statements, undoing
from holdfast.moderation.appealed import ANSWER, Appeal
from holdfast.moderation.cases import held
from holdfast.moderation.errors import (
    AnsweredMeanwhile,
    CannotAnswer,
    CannotAppeal,
    DecidedByYou,
    IsAboutYou,
    NotForYou,
)
from holdfast.moderation.events import AppealAnswered, AppealFiled
from holdfast.moderation.records import decision
from holdfast.moderation.tables import appeals
from holdfast.store import DAY
from holdfast.writes import Ability, Database

LONGEST_APPEAL = 5_000  # characters
LONGEST_ANSWER = 5_000
ANSWER_DAYS = 7
OUTCOMES = ("upheld", "overturned")


def file_appeal(db: Database, acting: Acting, decision_id: int, text: str = "") -> int:
    """Appeal against a decision about oneself; the appeal's id.

    Raises :class:`NoSuchDecision`, :class:`CannotAppeal`.
    """
    text = text.strip()
    if len(text) > LONGEST_APPEAL:
        words = say("An appeal has at most %(most)s characters.", most=LONGEST_APPEAL)
        raise CannotAppeal.field("text", "ERR_TOO_LONG", words)
    with db.write(acting, Ability.MODERATION) as w:
        found = statements.told_decision(w, acting.known_id, decision_id)
        held(w, found.case_id)  # so that nobody undoes it or appeals at the same time
        found = decision(w, decision_id)
        if found.undone_at is not None:
            raise CannotAppeal(say("This decision has been taken back already: there is nothing to appeal against."))
        if w.now >= statements.appeal_ends(found, w.db.settings.appeal_days):
            raise CannotAppeal(say("The time in which you could appeal against this decision is over."))
        if appealed.appeals_of(w, [decision_id]):
            raise CannotAppeal(say("You have appealed against this decision already."))
        number = w.new_id()
        row = {
            "id": number,
            "decision_id": decision_id,
            "account_id": acting.known_id,
            "text": text,
            "created_at": w.now,
            "deadline": w.now + ANSWER_DAYS * DAY,
        }
        w.run(insert(appeals).values(row))
        event = AppealFiled(appeal_id=number, decision_id=decision_id, account_id=acting.known_id)
        w.record(event, owner=acting.known_id)
        return number


def answer(db: Database, acting: Acting, appeal_id: int, outcome: str, words: str = "") -> Appeal:
    """Answer an appeal: ``upheld`` lets the decision stand, ``overturned`` puts back all that it changed.

    Raises :class:`NotForYou`, :class:`NoSuchAppeal`, :class:`IsAboutYou`, :class:`DecidedByYou`,
    :class:`AnsweredMeanwhile`, :class:`CannotAnswer`.
    """
    if not acting.may(ANSWER):
        raise NotForYou()
    words = words.strip()
    if outcome not in OUTCOMES:
        raise CannotAnswer.field("outcome", "ERR_INCLUSION", say("Choose one of the answers"))
    if outcome == "upheld" and not words:
        raise CannotAnswer.field("answer", "ERR_BLANK", say("Tell the member why the decision stands."))
    if len(words) > LONGEST_ANSWER:
        long = say("An answer has at most %(most)s characters.", most=LONGEST_ANSWER)
        raise CannotAnswer.field("answer", "ERR_TOO_LONG", long)
    with db.write(acting, Ability.MODERATION) as w:
        against = appealed.find(w, appeal_id).decision_id
        case = held(w, decision(w, against).case_id)
        found, contested = appealed.find(w, appeal_id), decision(w, against)
        if found.account_id == acting.account_id:
            raise IsAboutYou()
        if contested.decided_by is not None and contested.decided_by == acting.account_id:
            raise DecidedByYou()
        if found.answered_at is not None:
            raise AnsweredMeanwhile(outcome=found.outcome, answered_by=found.answered_by, answered_at=found.answered_at)
        values = {"answered_at": w.now, "answered_by": acting.account_id, "outcome": outcome, "answer": words}
        w.run(update(appeals).where(appeals.c.id == appeal_id).values(values))
        if outcome == "overturned":
            undoing.take_back(w, contested, case, appeal_id=appeal_id)
        event = AppealAnswered(appeal_id=appeal_id, decision_id=against, account_id=found.account_id, outcome=outcome)
        w.record(event, owner=found.account_id)
        return appealed.find(w, appeal_id)
