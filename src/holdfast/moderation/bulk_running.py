"""The job of a bulk decision: some cases in each commit, so that it can be halted, goes on after a restart, and lets
others write in between. Whoever decided decides with the permissions that they have when it happens.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select, update

from holdfast import access
from holdfast.access import permissions_of
from holdfast.access.readers import resting
from holdfast.acting import SYSTEM, Acting
from holdfast.errors import Problem
from holdfast.moderation import planning
from holdfast.moderation.bulk import Bulk, change, find_bulk
from holdfast.moderation.cases import held
from holdfast.moderation.decisions import decide_in
from holdfast.moderation.errors import NoSuchBulk
from holdfast.moderation.records import decision
from holdfast.moderation.tables import bulk_items, bulks
from holdfast.moderation.undoing import take_back
from holdfast.store import Hot, Read
from holdfast.writes import Ability, Database, Write

BATCH = 25

_NOTE = Hot(
    "UPDATE bulk_items SET outcome = :outcome, decision_id = COALESCE(CAST(:decision AS BIGINT), decision_id) "
    "WHERE bulk_id = :bulk AND case_id = :case"
)


def go_on(db: Database, due: planning.DueBulk) -> None:
    """Decide in some more cases of a bulk decision, or take some more back; then wait for the next turn."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        w.serialise(due.bulk_id)
        try:
            found = find_bulk(w, due.bulk_id)
        except NoSuchBulk:
            return
    if found.state == "running":
        with db.write(_acting(db, found.decided_by), Ability.MODERATION) as w:
            _decide_some(w, found)
    elif found.state == "undoing":
        with db.write(_acting(db, found.undone_by), Ability.MODERATION) as w:
            _undo_some(w, found)


def _decide_some(w: Write, found: Bulk) -> None:
    rows, verdict, decided = _next(w, found.id, ""), found.decides, 0
    for row in rows:
        try:
            number = decide_in(w, row.case_id, verdict, seen=row.revision)
        except Problem as problem:
            _note(w, found.id, row.case_id, problem.key)
            continue
        decided += 1
        _note(w, found.id, row.case_id, "decided", number)
    counts = {"decided": bulks.c.decided + decided, "skipped": bulks.c.skipped + len(rows) - decided}
    w.run(update(bulks).where(bulks.c.id == found.id).values(**counts))
    if len(rows) < BATCH:
        change(w, found.id, "finished", finished_at=w.now)
    else:
        planning.go_on(w, found.id)


def _undo_some(w: Write, found: Bulk) -> None:
    rows = _next(w, found.id, "decided")
    for row in rows:
        case = held(w, row.case_id)
        taken = decision(w, row.decision_id)
        if taken.undone_at is None:
            take_back(w, taken, case)
        _note(w, found.id, row.case_id, "undone")
    w.run(update(bulks).where(bulks.c.id == found.id).values(undone=bulks.c.undone + len(rows)))
    if len(rows) < BATCH:
        change(w, found.id, "undone", undone_at=w.now)
    else:
        planning.go_on(w, found.id)


def _next(r: Read, bulk_id: int, outcome: str) -> list[Row[Any]]:
    """The next of its cases with an outcome, in the order of their ids: two that overlap never wait for each other."""
    statement = (
        select(bulk_items.c.case_id, bulk_items.c.revision, bulk_items.c.decision_id)
        .where(bulk_items.c.bulk_id == bulk_id, bulk_items.c.outcome == outcome)
        .order_by(bulk_items.c.case_id)
        .limit(BATCH)
    )
    return list(r.rows(statement))


def _note(w: Write, bulk_id: int, case_id: int, outcome: str, decision_id: int | None = None) -> None:
    w.run_fast(_NOTE, bulk=bulk_id, case=case_id, outcome=outcome, decision=decision_id)


def _acting(db: Database, account_id: int | None) -> Acting:
    """Who decided, with what they may do by now."""
    if account_id is None:
        return SYSTEM
    with db.read() as r:
        found = access.find(r, account_id)
        sleeps = resting(r, account_id, grace_days=db.settings.staff_grace_days) if found else None
    rests = sleeps is not None and sleeps.is_now
    if found is None or found.deleted_at or found.suspended_at or found.disabled_at or rests:
        return Acting(account_id=account_id)
    return Acting(account_id=account_id, permissions=permissions_of(found.role))
