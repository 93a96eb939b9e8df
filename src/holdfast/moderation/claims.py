"""Claims: who works on a case, so that nobody else does; they end by themselves when nothing happens."""

from __future__ import annotations

from sqlalchemy import insert, or_, select, true, update

from holdfast.acting import Acting
from holdfast.languages import say
from holdfast.moderation.cases import (
    COLUMNS,
    DECIDE,
    GRAVE,
    OVERSEE,
    Case,
    Filter,
    clauses,
    held,
    may_read,
    not_about,
)
from holdfast.moderation.errors import CannotDecide, ClaimedByOther, IsAboutYou, NotForYou
from holdfast.moderation.events import CaseChanged, CaseLookedAt
from holdfast.moderation.records import meanwhile
from holdfast.moderation.tables import cases, looks
from holdfast.store import MINUTE
from holdfast.writes import Ability, Database, Write

LOOKS = ("case", "grey", "colour", "private")
"""What can be looked at: the case's texts, its media as a small grey copy, in colour, what was not public."""


def claim(db: Database, acting: Acting, case_id: int) -> Case:
    """Take a case to work on, or hold it longer. Raises :class:`NotForYou`, :class:`IsAboutYou`,
    :class:`ClaimedByOther`, :class:`NoSuchCase`, :class:`DecidedMeanwhile`."""
    with db.write(acting, Ability.MODERATION) as w:
        found = held(w, case_id)
        may_work(w, found)
        refuse_other(w, found)
        if not found.is_open:
            raise meanwhile(w, found)
        return _take(w, found)


def claim_next(db: Database, acting: Acting, wanted: Filter | None = None) -> Case | None:
    """Take the case with the most harm to expect that nobody works on; None when there is none.

    Raises :class:`NotForYou`.
    """
    with db.write(acting, Ability.MODERATION) as w:
        may_read(acting)
        if not acting.may(DECIDE):
            raise NotForYou()
        free = or_(
            cases.c.claimed_until.is_(None), cases.c.claimed_until <= w.now, cases.c.claimed_by == acting.account_id
        )
        statement = (
            select(*COLUMNS)
            .where(
                cases.c.closed_at.is_(None),
                free,
                true() if acting.is_system else cases.c.needs.in_(sorted(acting.permissions)),
                not_about(acting),
                *clauses(wanted or Filter(), w.now),
            )
            .order_by(cases.c.priority.desc(), cases.c.id.desc())
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        row = w.first(statement)
        return _take(w, Case(*row)) if row is not None else None


def release(db: Database, acting: Acting, case_id: int) -> None:
    """Give a case back to the queue. Raises as :func:`claim`."""
    with db.write(acting, Ability.MODERATION) as w:
        found = held(w, case_id)
        may_work(w, found)
        refuse_other(w, found)
        if found.holder(w.now) is None:
            return
        w.run(update(cases).where(cases.c.id == case_id).values(claimed_by=None, claimed_until=None))
        w.record(CaseChanged(case_id=case_id, what="released"), owner=found.account_id)


def look(db: Database, acting: Acting, case_id: int, what: str = "case") -> None:
    """Write down that somebody looked at a case, or at what it holds. Raises :class:`NotForYou`,
    :class:`NoSuchCase`, :class:`IsAboutYou`."""
    with db.write(acting, Ability.MODERATION) as w:
        found = held(w, case_id)
        may_read(acting)
        if found.account_id is not None and found.account_id == acting.account_id:
            raise IsAboutYou()
        event = CaseLookedAt(case_id=case_id, account_id=acting.known_id, what=what)
        change_id = w.record(event, owner=found.account_id)
        w.run(
            insert(looks).values(
                id=w.new_id(),
                account_id=acting.known_id,
                case_id=case_id,
                what=what,
                category=found.category,
                created_at=w.now,
                change_id=change_id,
            )
        )
        if found.looked_at is None:
            w.run(update(cases).where(cases.c.id == case_id).values(looked_at=w.now))


def escalate(db: Database, acting: Acting, case_id: int, needs: str) -> None:
    """Let only those decide who have a permission; who escalates lets go of the case.

    Raises as :func:`claim`, and :class:`CannotDecide` for another permission than those to decide.
    """
    if needs not in (DECIDE, GRAVE, OVERSEE):
        raise CannotDecide.field("needs", "ERR_INCLUSION", say("A case can be left to nobody with this permission."))
    with db.write(acting, Ability.MODERATION) as w:
        found = held(w, case_id)
        may_work(w, found)
        refuse_other(w, found)
        values = {"needs": needs, "claimed_by": None, "claimed_until": None}
        w.run(update(cases).where(cases.c.id == case_id).values(**values))
        w.record(CaseChanged(case_id=case_id, what="escalated", detail=needs), owner=found.account_id)


def refuse_other(w: Write, case: Case) -> None:
    """Raise :class:`ClaimedByOther`, with who and until when, if somebody else works on a case."""
    holder = case.holder(w.now)
    if holder is not None and holder != w.acting.account_id:
        raise ClaimedByOther(claimed_by=holder, until=case.claimed_until)


def may_decide(acting: Acting) -> None:
    """Raise :class:`NotForYou` for who decides nothing."""
    if not acting.may(DECIDE):
        raise NotForYou()


def may_work(w: Write, case: Case) -> None:
    """Raise :class:`NotForYou` for who decides nothing, :class:`IsAboutYou` for whom the case is about."""
    may_decide(w.acting)
    if case.account_id is not None and case.account_id == w.acting.account_id:
        raise IsAboutYou()


def _take(w: Write, found: Case) -> Case:
    until = w.now + w.db.settings.claim_minutes * MINUTE
    is_new = found.holder(w.now) is None
    w.run(update(cases).where(cases.c.id == found.id).values(claimed_by=w.acting.account_id, claimed_until=until))
    if is_new:
        w.record(CaseChanged(case_id=found.id, what="claimed"), owner=found.account_id)
    row = w.first(select(*COLUMNS).where(cases.c.id == found.id))
    return Case(*row)
