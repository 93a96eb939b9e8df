"""Figures of moderation, counted from cases, decisions, appeals and looks. Lengths of time in milliseconds.

Percentiles are nearest-rank. A case counts in the period in which it was opened, a decision in the one in which it was
taken. Nobody of the team is named: people are numbered by how much they did.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import ColumnElement, func, select

from holdfast.access.tables import members
from holdfast.moderation.answering import times
from holdfast.moderation.tables import appeals, cases, decisions, looks, signals
from holdfast.store import DAY, Read


class CategoryTimes(msgspec.Struct, frozen=True, kw_only=True):
    """How long one kind of harm took. ``in_time`` is the share of what is due by now that was decided before its
    deadline, ``acted_in_time`` that was decided or hidden before it; None where nothing is due yet."""

    category: str
    opened: int
    decided: int
    open: int
    overdue: int
    look_p50: int | None
    look_p95: int | None
    decision_p50: int | None
    decision_p95: int | None
    in_time: float | None
    acted_in_time: float | None


class Overturns(msgspec.Struct, frozen=True, kw_only=True):
    """What became of decisions that members felt; ``of`` is a kind of harm, a rule's number or ``person 1``."""

    of: str
    decisions: int
    appealed: int
    overturned: int
    undone: int


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """What one of the team did in a period."""

    who: str
    role: str
    looks: int
    decisions: int


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """A day of the backlog; ``at`` is its beginning (ms), ``open`` the open cases at its end."""

    at: int
    opened: int
    closed: int
    open: int


def times_by_category(r: Read, since: int, until: int, now: int) -> list[CategoryTimes]:
    """A line for each kind of harm of which cases were opened in the period, and one, ``all``, for all together."""
    c = cases.c
    found: dict[str, list[tuple[int | None, ...]]] = defaultdict(list)
    statement = select(c.category, c.opened_at, c.deadline, c.looked_at, c.decided_at, c.contained_at, c.closed_at)
    for category, *row in r.rows(statement.where(_within(c.opened_at, since, until))):
        found[category].append(tuple(row))
        found["all"].append(tuple(row))
    order = sorted(found, key=lambda name: (name == "all", -len(found[name]), name))
    return [_times(name, found[name], now) for name in order]


def _times(category: str, rows: Sequence[tuple[int | None, ...]], now: int) -> CategoryTimes:
    until_look, until_decision = [], []
    due = decided_in_time = acted_in_time = still_open = overdue = 0
    for opened_at, deadline, looked_at, decided_at, contained_at, closed_at in rows:
        assert opened_at is not None
        assert deadline is not None
        if looked_at is not None:
            until_look.append(max(looked_at - opened_at, 0))
        if decided_at is not None:
            until_decision.append(max(decided_at - opened_at, 0))
        still_open += closed_at is None
        overdue += closed_at is None and deadline < now
        ends = [one for one in (decided_at, closed_at) if one is not None]
        if deadline <= now or ends:
            due += 1
            is_decided = bool(ends) and min(ends) <= max(deadline, opened_at)
            decided_in_time += is_decided
            # What is due at once is hidden within the commit that opens it.
            acted_in_time += is_decided or (contained_at is not None and contained_at <= deadline + _AT_ONCE_MS)
    look, decision = times(until_look), times(until_decision)
    return CategoryTimes(
        category=category,
        opened=len(rows),
        decided=len(until_decision),
        open=still_open,
        overdue=overdue,
        look_p50=look.p50,
        look_p95=look.p95,
        decision_p50=decision.p50,
        decision_p95=decision.p95,
        in_time=decided_in_time / due if due else None,
        acted_in_time=acted_in_time / due if due else None,
    )


_AT_ONCE_MS = 5_000
"""Containment counts as in time within so long of the deadline, at which it begins."""


def overturns(r: Read, since: int, until: int) -> dict[str, list[Overturns]]:
    """By kind of harm, by rule and by person: decisions, and how many were appealed against, overturned, undone."""
    d = decisions.c
    rows = r.rows(
        select(d.id, d.category, d.rule_ids, d.decided_by, d.undone_at, d.overturned_by_appeal_id, appeals.c.id)
        .outerjoin(appeals, appeals.c.decision_id == d.id)
        .where(_within(d.created_at, since, until), d.is_provisional.is_(False))
    )
    sums: dict[str, dict[str, list[int]]] = {"category": {}, "rule": {}, "person": {}}
    people: dict[int, int] = defaultdict(int)
    kept = list(rows)
    for row in kept:
        if row.decided_by is not None:
            people[row.decided_by] += 1
    names = _numbered(people)
    for _, category, rules, by, undone_at, overturned, appeal in kept:
        counts = (1, appeal is not None, overturned is not None, undone_at is not None and overturned is None)
        for kind, of in (
            ("category", [category]),
            ("rule", [str(rule) for rule in rules]),
            ("person", [names[by]] if by is not None else []),
        ):
            for one in of:
                line = sums[kind].setdefault(one, [0, 0, 0, 0])
                for place, count in enumerate(counts):
                    line[place] += count
    return {
        kind: [
            Overturns(of=of, decisions=n, appealed=a, overturned=o, undone=u)
            for of, (n, a, o, u) in sorted(found.items(), key=lambda item: (-item[1][0], item[0]))
        ]
        for kind, found in sums.items()
    }


