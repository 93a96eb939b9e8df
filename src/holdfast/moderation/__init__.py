"""Moderation: for the time being, reports as they come in."""

from __future__ import annotations

from holdfast.moderation.errors import CannotReport, ReportTargetGone, TooManyReports
from holdfast.moderation.events import ReportFiled
from holdfast.moderation.jobs import tell_staff
from holdfast.moderation.reporting import Category, Report, report, reports_by, reports_by_ids, siblings

__all__ = [
    "CannotReport",
    "Category",
    "Report",
    "ReportFiled",
    "ReportTargetGone",
    "TooManyReports",
    "report",
    "reports_by",
    "reports_by_ids",
    "siblings",
    "tell_staff",
]
