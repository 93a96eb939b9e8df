"""Stretches of time cut into equal steps, all in UTC: the last two days by the hour, a month by the day, a year by
the week."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from holdfast.languages import _, date, day_of_year
from holdfast.store import DAY, HOUR

WEEK = 7 * DAY
_MONDAY = 4 * DAY  # 1970 began on a Thursday


class Kind(NamedTuple):
    """How a stretch is cut: the length of a step, where steps begin, how many."""

    step_ms: int
    origin_ms: int
    many: int


PERIODS = {"hours": Kind(HOUR, 0, 48), "days": Kind(DAY, 0, 30), "weeks": Kind(WEEK, _MONDAY, 52)}


class Period(NamedTuple):
    """A stretch of time in steps; times in milliseconds."""

    kind: str
    start: int
    step_ms: int
    many: int

    @property
    def end(self) -> int:
        """The first moment behind it."""
        return self.start + self.many * self.step_ms

    @property
    def starts(self) -> list[int]:
        """The first moment of each step."""
        return [self.start + number * self.step_ms for number in range(self.many)]

    def place(self, at: int) -> int | None:
        """The number of the step in which a moment lies, None outside."""
        number = (at - self.start) // self.step_ms
        return number if 0 <= number < self.many else None

    def label(self, start: int, *, is_long: bool = False) -> str:
        """What a step is called, in the language in force."""
        at = datetime.fromtimestamp(start / 1000, UTC)
        if self.kind == "hours":
            return f"{day_of_year(at)}, {at:%H:%M}"
        if not is_long:
            return day_of_year(at)
        day = date(at, short=True)
        return day if self.kind == "days" else _("Week from %(day)s", day=day)


def period_until(kind: str, now: int) -> Period:
    """The period of a kind whose last step holds this moment."""
    step, origin, many = PERIODS[kind]
    last = (now - origin) // step * step + origin
    return Period(kind, last - (many - 1) * step, step, many)
