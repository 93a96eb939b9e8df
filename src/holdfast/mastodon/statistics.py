"""Numbers about this server that anybody may read."""

from __future__ import annotations

from typing import NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import func, select

from holdfast import people
from holdfast.access.tables import members
from holdfast.events.tables import changes
from holdfast.people.tables import accounts
from holdfast.posts.tables import statuses
from holdfast.store import DAY, Read, first_at
from holdfast.writes import Database

WEEKS = 12
_WEEK = 7 * DAY
_MONDAY = 4 * DAY  # 1970 began on a Thursday


class Week(NamedTuple):
    """One week: its first moment (milliseconds), posts, members who signed in, new members."""

    start: int
    statuses: int
    logins: int
    registrations: int


_past: WeakKeyDictionary[Database, dict[int, Week]] = WeakKeyDictionary()


class Totals(NamedTuple):
    """Local accounts and what they wrote."""

    users: int
    statuses: int


def totals(r: Read) -> Totals:
    """How many accounts this server has, and how many posts and boosts they wrote."""
    found = r.first(
        select(func.count(), func.coalesce(func.sum(accounts.c.statuses_count), 0))
        .select_from(accounts)
        .where(accounts.c.domain.is_(None), people.is_present())
    )
    return Totals(int(found[0]), int(found[1]))


def domains(r: Read) -> list[str]:
    """Other servers whose accounts this one knows."""
    return r.values(select(accounts.c.domain).where(accounts.c.domain.is_not(None)).distinct().order_by("domain"))


def weeks(db: Database, r: Read) -> list[Week]:
    """The last twelve weeks, the present one first. Past ones are counted once in a process's life."""
    present = (db.clock.now() - _MONDAY) // _WEEK * _WEEK + _MONDAY
    past = _past.setdefault(db, {})
    for start in (present - n * _WEEK for n in range(1, WEEKS)):
        if start not in past:
            past[start] = _week(r, start)
    return [_week(r, present), *sorted((w for w in past.values() if w.start > present - WEEKS * _WEEK), reverse=True)]


def _week(r: Read, start: int) -> Week:
    first, behind = first_at(start), first_at(start + _WEEK)
    written = select(func.count()).where(
        statuses.c.id >= first,
        statuses.c.id < behind,
        statuses.c.is_local.is_(True),
        statuses.c.boost_of_id.is_(None),
        statuses.c.deleted_at.is_(None),
    )
    signed_in = select(func.count(changes.c.owner.distinct())).where(
        changes.c.id >= first, changes.c.id < behind, changes.c.kind.in_(("member.signed_in", "app.authorized"))
    )
    joined = select(func.count()).where(members.c.created_at >= start, members.c.created_at < start + _WEEK)
    return Week(start, int(r.value(written)), int(r.value(signed_in)), int(r.value(joined)))