def workload(r: Read, since: int, until: int) -> list[Work]:
    """What each of the team did, the busiest first."""
    seen: dict[int, int] = dict(
        r.rows(
            select(looks.c.account_id, func.count())
            .where(_within(looks.c.created_at, since, until))
            .group_by(looks.c.account_id)
        )
    )
    decided: dict[int, int] = dict(
        r.rows(
            select(decisions.c.decided_by, func.count())
            .where(_within(decisions.c.created_at, since, until), decisions.c.decided_by.is_not(None))
            .group_by(decisions.c.decided_by)
        )
    )
    ids = seen.keys() | decided.keys()
    roles = dict(r.rows(select(members.c.account_id, members.c.role).where(members.c.account_id.in_(list(ids)))))
    names = _numbered({one: seen.get(one, 0) + decided.get(one, 0) for one in ids})
    made = [
        Work(who=names[one], role=roles.get(one, ""), looks=seen.get(one, 0), decisions=decided.get(one, 0))
        for one in ids
    ]
    return sorted(made, key=lambda one: (-(one.looks + one.decisions), one.who))


def staffing(r: Read, now: int) -> list[dict[str, object]]:
    """How many of the team there are in each role, and how many of them looked or decided in a day and in a week."""
    roles = ("owner", "administrator", "moderator", "volunteer", "auditor", "trusted_flagger")
    there: dict[str, set[int]] = defaultdict(set)
    for account_id, role in r.rows(select(members.c.account_id, members.c.role).where(members.c.role.in_(roles))):
        there[role].add(account_id)
    day, week = _active(r, now - DAY), _active(r, now - 7 * DAY)
    return [
        {"role": role, "people": len(there[role]), "day": len(there[role] & day), "week": len(there[role] & week)}
        for role in roles
        if there[role]
    ]


def _active(r: Read, since: int) -> set[int]:
    looked = r.values(select(looks.c.account_id).where(looks.c.created_at >= since).distinct())
    decided = r.values(
        select(decisions.c.decided_by).where(decisions.c.created_at >= since, decisions.c.decided_by.is_not(None))
    )
    return {*looked, *decided}


def backlog_by_day(r: Read, since: int, until: int) -> list[Day]:
    """What was opened and closed on each day, and how many were open at its end; days begin at midnight (UTC)."""
    first = since // DAY * DAY
    c = cases.c
    opened = _per_day(r.values(select(c.opened_at).where(_within(c.opened_at, first, until))))
    closed = _per_day(r.values(select(c.closed_at).where(_within(c.closed_at, first, until))))
    before = int(
        r.value(select(func.count()).where(c.opened_at < first, c.closed_at.is_(None) | (c.closed_at >= first))) or 0
    )
    days = []
    for at in range(first, until, DAY):
        before += opened.get(at, 0) - closed.get(at, 0)
        days.append(Day(at=at, opened=opened.get(at, 0), closed=closed.get(at, 0), open=before))
    return days


def signals_by_source(r: Read, since: int, until: int) -> dict[str, int]:
    """How many signals came from where."""
    statement = (
        select(signals.c.source, func.count())
        .where(_within(signals.c.created_at, since, until))
        .group_by(signals.c.source)
        .order_by(func.count().desc(), signals.c.source)
    )
    return {source: int(count) for source, count in r.rows(statement)}


def _per_day(moments: Iterable[int]) -> dict[int, int]:
    found: dict[int, int] = defaultdict(int)
    for moment in moments:
        found[moment // DAY * DAY] += 1
    return found


def _numbered(amounts: dict[int, int]) -> dict[int, str]:
    order = sorted(amounts, key=lambda one: (-amounts[one], one))
    return {account: f"person {place}" for place, account in enumerate(order, start=1)}


def _within(column: ColumnElement[int], since: int, until: int) -> ColumnElement[bool]:
    return (column >= since) & (column < until)
