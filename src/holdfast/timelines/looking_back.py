"""A member's look back at a year: asked for, made by a job from what they did, read."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar, NamedTuple

import msgspec
from sqlalchemy import insert, null, select, update

from holdfast import people
from holdfast.acting import SYSTEM, Acting
from holdfast.errors import Invalid, NotFound, Unauthenticated
from holdfast.events import Event
from holdfast.languages import say
from holdfast.store import DAY, Hot, Read
from holdfast.timelines.tables import annual_reports
from holdfast.timelines.year import FIRST_YEAR, numbers, span, year_of
from holdfast.writes import Ability, Database, Write

LOOK_BACK = "timelines.look_back"
AGAIN_AFTER_MS = DAY
"""A look back at a year that was not over yet can be made anew after this long."""

_ANY = Hot(
    "SELECT 1 FROM statuses WHERE author_id = :me AND id >= :first AND id < :after AND deleted_at IS NULL LIMIT 1"
)
_FORGET = Hot("DELETE FROM annual_reports WHERE account_id = :account")


class NoSuchReport(NotFound):
    """Record not found"""

    key = "annual_report_not_found"


class LookBack(msgspec.Struct, frozen=True, kw_only=True):
    """Whose year is looked back at."""

    account_id: int
    year: int


class LookBackAsked(Event, frozen=True, kw_only=True):
    """A member asked for a look back at a year."""

    kind: ClassVar[str] = "annual_report.asked"
    account_id: int
    year: int


class LookBackMade(Event, frozen=True, kw_only=True):
    """A member's look back at a year is ready."""

    kind: ClassVar[str] = "annual_report.made"
    account_id: int
    year: int


class LookBackRead(Event, frozen=True, kw_only=True):
    """A member has read a look back."""

    kind: ClassVar[str] = "annual_report.read"
    account_id: int
    year: int


class LookedBack(NamedTuple):
    """A look back; ``data`` is None while it is being made, times are in milliseconds."""

    account_id: int
    year: int
    refresh_id: int
    data: dict[str, Any] | None
    made_at: int | None
    read_at: int | None


_COLUMNS = [annual_reports.c[name] for name in LookedBack._fields]


def unread_reports(r: Read, account_id: int) -> list[LookedBack]:
    """The finished looks back that a member has not read, newest year first."""
    wanted = select(*_COLUMNS).where(
        annual_reports.c.account_id == account_id,
        annual_reports.c.made_at.is_not(None),
        annual_reports.c.read_at.is_(None),
    )
    return [LookedBack(*row) for row in r.rows(wanted.order_by(annual_reports.c.year.desc()))]


def report_of(r: Read, account_id: int, year: int) -> LookedBack | None:
    """A member's look back at a year, finished or not; None if nobody has asked for it."""
    wanted = select(*_COLUMNS).where(annual_reports.c.account_id == account_id, annual_reports.c.year == year)
    rows = r.rows(wanted)
    return LookedBack(*rows[0]) if rows else None


def report_by_refresh(r: Read, account_id: int, refresh_id: int) -> LookedBack:
    """The look back that is made under this id. Raises :class:`NoSuchReport`, also for somebody else's."""
    wanted = select(*_COLUMNS).where(
        annual_reports.c.account_id == account_id, annual_reports.c.refresh_id == refresh_id
    )
    rows = r.rows(wanted)
    if not rows:
        raise NoSuchReport()
    return LookedBack(*rows[0])


def can_look_back(r: Read, account_id: int, year: int, *, now: int) -> bool:
    """Whether there is anything to look back at: the member has posted or boosted in that year."""
    if not FIRST_YEAR <= year <= year_of(now):
        return False
    first, after = span(year)
    return bool(r.fast(_ANY, me=account_id, first=first, after=after))


def ask(db: Database, acting: Acting, year: int) -> LookedBack:
    """Let a look back be made, unless it is being made or there is one. Raises ``Invalid`` for a year without posts."""
    with db.write(acting, Ability.RELATIONS) as w:
        me = _present(w, acting)
        known = report_of(w, me, year)
        if known is not None and not _is_outdated(known, w.now):
            return known
        if not can_look_back(w, me, year, now=w.now):
            raise Invalid.field("year", "ERR_INVALID", say("You did not post anything in %(year)s.", year=str(year)))
        refresh_id = w.new_id()
        asked = {"refresh_id": refresh_id, "data": null(), "made_at": None, "read_at": None, "created_at": w.now}
        if known is None:
            w.run(insert(annual_reports).values(account_id=me, year=year, **asked))
        else:
            w.run(_one(update(annual_reports), me, year).values(**asked))
        w.record(LookBackAsked(account_id=me, year=year))
        w.enqueue(LOOK_BACK, LookBack(account_id=me, year=year))
        return LookedBack(me, year, refresh_id, None, None, None)


def mark_read(db: Database, acting: Acting, year: int) -> None:
    """Note that the member has read a look back. Raises :class:`NoSuchReport`."""
    with db.write(acting, Ability.RELATIONS) as w:
        me = _present(w, acting)
        known = report_of(w, me, year)
        if known is None or known.made_at is None:
            raise NoSuchReport()
        if known.read_at is None:
            w.run(_one(update(annual_reports), me, year).values(read_at=w.now))
            w.record(LookBackRead(account_id=me, year=year))


def forget_reports(db: Database, event: people.AccountDeleted) -> None:
    """Remove the looks back of an account that is gone."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        w.run_fast(_FORGET, account=event.account_id)


def _is_outdated(known: LookedBack, now: int) -> bool:
    """Whether a look back was made before its year was over, and long enough ago."""
    if known.made_at is None:
        return False
    end = int(datetime(known.year + 1, 1, 1, tzinfo=UTC).timestamp() * 1000)
    return known.made_at < end and now - known.made_at > AGAIN_AFTER_MS


def _one(statement: Any, me: int, year: int) -> Any:
    return statement.where(annual_reports.c.account_id == me, annual_reports.c.year == year)


def _present(w: Write, acting: Acting) -> int:
    if acting.account_id is None:
        raise Unauthenticated()
    account = people.account_by_id(w, acting.account_id)
    if account is None or not account.is_present:
        raise people.AccountUnusable()
    return account.id


def look_back(db: Database, payload: LookBack) -> None:
    """Make a look back. Reads for as long as it takes; writes in one short transaction."""
    with db.read() as r:
        found = numbers(r, payload.account_id, payload.year)
    with db.write(SYSTEM, Ability.JOBS) as w:
        if w.run(_one(update(annual_reports), payload.account_id, payload.year).values(data=found, made_at=w.now)):
            w.record(LookBackMade(account_id=payload.account_id, year=payload.year), owner=payload.account_id)
