"""Reports as work: taken, given back, settled and taken up again, which all happens to the cases that they made."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import select, update

from holdfast.acting import Acting
from holdfast.moderation import claims, planning
from holdfast.moderation.cases import Case, by_ids, held, is_open_elsewhere, set_outcome, settle_reports
from holdfast.moderation.decisions import Verdict, decide
from holdfast.moderation.errors import NoSuchReport, NotForYou
from holdfast.moderation.events import CaseChanged, ReportChanged
from holdfast.moderation.intake import Signal, raise_signal
from holdfast.moderation.reporting import COLUMNS, Category, Report, checked_rules, from_row, report_about_others
from holdfast.moderation.subjects import Subject
from holdfast.moderation.tables import cases, decisions, reports, signals
from holdfast.moderation.taxonomy import OF_API
from holdfast.store import Read, Window, page
from holdfast.writes import Ability, Database, Write

READ_REPORTS, WRITE_REPORTS = "reports.read", "reports.write"


class Handling(msgspec.Struct, frozen=True):
    """Who works on a report, and who settled it."""

    report_id: int
    held_by: int | None
    settled_by: int | None
    changed_at: int


class ReportsWanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which reports; a field that is None asks for nothing."""

    is_settled: bool | None = None
    account_id: int | None = None
    target_id: int | None = None


def reports_for_team(r: Read, acting: Acting, wanted: ReportsWanted, window: Window) -> list[Report]:
    """Reports, the newest first; those about the acting member are not for them. Raises :class:`NotForYou`."""
    _may(acting, READ_REPORTS)
    statement = select(*COLUMNS).where(reports.c.target_id != (acting.account_id or 0))
    if wanted.is_settled is not None:
        open_ = reports.c.acted_at.is_(None)
        statement = statement.where(~open_ if wanted.is_settled else open_)
    if wanted.account_id is not None:
        statement = statement.where(reports.c.account_id == wanted.account_id)
    if wanted.target_id is not None:
        statement = statement.where(reports.c.target_id == wanted.target_id)
    return [from_row(row) for row in page(r, statement, reports.c.id, window)]


def report_for_team(r: Read, acting: Acting, report_id: int) -> Report:
    """One report. Raises :class:`NotForYou`, :class:`NoSuchReport`."""
    _may(acting, READ_REPORTS)
    return report_about_others(r, acting.account_id or 0, report_id)


def handling_of(r: Read, found: Sequence[Report], now: int) -> dict[int, Handling]:
    """How reports are dealt with, under their ids."""
    about: dict[int, list[int]] = {one.id: [] for one in found}
    linked = select(signals.c.report_id, signals.c.case_id).where(signals.c.report_id.in_(list(about))).distinct()
    for report_id, case_id in r.rows(linked):
        about[report_id].append(case_id)
    known = {one.id: one for one in by_ids(r, sorted({number for many in about.values() for number in many}))}
    closers = _closers(r, list(known))
    return {one.id: _handling(one, [known[n] for n in about[one.id] if n in known], closers, now) for one in found}


def _closers(r: Read, case_ids: Sequence[int]) -> dict[int, int | None]:
    closing = select(decisions.c.case_id, decisions.c.decided_by).where(
        decisions.c.case_id.in_(list(case_ids)), decisions.c.closes.is_(True), decisions.c.undone_at.is_(None)
    )
    return {row[0]: row[1] for row in r.rows(closing.order_by(decisions.c.id))}


def _handling(report: Report, about: Sequence[Case], closers: dict[int, int | None], now: int) -> Handling:
    holders = [holder for one in about if (holder := one.holder(now)) is not None]
    settled = [closers.get(one.id) for one in about if not one.is_open and closers.get(one.id) is not None]
    moments = [report.created_at, report.acted_at or 0, *(one.decided_at or 0 for one in about)]
    by = settled[-1] if settled and report.acted_at is not None else None
    return Handling(report.id, holders[0] if holders else None, by, max(moments))


def change_report(
    db: Database,
    acting: Acting,
    report_id: int,
    *,
    category: Category | None = None,
    rule_ids: Sequence[int] | None = None,
) -> None:
    """Say what a report is about. Rules that are named make it a violation.

    Raises :class:`NotForYou`, :class:`NoSuchReport`, :class:`CannotReport`.
    """
    with db.write(acting, Ability.MODERATION) as w:
        _may(acting, WRITE_REPORTS)
        found = report_about_others(w, acting.account_id or 0, report_id)
        rules = list(found.rule_ids) if rule_ids is None else checked_rules(w, rule_ids)
        settled = "violation" if rules else category or found.category
        if category is not None and category != "violation" and rule_ids is None:
            rules, settled = [], category  # what is no violation breaks no rule
        w.run(update(reports).where(reports.c.id == report_id).values(category=settled, rule_ids=rules))
        w.record(ReportChanged(report_id=report_id, category=settled))


