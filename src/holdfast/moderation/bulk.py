"""Bulk decisions: one verdict over cases that were chosen one by one or by a search, and one undo for all of them."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Row, func, insert, select, true, update

from holdfast.acting import Acting
from holdfast.languages import say
from holdfast.moderation import planning
from holdfast.moderation.cases import DECIDE, OVERSEE, Case, Filter, by_ids, clauses, may_read, not_about
from holdfast.moderation.decisions import Verdict, check_verdict, refuse_grave
from holdfast.moderation.errors import CannotDecide, CannotUndo, NoSuchBulk, NotForYou
from holdfast.moderation.events import BulkChanged
from holdfast.moderation.tables import bulk_items, bulks, cases
from holdfast.store import Read, Window, page
from holdfast.writes import Ability, Database, Write

ASKS_ABOVE = 20
"""Over more cases than this, whoever decides has to write down how many there are."""

MOST_CHOSEN = 400  # one by one
MOST_FOUND = 50_000  # by a search
SAMPLES = 5


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """Which open cases are meant: these, or all that a search finds."""

    case_ids: tuple[int, ...] = ()
    search: Filter | None = None


class BulkPreview(msgspec.Struct, frozen=True):
    """What a selection means at the moment: how many cases, and some of them."""

    count: int
    samples: list[Case]


class Bulk(msgspec.Struct, frozen=True):
    """A row of ``bulk_decisions``."""

    id: int
    decided_by: int | None
    verdict: Any
    total: int
    decided: int
    skipped: int
    undone: int
    created_at: int
    stopped_at: int | None
    finished_at: int | None
    undoing_at: int | None
    undone_by: int | None
    undone_at: int | None

    @property
    def state(self) -> str:
        """Where it is: running, stopped, finished, undoing or undone."""
        if self.undone_at is not None:
            return "undone"
        if self.undoing_at is not None:
            return "undoing"
        if self.finished_at is not None:
            return "finished"
        return "running" if self.stopped_at is None else "stopped"

    @property
    def decides(self) -> Verdict:
        """What is decided in each case."""
        return msgspec.convert(self.verdict, Verdict)


_COLUMNS = tuple(bulks.c[name] for name in Bulk.__struct_fields__)


def preview_many(r: Read, acting: Acting, wanted: Selection, now: int) -> BulkPreview:
    """What a selection means at the moment. Raises :class:`NotForYou`, :class:`CannotDecide`."""
    found = _chosen(r, acting, wanted, now)
    return BulkPreview(len(found), by_ids(r, [row.id for row in found[:SAMPLES]]))


def decide_many(db: Database, acting: Acting, wanted: Selection, verdict: Verdict, *, count: int | None = None) -> int:
    """Decide the same in many cases; the bulk decision's id. A job does it, case by case.

    ``count`` is how many cases somebody means; it has to be right where there are more than :data:`ASKS_ABOVE`.
    Raises :class:`NotForYou`, :class:`CannotDecide`.
    """
    with db.write(acting, Ability.MODERATION) as w:
        found = _chosen(w, acting, wanted, w.now)
        refuse_grave(acting, verdict)
        check_verdict(w, verdict)
        if not found:
            raise CannotDecide(say("No open case is like that."))
        if len(found) > ASKS_ABOVE and count != len(found):
            words = say("These are %(count)s cases. Write this number to say that you mean all.", count=len(found))
            raise CannotDecide.field("count", "ERR_INVALID", words)
        number = w.new_id()
        kept = msgspec.to_builtins(verdict)
        row = {"id": number, "decided_by": acting.account_id, "verdict": kept, "total": len(found)}
        w.run(insert(bulks).values(**row, created_at=w.now))
        w.run(insert(bulk_items), [{"bulk_id": number, "case_id": one.id, "revision": one.revision} for one in found])
        w.record(BulkChanged(bulk_id=number, what="begun", cases=len(found)))
        planning.go_on(w, number)
        return number


def stop_many(db: Database, acting: Acting, bulk_id: int) -> None:
    """Halt a bulk decision; what was decided so far stands. Raises :class:`NoSuchBulk`, :class:`NotForYou`."""
    with db.write(acting, Ability.MODERATION) as w:
        if _own(w, bulk_id).state == "running":
            change(w, bulk_id, "stopped", stopped_at=w.now)


def resume_many(db: Database, acting: Acting, bulk_id: int) -> None:
    """Go on with one that was halted. Raises :class:`NoSuchBulk`, :class:`NotForYou`."""
    with db.write(acting, Ability.MODERATION) as w:
        if _own(w, bulk_id).state == "stopped":
            change(w, bulk_id, "resumed", stopped_at=None)
            planning.go_on(w, bulk_id)


def undo_many(db: Database, acting: Acting, bulk_id: int) -> None:
    """Take back all that a bulk decision has decided and that still stands; what it has not reached stays so.

    Raises :class:`NoSuchBulk`, :class:`NotForYou`, :class:`CannotUndo`.
    """
    with db.write(acting, Ability.MODERATION) as w:
        if _own(w, bulk_id).undoing_at is not None:
            raise CannotUndo(say("This decision has been undone already."))
        change(w, bulk_id, "undoing", undoing_at=w.now, undone_by=acting.account_id)
        planning.go_on(w, bulk_id)


def bulk(r: Read, acting: Acting, bulk_id: int) -> Bulk:
    """A bulk decision for a member of the team. Raises :class:`NotForYou`, :class:`NoSuchBulk`."""
    may_read(acting)
    return find_bulk(r, bulk_id)


def bulk_listing(r: Read, acting: Acting, window: Window) -> list[Bulk]:
    """All of them, newest first. Raises :class:`NotForYou`."""
    may_read(acting)
    return [Bulk(*row) for row in page(r, select(*_COLUMNS), bulks.c.id, window)]


def left_out(r: Read, bulk_id: int) -> dict[str, int]:
    """Why nothing was applied in how many of its cases, by the key of what was in the way."""
    kinds = select(bulk_items.c.outcome, func.count()).where(
        bulk_items.c.bulk_id == bulk_id, bulk_items.c.outcome.not_in(("", "decided", "undone"))
    )
    return {str(outcome): int(count) for outcome, count in r.rows(kinds.group_by(bulk_items.c.outcome))}


def find_bulk(r: Read, bulk_id: int) -> Bulk:
    """A bulk decision, whoever asks. Raises :class:`NoSuchBulk`."""
    row = r.first(select(*_COLUMNS).where(bulks.c.id == bulk_id))
    if row is None:
        raise NoSuchBulk()
    return Bulk(*row)


def change(w: Write, bulk_id: int, what: str, **values: Any) -> None:
    """Change a bulk decision's row, and tell."""
    w.run(update(bulks).where(bulks.c.id == bulk_id).values(**values))
    w.record(BulkChanged(bulk_id=bulk_id, what=what))


