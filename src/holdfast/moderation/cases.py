"""Cases as they are read: one, the queue, what hangs on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, column, exists, func, literal, or_, select, table, update
from sqlalchemy import case as case_when
from sqlalchemy import cast as sql_cast

from holdfast.acting import Acting
from holdfast.moderation.errors import NoSuchCase, NotForYou
from holdfast.moderation.priority import Weighing
from holdfast.moderation.subjects import Subject
from holdfast.moderation.tables import cases, signals
from holdfast.store import Hot, Read, Window, page
from holdfast.writes import Write

READ, DECIDE, GRAVE, OVERSEE = "cases.read", "cases.decide", "cases.decide_grave", "cases.oversee"
"""Permissions: see the queue; decide; suspend, delete and what was escalated; settings, the others' work, undo."""


class Case(msgspec.Struct, frozen=True):
    """A row of ``cases``. Times in milliseconds, ``reach`` in views an hour."""

    id: int
    subject_kind: str
    subject: str
    account_id: int | None
    category: str
    severity: int
    probability: float
    stake: float
    reach: float
    views: int
    priority: float
    language: str | None
    signals_count: int
    opened_at: int
    deadline: int
    warned: int
    contained_at: int | None
    looked_at: int | None
    decided_at: int | None
    closed_at: int | None
    revision: int
    claimed_by: int | None
    claimed_until: int | None
    needs: str
    rests_at_version: str | None
    rests_until_views: int | None

    @property
    def about(self) -> Subject:
        """What the case is about."""
        return Subject(self.subject_kind, self.subject)  # type: ignore[arg-type]

    @property
    def is_open(self) -> bool:
        """Whether it waits for a decision."""
        return self.closed_at is None

    @property
    def weighing(self) -> Weighing:
        """What its place in the queue is made of."""
        return weighing(self.severity, self.probability, self.stake, self.reach, self.deadline, self.contained_at)

    def holder(self, now: int) -> int | None:
        """Who works on it at a moment (ms)."""
        return self.claimed_by if self.claimed_until is not None and self.claimed_until > now else None


class Signal(msgspec.Struct, frozen=True):
    """A row of ``signals``."""

    id: int
    case_id: int
    source: str
    category: str
    confidence: float
    comment: str
    account_id: int | None
    report_id: int | None
    notice_item_id: int | None
    visitor_id: int | None
    detail: Any
    outcome: str | None
    created_at: int


COLUMNS = tuple(cases.c[name] for name in Case.__struct_fields__)
_STATUSES = table("statuses", column("id"), column("text"), column("spoiler_text"))
_SIGNALS = tuple(signals.c[name] for name in Signal.__struct_fields__)
_CASE = Hot(f"SELECT {', '.join(Case.__struct_fields__)} FROM cases WHERE id = :id")  # noqa: S608
OPEN = Hot("SELECT id FROM cases WHERE subject_kind = :kind AND subject = :subject AND closed_at IS NULL")
# What indexes alone can count, and less what is about whoever asks: some hundred thousand cases are a few milliseconds.
_COUNT = Hot("SELECT COUNT(*) FROM cases WHERE closed_at IS NULL")
_COUNT_ABOUT = Hot("SELECT COUNT(*) FROM cases WHERE closed_at IS NULL AND account_id = :me")
_COUNTS = Hot(
    "SELECT (SELECT COUNT(*) FROM cases WHERE closed_at IS NULL), "
    "(SELECT COUNT(*) FROM cases WHERE closed_at IS NULL AND deadline <= :now), "
    "(SELECT COUNT(*) FROM cases WHERE closed_at IS NULL AND contained_at IS NOT NULL)"
)
_COUNTS_ABOUT = Hot(
    "SELECT COUNT(*), COALESCE(SUM(CASE WHEN deadline <= :now THEN 1 ELSE 0 END), 0), COUNT(contained_at) FROM cases "
    "WHERE closed_at IS NULL AND account_id = :me"
)
_SETTLE_REPORTS = Hot(
    "UPDATE reports SET acted_at = CASE WHEN EXISTS (SELECT 1 FROM signals s JOIN cases c ON c.id = s.case_id "
    "WHERE s.report_id = reports.id AND c.closed_at IS NULL) THEN NULL "
    "ELSE COALESCE(acted_at, CAST(:now AS BIGINT)) END "
    "WHERE id IN (SELECT report_id FROM signals WHERE case_id = :case AND report_id IS NOT NULL)"
)
_IDS = Hot("SELECT id FROM cases WHERE subject_kind = :kind AND subject = :subject ORDER BY id DESC LIMIT :most")


