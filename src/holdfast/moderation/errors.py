"""What can go wrong with reports."""

from __future__ import annotations

from holdfast.errors import Invalid, NotFound, TooMany


class ReportTargetGone(NotFound):
    """Record not found"""

    key = "report_target_not_found"


class NoSuchReport(NotFound):
    """There is no such report."""

    key = "report_not_found"


class CannotReport(Invalid):
    """This cannot be reported like this."""

    key = "cannot_report"


class TooManyReports(TooMany):
    """You have filed many reports today; the moderators will look at them first."""

    key = "too_many_reports"
