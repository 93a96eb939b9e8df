"""The backlog: 26,000 open cases and a day in which more come in than fifty people decide at first.

What happened is read from the tables afterwards, so that nothing counts as decided or contained that is not on record.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from bench import crowd
from bench.report import Report
from bench.shifts import Day, Tally
from bench.sizes import Sizes
from holdfast import config
from holdfast.moderation.tables import decisions, notice_items, notices, signals
from holdfast.site.wiring import open_database
from holdfast.store import DAY, HOUR, MINUTE, ManualClock

SCALES = {"full": 1.0, "middle": 0.1, "quick": 0.004}
FEWER_SCALE = 0.1  # of the day with a third of the people, which nobody aims at
HOURS = crowd.HOURS + 24
"""So long is looked on: whatever comes in last has its 24 hours, too."""

START = 1_790_000_000_000
THREATS = ("threat", "terrorism")
GROUPS = ("threats", "child_safety", "host_notices")


@dataclass(frozen=True, slots=True)
class Figures:
    """Where the figures of one day go."""

    report: Report
    name: str
    has_aims: bool

    def add(self, name: str, value: float, unit: str, *, most: float | None = None, least: float | None = None) -> None:
        """Add one under this day's name, with its aim if this day has aims."""
        if self.has_aims:
            self.report.add(f"{self.name}.{name}", value, unit, most=most, least=least)
        else:
            self.report.add(f"{self.name}.{name}", value, unit)


@dataclass(slots=True)
class Course:
    """What became of a case. Times in milliseconds; ``since`` when a group's first signal came, or the start."""

    is_harmful: bool
    opened: int
    since: dict[str, int]
    contained: int | None = None
    decided: int | None = None

    @property
    def acted(self) -> int | None:
        """When it was first contained or decided."""
        return min((one for one in (self.contained, self.decided) if one is not None), default=None)


def measure(sizes: Sizes, report: Report, say: Callable[[str], None]) -> None:
    """Add the figures of the simulated day to a report, on SQLite; and of one with a third of the people."""
    scale = SCALES[sizes.name]
    _live(scale, max(round(crowd.ON_DUTY * scale), 1), Figures(report, "backlog", has_aims=True), say)
    scale = min(scale, FEWER_SCALE)
    fewer = max(round(crowd.ON_DUTY * scale * crowd.SHIFT_H / 24), 1)
    _live(scale, fewer, Figures(report, "backlog_with_a_third", has_aims=False), say)


def _live(scale: float, on_duty: int, figures: Figures, say: Callable[[str], None]) -> None:
    with tempfile.TemporaryDirectory(prefix="holdfast-backlog-", dir=_fast_folder()) as folder:
        settings = config.load({"HOLDFAST_DATA_DIR": folder, "HOLDFAST_RATE_LIMITS": "off"})
        rng = random.Random(6)
        subjects = crowd.draw(rng, scale)
        clock = ManualClock(START + min(one.first for one in subjects) - HOUR)
        db = open_database(settings, clock=clock)
        try:
            day = Day(db, clock, rng, on_duty, START, subjects)
            say(f"backlog: {len(subjects):,} subjects, {on_duty} on duty")
            day.prepare()
            day.run(HOURS, lambda tally: say(_line(tally)))
            _add(figures, day, _courses(day))
        finally:
            db.close()


def _fast_folder() -> str | None:
    """Where no flush costs anything, if there is such a place: the clock of this day is not the machine's."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def _line(one: Tally) -> str:
    return (
        f"backlog: after {one.hours:2.0f} h decided {one.decided:7,}, contained {one.contained:6,}, "
        f"waiting {one.waiting:7,}"
    )


def _courses(day: Day) -> list[Course]:
    """Every case as the tables tell it."""
    found: dict[int, Course] = {}
    with day.db.read() as r:
        grouped = (signals.c.case_id, signals.c.category, signals.c.source)
        for number, category, _, first in r.rows(select(*grouped, func.min(signals.c.created_at)).group_by(*grouped)):
            since = max(first, day.start)
            one = found.setdefault(number, Course(day.subject_of[number].is_harmful, since, {}))
            one.opened = min(one.opened, since)
            kinds = {"threats": category in THREATS, "child_safety": category == "child_safety"}
            for name in (name for name, holds in kinds.items() if holds):
                one.since[name] = min(since, one.since.get(name, since))
        letters = select(notice_items.c.case_id, notices.c.kind, notices.c.received_at).join(
            notices, notices.c.id == notice_items.c.notice_id
        )
        for number, kind, at in r.rows(letters):
            found[number].since["orders" if kind == "order" else "host_notices"] = at
        taken = select(decisions.c.case_id, decisions.c.decided_by, decisions.c.created_at)
        for number, by, at in r.rows(taken.order_by(decisions.c.id)):
            one = found[number]
            if by is None and one.contained is None:
                one.contained = at
            elif by is not None and one.decided is None:
                one.decided = at
    return list(found.values())


def _add(figures: Figures, day: Day, courses: list[Course]) -> None:
    orders = [one for one in courses if "orders" in one.since]
    missed = [one for one in orders if one.acted is None or one.acted > one.since["orders"] + HOUR]
    figures.add("one_hour_orders_missed", len(missed), f"of {len(orders)}", most=0)
    for group in GROUPS:
        _times(figures, group, [one for one in courses if group in one.since])
    decided = [one for one in courses if _within(one.decided, one, DAY)]
    held = [one for one in courses if not _within(one.decided, one, DAY) and _within(one.contained, one, DAY)]
    count = len(courses)
    figures.add("cases", count, "")
    figures.add("decided", 100 * len(decided) / count, "% of all within 24 h")
    figures.add("contained_only", 100 * len(held) / count, "% of all within 24 h", most=10)
    figures.add("decided_or_contained", 100 * (len(decided) + len(held)) / count, "% of all within 24 h",
               least=99.9)  # fmt: skip
    figures.add("waiting", count - len(decided) - len(held), "cases after 24 h")
    ordinary = [one for one in courses if not one.is_harmful]
    wrong = sum(one.contained is not None for one in ordinary)
    figures.add("wrongly_contained", 100 * wrong / len(ordinary), "% of ordinary posts that were reported",
               most=0.5)  # fmt: skip
    hidden = [(one.decided or day.start + HOURS * HOUR) - one.contained for one in ordinary if one.contained]
    figures.add("wrongly_contained_for_p50", _at(hidden, 0.5) / MINUTE, "min")
    figures.add("refused_as_changed", day.too_late, "decisions, as the case had changed meanwhile")
    figures.add("empty_after", next((one.hours for one in day.tallies if one.waiting < day.on_duty), HOURS), "h")


def _within(at: int | None, one: Course, longest: int) -> bool:
    return at is not None and at - one.opened <= longest


def _times(figures: Figures, group: str, courses: list[Course]) -> None:
    """How long a group waited for a person; what was never decided counts as the whole time."""
    end = START + HOURS * HOUR
    waited = [max((one.decided if one.decided is not None else end) - one.since[group], 0) for one in courses]
    figures.add(f"{group}", len(waited), "cases")
    figures.add(f"{group}.decided_p50", _at(waited, 0.5) / MINUTE, "min", most=5)
    figures.add(f"{group}.decided_p95", _at(waited, 0.95) / MINUTE, "min", most=60)


def _at(values: Iterable[int], share: float) -> float:
    ordered = sorted(values)
    return float(ordered[min(int(len(ordered) * share), len(ordered) - 1)]) if ordered else 0.0
