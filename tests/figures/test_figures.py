"""What the server notes of itself hour by hour, and what is counted from the database, on both engines."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from holdfast import access, figures, moderation, posts
from holdfast.acting import SYSTEM
from holdfast.figures import BOUNDS_MS, Hour, percentile
from holdfast.figures.tables import server_hours
from holdfast.moderation.tables import cases
from holdfast.store import DAY, HOUR, Ids, ManualClock
from holdfast.writes import Ability, Database
from tests.posts.builders import member

NOON = int(datetime(2026, 3, 4, 12, 20, tzinfo=UTC).timestamp() * 1000)  # a Wednesday


@pytest.fixture
def clock(db: Database) -> ManualClock:
    """The server's clock, which stands at a noon until it is moved."""
    standing = ManualClock(NOON)
    db.store.clock, db.store.ids = standing, Ids(standing)
    return standing


def times(**counts: int) -> tuple[int, ...]:
    """So many answers within bounds, as ``up_to_5=3``."""
    row = [0] * (len(BOUNDS_MS) + 1)
    for name, count in counts.items():
        row[BOUNDS_MS.index(float(name.removeprefix("up_to_")))] = count
    return tuple(row)


def note(db: Database, place: str = "one", **values: object) -> None:
    db.submit(lambda: figures.note(db, SYSTEM, place, Hour(**values))).result()  # type: ignore[arg-type]


def noted(db: Database, start: int = 0) -> list[tuple[int, Hour]]:
    with db.read() as r:
        return figures.hours_since(r, start)


def test_notes_of_an_hour_add_up_and_the_next_hour_begins_anew(db: Database, clock: ManualClock) -> None:
    note(db, requests=10, failed=1, durations=times(up_to_5=10), streams=7, jobs_waiting=3, database_bytes=100)
    clock.advance(HOUR // 2)
    note(db, requests=5, durations=times(up_to_5=3, up_to_10=2), streams=2, jobs_waiting=9, database_bytes=120)
    clock.advance(HOUR // 2)
    note(db, requests=1, durations=times(up_to_5=1))
    (first, whole), (second, begun) = noted(db)
    assert second - first == HOUR and first % HOUR == 0
    assert (whole.requests, whole.failed, begun.requests) == (15, 1, 1)
    assert whole.durations == times(up_to_5=13, up_to_10=2)
    assert (whole.streams, whole.jobs_waiting) == (7, 9)  # the most
    assert whole.database_bytes == 120  # the last
    assert [hour for hour, _ in noted(db, second)] == [second]


def test_processes_are_told_as_one_server(db: Database, clock: ManualClock) -> None:
    for place in ("one", "two"):
        note(db, place, requests=4, durations=times(up_to_1=4), streams=5, jobs_waiting=6, media_bytes=70, active_day=3)
    assert clock.now() == NOON
    ((_, found),) = noted(db)
    assert (found.requests, found.streams) == (8, 10)
    assert (found.jobs_waiting, found.media_bytes, found.active_day) == (6, 70, 3)


def test_notes_are_kept_for_a_year_and_a_little(db: Database, clock: ManualClock) -> None:
    note(db, requests=1)
    clock.advance(399 * DAY)
    note(db, requests=2)
    assert [hour.requests for _, hour in noted(db)] == [1, 2]
    clock.advance(2 * DAY)
    note(db, requests=3)
    assert [hour.requests for _, hour in noted(db)] == [2, 3]


def test_times_with_the_bounds_of_another_release_are_left_out(db: Database, clock: ManualClock) -> None:
    note(db, requests=4, durations=times(up_to_1=4))
    with db.write(SYSTEM, Ability.JOBS) as w:
        w.run(update(server_hours).values(durations=[1, 2]))
    note(db, requests=1, durations=times(up_to_1=1))
    ((_, found),) = noted(db, clock.now() - HOUR)
    assert (found.requests, found.durations) == (5, times(up_to_1=1))


def test_percentiles_lie_between_the_bounds() -> None:
    assert percentile(times(), 0.5) is None
    assert percentile((), 0.5) is None
    assert percentile(times(up_to_10=10), 0.5) == 7.5  # half way from 5 to 10
    assert percentile(times(up_to_5=90, up_to_100=10), 0.95) == 75
    assert percentile((*times()[:-1], 3), 0.5) == BOUNDS_MS[-1]  # longer than any bound tells


def test_periods_are_whole_hours_days_and_weeks_from_monday() -> None:
    hours, days, weeks = (figures.period_until(kind, NOON) for kind in ("hours", "days", "weeks"))
    assert hours.label(hours.starts[-1], is_long=True) == "4 Mar, 12:00" and len(hours.starts) == 48
    assert days.label(days.starts[-1], is_long=True) == "4 Mar 2026" and days.label(days.start) == "3 Feb"
    assert weeks.label(weeks.starts[-1], is_long=True) == "Week from 2 Mar 2026" and len(weeks.starts) == 52
    for period in (hours, days, weeks):
        assert period.place(NOON) == period.many - 1
        assert period.place(period.start) == 0 and period.place(period.start - 1) is None
        assert period.place(period.end) is None


def test_sign_ups_posts_and_reports_are_counted_where_they_happened(db: Database, clock: ManualClock) -> None:
    def counts(kind: str) -> figures.Counts:
        with db.read() as r:
            return figures.counts_in(db, r, figures.period_until(kind, clock.now()))

    ada, bo = member(db, "ada"), member(db, "bo")
    access.create_member(db, SYSTEM, "cy")
    ada.publishes("Monday's")
    bo.does(moderation.report, ada.id)
    clock.advance(2 * DAY)
    for words in ("one", "two"):
        ada.publishes(words)
    bo.does(posts.boost, ada.publishes("three"))
    for name in ("mo", "jo"):
        access.create_member(db, SYSTEM, name)
    with db.write(SYSTEM, Ability.ADMINISTRATION) as w:
        w.run(update(cases).values(closed_at=w.now))
    ada.does(moderation.report, bo.id)
    days, hours = counts("days"), counts("hours")
    assert days.posts[-3:] == [1, 0, 3] and sum(days.posts) == 4
    assert days.joined[-3:] == [1, 0, 2]
    assert days.reports[-3:] == [1, 0, 1]
    assert days.open_cases[-4:] == [0, 1, 1, 1]
    assert hours.posts[-1] == 3 and hours.open_cases[0] == 1  # opened before the first hour
    assert counts("weeks").posts[-1] == 4
    ada.publishes("four")
    assert counts("days").posts[-1] == 4
