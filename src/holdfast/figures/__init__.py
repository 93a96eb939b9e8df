"""How the server has been doing: counted from the database where it knows, from hourly notes where it does not."""

from __future__ import annotations

from holdfast.figures.counting import Counts, active_since, counts_in, media_bytes
from holdfast.figures.hours import BOUNDS_MS, Hour, hours_since, merged, note, percentile
from holdfast.figures.periods import PERIODS, Period, period_until

__all__ = [
    "BOUNDS_MS",
    "PERIODS",
    "Counts",
    "Hour",
    "Period",
    "active_since",
    "counts_in",
    "hours_since",
    "media_bytes",
    "merged",
    "note",
    "percentile",
    "period_until",
]
