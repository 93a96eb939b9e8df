"""What the database itself knows: who joined, what was written, reported and settled, and who was here."""

from __future__ import annotations

from typing import NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, func, select

from holdfast import people
from holdfast.access.tables import members
from holdfast.figures.periods import Period
from holdfast.moderation.tables import cases, reports
from holdfast.people.tables import accounts
from holdfast.posts.tables import blobs, statuses
from holdfast.store import Read, first_at
from holdfast.writes import Database


class Counts(NamedTuple):
    """A number for each step of a period; ``open_cases`` as it ended. A case that was opened again counts as open since
    its beginning."""

    joined: list[int]
    posts: list[int]
    reports: list[int]
    open_cases: list[int]


_posts: WeakKeyDictionary[Database, dict[tuple[int, int], int]] = WeakKeyDictionary()


def counts_in(db: Database, r: Read, period: Period) -> Counts:
    """Count everything. Posts of past steps are counted once in a process's life: those are the many."""
    opened, closed = _by_step(r, cases.c.opened_at, period), _by_step(r, cases.c.closed_at, period)
    left = _number(r, cases.c.opened_at < period.start) - _number(r, cases.c.closed_at < period.start)
    open_cases = []
    for came, went in zip(opened, closed, strict=True):
        left += came - went
        open_cases.append(left)
    joined, filed = _by_step(r, members.c.created_at, period), _by_step(r, reports.c.created_at, period)
    return Counts(joined, _written(db, r, period), filed, open_cases)


def _by_step(r: Read, column: ColumnElement[int], period: Period) -> list[int]:
    inside = (column >= period.start) & (column < period.end)
    step = ((column - period.start) // period.step_ms).label("step")
    found = dict(r.rows(select(step, func.count()).where(inside).group_by("step")))
    return [found.get(number, 0) for number in range(period.many)]


def _number(r: Read, which: ColumnElement[bool]) -> int:
    return int(r.value(select(func.count()).where(which)) or 0)


def _written(db: Database, r: Read, period: Period) -> list[int]:
    """Posts of members, without boosts."""
    known = _posts.setdefault(db, {})
    for start in period.starts:
        if (start, period.step_ms) not in known or start == period.starts[-1]:
            written = (
                (statuses.c.id >= first_at(start))
                & (statuses.c.id < first_at(start + period.step_ms))
                & statuses.c.is_local
                & statuses.c.boost_of_id.is_(None)
                & statuses.c.deleted_at.is_(None)
            )
            known[start, period.step_ms] = _number(r, written)
    return [known[start, period.step_ms] for start in period.starts]


def media_bytes(r: Read) -> int:
    """How much room pictures, films and sounds take; what several members have sent is there once."""
    each = select(func.max(blobs.c.byte_count).label("size")).group_by(blobs.c.key).subquery()
    return int(r.value(select(func.coalesce(func.sum(each.c.size), 0))))


def active_since(r: Read, since: int) -> int:
    """Members who used the server, or wrote something, at or after this time (milliseconds)."""
    return int(
        r.value(
            select(func.count())
            .select_from(members.join(accounts, accounts.c.id == members.c.account_id))
            .where(
                people.is_present(),
                (members.c.last_active_at >= since)
                | (members.c.last_sign_in_at >= since)
                | (accounts.c.last_status_at >= since),
            )
        )
    )
