"""What can go wrong here.

NoSuchReport   (NotFound)
NoSuchMeasure  (NotFound)
CannotPlan     (Invalid)
"""

from __future__ import annotations

from holdfast.errors import Invalid, NotFound


class NoSuchReport(NotFound):
    """There is no such report."""

    key = "transparency.no_such_report"


class NoSuchMeasure(NotFound):
    """There is no such measure in the plan."""

    key = "transparency.no_such_measure"


class CannotPlan(Invalid):
    """The measure could not be put into the plan."""

    key = "transparency.cannot_plan"
