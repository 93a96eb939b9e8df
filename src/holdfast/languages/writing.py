"""Numbers, dates and times to wait, as they are written in the language in force.

English is written here, without Babel. Times are told in UTC, with that word: a page does not know its reader's zone.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from holdfast.languages.catalogues import SOURCE, locale
from holdfast.languages.speaking import in_force

_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))
_NEVER_MORE = 1e9  # of a unit, before Babel would take the next larger one: the unit is chosen here


def number(value: int) -> str:
    """A whole number with its thousands parted."""
    if -1_000 < value < 1_000:
        return str(value)
    if in_force() == SOURCE:
        return f"{value:,}"
    from babel.numbers import format_decimal

    return format_decimal(value, locale=locale(in_force()))


def decimal(value: float) -> str:
    """A number with at most one decimal place: 1.5."""
    if in_force() == SOURCE:
        return f"{value:,.1f}".removesuffix(".0")
    from babel.numbers import format_decimal

    return format_decimal(value, format="#,##0.#", locale=locale(in_force()))


def day_of_year(at: datetime) -> str:
    """A day without its year: 27 Nov."""
    if in_force() == SOURCE:
        return f"{at.day} {at:%b}"
    from babel.dates import format_skeleton

    return format_skeleton("MMMd", at, locale=locale(in_force()))


def date(at: datetime, *, short: bool = False) -> str:
    """A day: 27 November 2026, or in ``short`` 27 Nov 2026."""
    if in_force() == SOURCE:
        return f"{at.day} {at:%b %Y}" if short else f"{at.day} {at:%B %Y}"
    from babel.dates import format_skeleton

    return format_skeleton("yMMMd" if short else "yMMMMd", at, locale=locale(in_force()))


def moment(at: datetime) -> str:
    """A time on its day: 27 Nov 2026, 10:50 UTC."""
    if in_force() == SOURCE:
        return f"{date(at, short=True)}, {at:%H:%M} UTC"
    from babel.dates import format_skeleton

    return f"{date(at, short=True)}, {format_skeleton('Hm', at, locale=locale(in_force()))} UTC"


def duration(seconds: float) -> str:
    """A time to wait, rounded up: 3 hours."""
    count, unit = _in_units(seconds)
    if in_force() == SOURCE:
        return f"{count} {unit}{'s' if count > 1 else ''}"
    return _from_babel(count, unit, has_direction=False)


def in_time(seconds: float) -> str:
    """When a time to wait is over: in 3 hours."""
    if in_force() == SOURCE:
        return f"in {duration(seconds)}"
    return _from_babel(*_in_units(seconds), has_direction=True)


def _in_units(seconds: float) -> tuple[int, str]:
    whole = max(1, math.ceil(seconds))
    size, unit = next((size, unit) for size, unit in _UNITS if whole >= size)
    return math.ceil(whole / size), unit


def _from_babel(count: int, unit: str, *, has_direction: bool) -> str:
    from babel.dates import format_timedelta

    return format_timedelta(
        timedelta(**{f"{unit}s": count}),
        granularity=unit,  # type: ignore[arg-type]
        threshold=_NEVER_MORE,
        add_direction=has_direction,
        locale=locale(in_force()),
    )
