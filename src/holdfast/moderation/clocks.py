"""The clock of each case: a job strikes at half its time, at a quarter, and when none is left."""

from __future__ import annotations

from sqlalchemy import update

from holdfast.acting import SYSTEM
from holdfast.moderation import containment, planning
from holdfast.moderation.cases import Case, held
from holdfast.moderation.deadlines import HALF, OVERDUE, QUARTER, step_due
from holdfast.moderation.errors import NoSuchCase
from holdfast.moderation.events import CaseChanged
from holdfast.moderation.tables import cases
from holdfast.writes import Ability, Database, Write

STEPS = {HALF: "half", QUARTER: "quarter", OVERDUE: "overdue"}


def strike(db: Database, due: planning.Strike) -> None:
    """Warn of a case's deadline, or contain what it is about when none is left; then wait for the next step."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        try:
            found = held(w, due.case_id)
        except NoSuchCase:
            return
        if not found.is_open or found.deadline != due.deadline:
            return  # decided, or another clock runs for it
        step = step_due(found.opened_at, found.deadline, w.now)
        if step > found.warned:
            _warn(w, found, step)
        if step == OVERDUE:
            containment.contain_overdue(w, found)
        else:
            planning.wind(w, found.id, found.opened_at, found.deadline)


def _warn(w: Write, case: Case, step: int) -> None:
    w.run(update(cases).where(cases.c.id == case.id).values(warned=step))
    w.record(CaseChanged(case_id=case.id, what="warned", detail=STEPS[step]), owner=case.account_id)