def take_report(db: Database, acting: Acting, report_id: int) -> None:
    """Claim the open cases of a report. Raises as :func:`claims.claim`, and :class:`NoSuchReport`."""
    with db.write(acting, Ability.MODERATION) as w:
        for case_id in _cases_of(w, acting, report_id, are_open=True):
            claims.claim(db, acting, case_id)


def give_report_back(db: Database, acting: Acting, report_id: int) -> None:
    """Release the open cases of a report. Raises as :func:`claims.claim`, and :class:`NoSuchReport`."""
    with db.write(acting, Ability.MODERATION) as w:
        for case_id in _cases_of(w, acting, report_id, are_open=True):
            claims.release(db, acting, case_id)


def settle_report(db: Database, acting: Acting, report_id: int) -> None:
    """Close the open cases of a report without a measure. Raises as :func:`decide`, and :class:`NoSuchReport`."""
    with db.write(acting, Ability.MODERATION) as w:
        for case_id in _cases_of(w, acting, report_id, are_open=True):
            decide(db, acting, case_id, Verdict())


def reopen_report(db: Database, acting: Acting, report_id: int) -> None:
    """Let the closed cases of a report be open again; what was decided in them stays in force.

    Where another case about the same is open already, that one is where the work goes on. Raises as
    :func:`claims.claim`, and :class:`NoSuchReport`.
    """
    with db.write(acting, Ability.MODERATION) as w:
        for case_id in _cases_of(w, acting, report_id, are_open=False):
            _reopen(w, held(w, case_id))


def _reopen(w: Write, found: Case) -> None:
    claims.may_work(w, found)
    w.serialise(found.about.lock)
    if found.is_open or is_open_elsewhere(w, found):
        return
    values = {"closed_at": None, "rests_at_version": None, "rests_until_views": None}
    w.run(update(cases).where(cases.c.id == found.id).values(revision=cases.c.revision + 1, **values))
    set_outcome(w, found.id, None)
    planning.wind(w, found.id, found.opened_at, found.deadline)
    settle_reports(w, found.id)
    w.record(CaseChanged(case_id=found.id, what="reopened"), owner=found.account_id)


def act_on_account(
    db: Database, acting: Acting, account_id: int, measure: str, *, facts: str = "", report_id: int | None = None
) -> int:
    """Decide about an account, in the case of a report (whose other cases are closed), or in one made for it.

    The decision's id. Raises as :func:`decide`, and :class:`NoSuchReport`, :class:`SubjectGone`.
    """
    with db.write(acting, Ability.MODERATION) as w:
        numbers: list[int] = []
        if report_id is not None:
            if report_for_team(w, acting, report_id).target_id != account_id:
                raise NoSuchReport()
            numbers = _cases_of(w, acting, report_id, are_open=True)
        if not numbers:
            claims.may_decide(acting)
            said = Signal(source="member", category=OF_API["other"], account_id=acting.account_id, comment=facts)
            numbers = [raise_signal(w, Subject.account(account_id), said)]
            _reopen(w, held(w, numbers[0]))  # one that rests opens for nobody else
        first, *others = numbers
        decided = decide(db, acting, first, Verdict(on_account=measure, facts=facts))
        for number in others:
            decide(db, acting, number, Verdict())
        return decided


def _cases_of(w: Write, acting: Acting, report_id: int, *, are_open: bool) -> list[int]:
    """The cases of a report, in the order in which everybody holds several."""
    _may(acting, WRITE_REPORTS)
    report_about_others(w, acting.account_id or 0, report_id)
    is_open = cases.c.closed_at.is_(None)
    statement = (
        select(cases.c.id)
        .join(signals, signals.c.case_id == cases.c.id)
        .where(signals.c.report_id == report_id, is_open if are_open else ~is_open)
        .distinct()
        .order_by(cases.c.id)
    )
    return [int(row[0]) for row in w.rows(statement)]


def _may(acting: Acting, permission: str) -> None:
    if not acting.may(permission):
        raise NotForYou()
