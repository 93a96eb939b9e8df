"""What follows a decision in time: it is told, it ends, what it took away is erased."""

from __future__ import annotations

from sqlalchemy import update

from holdfast import people
from holdfast.access import approvals
from holdfast.acting import SYSTEM
from holdfast.moderation import reporters, undoing, visiting
from holdfast.moderation.errors import NoSuchDecision
from holdfast.moderation.events import DecisionDelivered
from holdfast.moderation.planning import Due
from holdfast.moderation.records import Decision, decision
from holdfast.moderation.tables import decisions
from holdfast.writes import Ability, Database, Write


def deliver(db: Database, due: Due) -> None:
    """Tell a decision to the member whom it is about; one that was undone in time is never told."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        found = _standing(w, due)
        if found is None or found.delivered_at is not None:
            return
        w.run(update(decisions).where(decisions.c.id == found.id).values(delivered_at=w.now))
        if found.is_felt and found.account_id is not None:
            event = DecisionDelivered(case_id=found.case_id, decision_id=found.id, account_id=found.account_id)
            w.record(event, owner=found.account_id)
        if found.closes:
            visiting.plan_answers(w, found.case_id)
            reporters.plan_words(w, found.case_id)


def end_measure(db: Database, due: Due) -> None:
    """Let a decision end whose time is over."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        found = _standing(w, due)
        if found is not None:
            undoing.end(w, found)


def erase(db: Database, due: Due) -> None:
    """Erase an account that has been suspended for as long as it could be restored, or is to be deleted."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        found = _standing(w, due)
        account = people.account_by_id(w, found.account_id) if found and found.account_id else None
        if account is not None and account.deleted_at is None:
            approvals.remove_member(w, account.id)


def _standing(w: Write, due: Due) -> Decision | None:
    try:
        found = decision(w, due.decision_id)
    except NoSuchDecision:
        return None
    return found if found.stands else None