def weighing(
    severity: int, probability: float, stake: float, reach: float, deadline: int, contained_at: int | None
) -> Weighing:
    """What a place in the queue is made of; what is contained counts as due since then."""
    due = deadline if contained_at is None else min(deadline, contained_at)
    return Weighing(severity, probability, reach, due, stake)


def find(r: Read, case_id: int) -> Case:
    """A case, whoever asks. Raises :class:`NoSuchCase`."""
    rows = r.fast(_CASE, id=case_id)
    if not rows:
        raise NoSuchCase()
    return Case(*rows[0])


def case(r: Read, acting: Acting, case_id: int) -> Case:
    """A case for a member of the team; one about themselves does not exist for them.

    Raises :class:`NotForYou`, :class:`NoSuchCase`.
    """
    may_read(acting)
    found = find(r, case_id)
    if found.account_id is not None and found.account_id == acting.account_id:
        raise NoSuchCase()
    return found


def may_read(acting: Acting) -> None:
    """Raise :class:`NotForYou` for who may not see cases."""
    if not acting.may(READ):
        raise NotForYou()


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """Which open cases somebody wants to see; a field that is None asks for nothing."""

    categories: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    subject_kind: str | None = None
    languages: tuple[str, ...] = ()
    is_contained: bool | None = None
    is_overdue: bool | None = None
    account_id: int | None = None
    works_on: int | None = None  # who holds it at the moment
    words: str = ""  # that stand in the post which the case is about


def queue(
    r: Read, acting: Acting, wanted: Filter, *, now: int, most: int = 40, behind: int | None = None
) -> list[Case]:
    """Open cases, those with the most harm to expect first; from behind a case id. Raises :class:`NotForYou`."""
    may_read(acting)
    statement = select(*COLUMNS).where(cases.c.closed_at.is_(None), not_about(acting), *clauses(wanted, now))
    if behind is not None:
        last = find(r, behind)
        statement = statement.where(
            or_(cases.c.priority < last.priority, (cases.c.priority == last.priority) & (cases.c.id < last.id))
        )
    return [Case(*row) for row in r.rows(statement.order_by(cases.c.priority.desc(), cases.c.id.desc()).limit(most))]


def not_about(acting: Acting) -> ColumnElement[bool]:
    """The clause that keeps cases about the acting member from them."""
    return or_(cases.c.account_id.is_(None), cases.c.account_id != (acting.account_id or 0))


def clauses(wanted: Filter, now: int) -> list[ColumnElement[bool]]:
    """A filter as clauses over ``cases``."""
    clauses: list[ColumnElement[bool]] = []
    if wanted.categories:
        clauses.append(cases.c.category.in_(wanted.categories))
    if wanted.without:
        clauses.append(cases.c.category.not_in(wanted.without))
    if wanted.subject_kind is not None:
        clauses.append(cases.c.subject_kind == wanted.subject_kind)
    if wanted.languages:
        clauses.append(or_(cases.c.language.is_(None), cases.c.language.in_(wanted.languages)))
    if wanted.is_contained is not None:
        clauses.append(cases.c.contained_at.is_not(None) if wanted.is_contained else cases.c.contained_at.is_(None))
    if wanted.is_overdue is not None:
        clauses.append(cases.c.deadline <= now if wanted.is_overdue else cases.c.deadline > now)
    if wanted.works_on is not None:
        clauses.append((cases.c.claimed_by == wanted.works_on) & (cases.c.claimed_until > now))
    if wanted.account_id is not None:
        clauses.append(cases.c.account_id == wanted.account_id)
    if wanted.words:
        clauses.append(_says(wanted.words))
    return clauses


