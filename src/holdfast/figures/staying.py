"""Of those who joined in a stretch, how many were still here later: what the API for administrators calls retention."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from sqlalchemy import func, select

from holdfast.access.tables import members
from holdfast.acting import Acting
from holdfast.errors import Invalid
from holdfast.figures.daily import check_span, may_read
from holdfast.languages import say
from holdfast.store import Read

MOST_STEPS = 62


class Stayed(NamedTuple):
    """How many of a cohort were here in a step or later, and which share; ``at`` in milliseconds."""

    at: int
    rate: float
    value: int


class Cohort(NamedTuple):
    """Those who joined in one step, and how many of them stayed."""

    start: int
    data: list[Stayed]


def retention(r: Read, acting: Acting, start: int, end: int, *, by_month: bool) -> list[Cohort]:
    """The cohorts of each day or month between two moments (ms).

    What is kept is when a member was here last: whoever was here in a step counts for all before it. Raises
    :class:`NoFigures`, :class:`Invalid`.
    """
    may_read(acting)
    starts = _starts(start, end, by_month=by_month)
    found = []
    for place, (first, behind) in enumerate(pairwise(starts)):
        cohort = members.c.created_at.between(first, behind - 1)
        joined = int(r.value(select(func.count()).where(cohort)) or 0)
        data = []
        for at in starts[place:-1]:
            last = func.coalesce(members.c.last_active_at, members.c.created_at)
            here = joined if at == first else int(r.value(select(func.count()).where(cohort, last >= at)) or 0)
            data.append(Stayed(at, here / joined if joined else 0.0, here))
        found.append(Cohort(first, data))
    return found


def _starts(start: int, end: int, *, by_month: bool) -> list[int]:
    """Where each step begins, and where the last one ends."""
    check_span(start, end)
    at, last = (datetime.fromtimestamp(ms / 1000, UTC).replace(hour=0, minute=0, second=0, microsecond=0)
                for ms in (start, end))  # fmt: skip
    at, last = (at.replace(day=1), last.replace(day=1)) if by_month else (at, last)
    found: list[datetime] = []
    while at <= last and len(found) <= MOST_STEPS:
        found.append(at)
        at = (at + timedelta(days=32)).replace(day=1) if by_month else at + timedelta(days=1)
    if not 0 < len(found) <= MOST_STEPS:
        raise Invalid.field(
            "end_at", "ERR_INVALID", say("Ask for at least one day and at most %(most)s.", most=MOST_STEPS)
        )
    return [int(one.timestamp() * 1000) for one in [*found, at]]
