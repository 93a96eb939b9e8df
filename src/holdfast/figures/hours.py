"""What each process notes of itself, kept for each hour: a row to which it adds until the hour is over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import Column, delete, insert, select

from holdfast.acting import Acting
from holdfast.figures.tables import server_hours as table
from holdfast.store import DAY, HOUR, Read
from holdfast.writes import Ability, Database

BOUNDS_MS = (1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000)
"""Between these, answer times are told apart."""

KEPT_MS = 400 * DAY
"""So that a year can be seen, and the same weeks of the year before a little of it."""


class Hour(msgspec.Struct, frozen=True, kw_only=True):
    """An hour (or longer) of a process, or of them all. What is counted adds up; streams, memory and waiting jobs are
    the most there were; the rest is how it stood last. ``durations`` has a number for each bound and one for longer.
    """

    requests: int = 0
    refused: int = 0
    failed: int = 0
    durations: tuple[int, ...] = ()
    streams: int = 0
    memory_bytes: int = 0
    jobs_waiting: int = 0
    jobs_failed: int = 0
    database_bytes: int = 0
    media_bytes: int = 0
    free_bytes: int = 0
    active_day: int = 0
    active_week: int = 0


_COUNTED = ("requests", "refused", "failed")
_OF_PROCESS = ("streams", "memory_bytes")  # of processes at the same time these add up


def note(db: Database, acting: Acting, place: str, lately: Hour) -> None:
    """Add what a process saw lately to its row for this hour, and drop rows that are too old."""
    with db.write(acting, Ability.JOBS) as w:
        hour = w.now // HOUR * HOUR
        mine = (table.c.hour == hour) & (table.c.place == place)
        before = w.first(select(*_columns()).where(mine))
        found = lately if before is None else merged([_hour(before), lately])
        w.run(delete(table).where(mine))
        w.run(insert(table).values(hour=hour, place=place, **msgspec.to_builtins(found)))
        w.run(delete(table).where(table.c.hour < w.now - KEPT_MS))


def hours_since(r: Read, start: int) -> list[tuple[int, Hour]]:
    """The hours from a moment on, oldest first; those of several processes as one."""
    statement = select(table.c.hour, *_columns()).where(table.c.hour >= start).order_by(table.c.hour, table.c.place)
    found: dict[int, list[Hour]] = {}
    for row in r.rows(statement):
        found.setdefault(row[0], []).append(_hour(row[1:]))
    return [(hour, _together(rows)) for hour, rows in found.items()]


def merged(hours: Sequence[Hour]) -> Hour:
    """Several hours, one after the other, as one. There is at least one."""
    most = {name: max(getattr(one, name) for one in hours) for name in (*_OF_PROCESS, "jobs_waiting")}
    return msgspec.structs.replace(hours[-1], **_added(hours, _COUNTED), **most, durations=_durations(hours))


def _together(rows: Sequence[Hour]) -> Hour:
    """The same hour of several processes: the whole server's figures are in each of them."""
    most = {name: max(getattr(one, name) for one in rows) for name in ("jobs_waiting", "jobs_failed")}
    added = _added(rows, (*_COUNTED, *_OF_PROCESS))
    return msgspec.structs.replace(rows[-1], **added, **most, durations=_durations(rows))


def _added(hours: Iterable[Hour], names: Iterable[str]) -> dict[str, int]:
    return {name: sum(getattr(one, name) for one in hours) for name in names}


def _durations(hours: Iterable[Hour]) -> tuple[int, ...]:
    """Added up; rows with other bounds, of another release, are left out."""
    rows = [one.durations for one in hours if len(one.durations) == len(BOUNDS_MS) + 1]
    return tuple(sum(column) for column in zip(*rows, strict=True))


def percentile(durations: Sequence[int], share: float) -> float | None:
    """The time in milliseconds within which this share of answers left, as near as the bounds tell; None for none."""
    wanted = sum(durations) * share
    if not wanted:
        return None
    seen, lower = 0.0, 0.0
    for bound, count in zip(BOUNDS_MS, durations, strict=False):
        if count and seen + count >= wanted:
            return lower + (bound - lower) * (wanted - seen) / count
        seen, lower = seen + count, bound
    return float(BOUNDS_MS[-1])


def _columns() -> list[Column[object]]:
    return [table.c[name] for name in Hour.__struct_fields__]


def _hour(row: Iterable[object]) -> Hour:
    return msgspec.convert(dict(zip(Hour.__struct_fields__, row, strict=True)), Hour)