def _own(w: Write, bulk_id: int) -> Bulk:
    """One that the acting member may steer: their own, or any for who oversees."""
    w.serialise(bulk_id)
    found = find_bulk(w, bulk_id)
    is_own = found.decided_by is not None and found.decided_by == w.acting.account_id
    if not w.acting.may(DECIDE) or not (is_own or w.acting.may(OVERSEE)):
        raise NotForYou()
    return found


def _chosen(r: Read, acting: Acting, wanted: Selection, now: int) -> list[Row[Any]]:
    """The open cases that are meant and that the acting member may decide, with their revisions."""
    if not acting.may(DECIDE):
        raise NotForYou()
    if len(wanted.case_ids) > MOST_CHOSEN:
        raise CannotDecide(say("Choose at most %(most)s cases, or search for them.", most=MOST_CHOSEN))
    if not wanted.case_ids and wanted.search is None:
        return []
    chosen = clauses(wanted.search, now) if wanted.search is not None else [cases.c.id.in_(wanted.case_ids)]
    needs = true() if acting.is_system else cases.c.needs.in_(sorted(acting.permissions))
    statement = select(cases.c.id, cases.c.revision).where(cases.c.closed_at.is_(None), needs, not_about(acting))
    order = (cases.c.priority.desc(), cases.c.id.desc())
    found = list(r.rows(statement.where(*chosen).order_by(*order).limit(MOST_FOUND + 1)))
    if len(found) > MOST_FOUND:
        words = say("These are more than %(most)s cases: search for something narrower.", most=MOST_FOUND)
        raise CannotDecide(words)
    return found
