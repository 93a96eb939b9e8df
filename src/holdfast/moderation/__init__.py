"""Moderation: for the time being, reports as they come in."""

from __future__ import annotations

from holdfast.moderation.errors import CannotReport, NoSuchReport, ReportTargetGone, TooManyReports
from holdfast.moderation.events import ReportFiled
from holdfast.moderation.jobs import tell_staff
from holdfast.moderation.reporting import (
    Category,
    Report,
    report,
    report_about_others,
    reports_about_others,
    reports_by,
    reports_by_ids,
    siblings,
)

__all__ = [
    "CannotReport",
    "Category",
    "NoSuchReport",
    "Report",
    "ReportFiled",
    "ReportTargetGone",
    "TooManyReports",
    "report",
    "report_about_others",
    "reports_about_others",
    "reports_by",
    "reports_by_ids",
    "siblings",
    "tell_staff",
]
