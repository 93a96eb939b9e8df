"""Containment: what nobody reached in time, or what is grave and almost sure, is hidden until a person has decided.

It is a provisional decision taken by nobody: nothing is deleted, its author is told at once, one undo puts it back.
"""

from __future__ import annotations

from sqlalchemy import update

from holdfast.moderation import decisions
from holdfast.moderation.cases import Case, weighing
from holdfast.moderation.events import CaseContained
from holdfast.moderation.records import decisions_in
from holdfast.moderation.tables import cases
from holdfast.writes import Write

GRAVE, GRAVEST = 4, 5
"""The least severity at which sureness alone contains; and the one at which ``contains_gravest_above`` is asked."""

CONTAINABLE = ("post", "media")


def is_sure(w: Write, severity: int, probability: float) -> bool:
    """Whether something is so grave and so likely that nobody need have looked at it to contain it."""
    settings = w.db.settings
    threshold = settings.contains_gravest_above if severity >= GRAVEST else settings.contains_above
    return severity >= GRAVE and 0 < threshold <= probability


def contain_if_sure(w: Write, case: Case) -> bool:
    """Contain what is grave and likely enough (:func:`is_sure`); whether it was.

    What a person has let out of containment in this case is left to people.
    """
    if case.contained_at is not None or not is_sure(w, case.severity, case.probability):
        return False
    if any(one.is_provisional and one.undone_at is not None for one in decisions_in(w, case.id)):
        return False
    return contain(w, case, "certain")


def contain_overdue(w: Write, case: Case) -> bool:
    """Contain what nobody decided in time, where the setting ``contains_overdue`` wants it; whether it was."""
    return w.db.settings.contains_overdue and contain(w, case, "overdue")


def contain(w: Write, case: Case, reason: str) -> bool:
    """Hide what a case is about for the time being; False where it is hidden, or is nothing that can be hidden."""
    if case.contained_at is not None or case.subject_kind not in CONTAINABLE:
        return False
    if not decisions.contain(w, case, reason):
        return False
    place = weighing(case.severity, case.probability, case.stake, case.reach, case.deadline, w.now)
    w.run(
        update(cases)
        .where(cases.c.id == case.id)
        .values(contained_at=w.now, priority=place.value, revision=cases.c.revision + 1)
    )
    w.record(CaseContained(case_id=case.id, reason=reason), owner=case.account_id)
    return True
