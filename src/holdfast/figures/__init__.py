"""How the server has been doing: counted from the database where it knows, from hourly notes where it does not."""

from __future__ import annotations

from holdfast.figures.counting import Counts, active_since, counts_in, media_bytes
from holdfast.figures.daily import MEASURES, Days, Measured, days_between, measure
from holdfast.figures.errors import NoFigures
from holdfast.figures.hours import BOUNDS_MS, Hour, hours_since, merged, note, percentile
from holdfast.figures.periods import PERIODS, Period, period_until
from holdfast.figures.shares import DIMENSIONS, Share, Within, shares
from holdfast.figures.staying import Cohort, Stayed, retention

__all__ = [
    "BOUNDS_MS",
    "DIMENSIONS",
    "MEASURES",
    "PERIODS",
    "Cohort",
    "Counts",
    "Days",
    "Hour",
    "Measured",
    "NoFigures",
    "Period",
    "Share",
    "Stayed",
    "Within",
    "active_since",
    "counts_in",
    "days_between",
    "hours_since",
    "measure",
    "media_bytes",
    "merged",
    "note",
    "percentile",
    "period_until",
    "retention",
    "shares",
]
