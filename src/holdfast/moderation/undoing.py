"""Decisions are put back: undone by a person, after an appeal, or at the end of their time."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import select, update

from holdfast.acting import Acting
from holdfast.languages import say
from holdfast.moderation import measures, planning, strikes
from holdfast.moderation.cases import DECIDE, OVERSEE, Case, held, is_open_elsewhere, set_outcome, settle_reports
from holdfast.moderation.errors import CannotUndo, IsAboutYou, NotForYou
from holdfast.moderation.events import AppealAnswered, DecisionEnded, DecisionUndone
from holdfast.moderation.records import COLUMNS, Decision, decision, decisions_in, from_row
from holdfast.moderation.tables import appeals, cases, decisions
from holdfast.writes import Ability, Database, Write


def undo(db: Database, acting: Acting, decision_id: int) -> None:
    """Take a decision back: everything it changed is as before and the case open again.

    Whoever took it may, and who oversees. Raises :class:`NoSuchDecision`, :class:`NotForYou`, :class:`CannotUndo`.
    """
    with db.write(acting, Ability.MODERATION) as w:
        found = decision(w, decision_id)
        case = held(w, found.case_id)
        found = decision(w, decision_id)  # as it is now that nobody else changes it
        own = acting.account_id is not None and found.decided_by == acting.account_id
        if not acting.may(DECIDE) or not (own or found.decided_by is None or acting.may(OVERSEE)):
            raise NotForYou()
        if found.account_id is not None and found.account_id == acting.account_id:
            raise IsAboutYou()
        take_back(w, found, case)


def take_back(w: Write, found: Decision, case: Case, *, appeal_id: int | None = None) -> None:
    """Put back all that a decision changed and open its case again; after an appeal the case stays closed.

    Raises :class:`CannotUndo`.
    """
    if found.undone_at is not None:
        raise CannotUndo(say("This decision has been undone already."))
    if found.ended_at is None:
        put_back(w, found)
    strikes.withdraw(w, found.id)
    w.run(
        update(decisions)
        .where(decisions.c.id == found.id)
        .values(undone_at=w.now, undone_by=w.acting.account_id, overturned_by_appeal_id=appeal_id)
    )
    if appeal_id is None:
        _settle_appeal(w, found)
    _reopen(w, found, case, is_appeal=appeal_id is not None)
    delivered = found.delivered_at is not None
    w.record(
        DecisionUndone(case_id=case.id, decision_id=found.id, account_id=found.account_id, was_delivered=delivered),
        owner=found.account_id,
    )
    if delivered and found.is_felt and not found.is_provisional:
        planning.withdraw(w, found.id)


def _reopen(w: Write, found: Decision, case: Case, *, is_appeal: bool) -> None:
    """Let a case be as it was before a decision: open unless a later one about the same is, contained if it was."""
    values: dict[str, Any] = {"revision": cases.c.revision + 1}
    if is_appeal:
        set_outcome(w, case.id, "rejected")
    else:
        contained = None if found.is_provisional else _contained_before(w, found) or case.contained_at
        case = msgspec.structs.replace(case, contained_at=contained)
        values |= {"contained_at": contained, "priority": case.weighing.value}
        w.serialise(case.about.lock)
        if found.closes and not is_open_elsewhere(w, case):
            values |= {"closed_at": None, "rests_at_version": None, "rests_until_views": None}
            set_outcome(w, case.id, None)
            planning.wind(w, case.id, case.opened_at, case.deadline)
    w.run(update(cases).where(cases.c.id == case.id).values(**values))
    settle_reports(w, case.id)


def _contained_before(w: Write, found: Decision) -> int | None:
    """Bring back the containment that a decision ended, if it did; since when it is in force. Nobody is told again."""
    for one in decisions_in(w, found.case_id):
        if one.is_provisional and one.undone_at is None and one.ended_at == found.created_at and one.id < found.id:
            if one.status_id is not None:
                measures.on_post(w, one.status_id, one.on_subject, "")
            w.run(update(decisions).where(decisions.c.id == one.id).values(ended_at=None))
            return one.created_at
    return None


def _settle_appeal(w: Write, found: Decision) -> None:
    """Who undoes a decision has given right to the appeal that waits for an answer."""
    row = w.first(select(appeals.c.id).where(appeals.c.decision_id == found.id, appeals.c.answered_at.is_(None)))
    if row is None or found.account_id is None:
        return
    answered = {"answered_at": w.now, "answered_by": w.acting.account_id, "outcome": "overturned"}
    w.run(update(appeals).where(appeals.c.id == row.id).values(answered))
    event = AppealAnswered(appeal_id=row.id, decision_id=found.id, account_id=found.account_id, outcome="overturned")
    w.record(event, owner=found.account_id)


def end(w: Write, found: Decision) -> None:
    """Let a decision end whose time is over; what it changed is put back."""
    if not found.stands:
        return
    put_back(w, found)
    w.run(update(decisions).where(decisions.c.id == found.id).values(ended_at=w.now))
    ended = DecisionEnded(case_id=found.case_id, decision_id=found.id, account_id=found.account_id)
    w.record(ended, owner=found.account_id)


def put_back(w: Write, found: Decision) -> None:
    """Restore each aspect that a decision changed, unless a later one holds it: that one restores it in its time."""
    for aspect, before in found.before.items():
        if _leave_to_later(w, found, aspect, before):
            continue
        if aspect in measures.OF_ACCOUNTS and found.account_id is not None:
            measures.put_back_account(w, found.account_id, aspect)
        elif found.status_id is not None:
            measures.put_back_post(w, found.status_id, aspect, before)


def _leave_to_later(w: Write, found: Decision, aspect: str, before: Any) -> bool:
    on_account = aspect in measures.OF_ACCOUNTS
    same = decisions.c.account_id == found.account_id if on_account else decisions.c.status_id == found.status_id
    stands = decisions.c.undone_at.is_(None) & decisions.c.ended_at.is_(None) & (decisions.c.id > found.id)
    for row in w.rows(select(*COLUMNS).where(same, stands).order_by(decisions.c.id)):
        later = from_row(row)
        if aspect in later.before:
            changed = later.before | {aspect: before}
            w.run(update(decisions).where(decisions.c.id == later.id).values(before=changed))
            return True
        if on_account and aspect in _wanted(later):  # it found things as it wanted them, and still wants them
            w.run(update(decisions).where(decisions.c.id == later.id).values(before=later.before | {aspect: before}))
            return True
    return False


def _wanted(found: Decision) -> set[str]:
    return {"delete": {"suspend"}}.get(found.on_account, {found.on_account})