def _says(words: str) -> ColumnElement[bool]:
    """That the post which a case is about has a text in it, whatever its case."""
    number = case_when((cases.c.subject_kind == "post", sql_cast(cases.c.subject, cases.c.id.type)))
    said = _STATUSES.c.text + literal(" ") + _STATUSES.c.spoiler_text
    found = func.lower(said).contains(words.lower(), autoescape=True)
    return exists().where(_STATUSES.c.id == number, found)


def closed(r: Read, acting: Acting, window: Window) -> list[Case]:
    """Closed cases, newest first. Raises :class:`NotForYou`."""
    may_read(acting)
    statement = select(*COLUMNS).where(cases.c.closed_at.is_not(None), not_about(acting))
    return [Case(*row) for row in page(r, statement, cases.c.id, window)]


def backlog(r: Read, acting: Acting, now: int) -> dict[str, int]:
    """How many cases are open, overdue and contained, those about the acting member left out.

    Raises :class:`NotForYou`.
    """
    may_read(acting)
    (everything,), (own,) = r.fast_several(
        (_COUNTS, {"now": now}), (_COUNTS_ABOUT, {"now": now, "me": acting.account_id or 0})
    )
    names = ("open", "overdue", "contained")
    return {name: count - less for name, count, less in zip(names, everything, own, strict=True)}


def open_count(r: Read, acting: Acting) -> int:
    """How many open cases wait that the acting member may see."""
    (everything,), (own,) = r.fast_several((_COUNT, {}), (_COUNT_ABOUT, {"me": acting.account_id or 0}))
    return int(everything[0] - own[0])


def of_subject(r: Read, subject: Subject, *, most: int = 20) -> list[Case]:
    """All cases about one thing, newest first."""
    ids = [row[0] for row in r.fast(_IDS, kind=subject.kind, subject=subject.key, most=most)]
    return by_ids(r, ids)


def of_account(r: Read, account_id: int, *, most: int = 40) -> list[Case]:
    """All cases about what is somebody's, newest first."""
    statement = select(*COLUMNS).where(cases.c.account_id == account_id).order_by(cases.c.id.desc()).limit(most)
    return [Case(*row) for row in r.rows(statement)]


def by_ids(r: Read, ids: Sequence[int]) -> list[Case]:
    """Cases in the order of these ids."""
    if not ids:
        return []
    found = {row[0]: Case(*row) for row in r.rows(select(*COLUMNS).where(cases.c.id.in_(list(ids))))}
    return [found[number] for number in ids if number in found]


def signals_of(r: Read, case_id: int, *, most: int = 200) -> list[Signal]:
    """What points at harm in a case, the first first."""
    statement = select(*_SIGNALS).where(signals.c.case_id == case_id).order_by(signals.c.id).limit(most)
    return [Signal(*row) for row in r.rows(statement)]


def is_open_elsewhere(r: Read, case: Case) -> bool:
    """Whether another case about the same thing is open."""
    rows = r.fast(OPEN, kind=case.subject_kind, subject=case.subject)
    return any(row[0] != case.id for row in rows)


def set_outcome(w: Write, case_id: int, outcome: str | None) -> None:
    """Say of all signals of a case whether they were right: upheld, rejected, or (None) not known yet."""
    w.run(update(signals).where(signals.c.case_id == case_id).values(outcome=outcome))


def settle_reports(w: Write, case_id: int) -> None:
    """Let the reports behind a case be done once all their cases are closed, and not before."""
    w.run_fast(_SETTLE_REPORTS, case=case_id, now=w.now)


def held(w: Write, case_id: int) -> Case:
    """A case that nobody else changes until the commit. Raises :class:`NoSuchCase`."""
    w.serialise(case_id)
    return find(w, case_id)
