"""Transparency: how moderation does, in figures that can be shown to whoever asks.

``reckoning`` counts from the rows of cases, decisions and appeals; a dossier (``dossiers``) is what a host or an app
store asks for, with the improvement plan (``improving``); ``reports`` are frozen and published by the period;
``statements`` are the reasons of decisions in the form of the DSA Transparency Database.
"""

from __future__ import annotations

from holdfast.transparency.dossiers import DOSSIER_DAYS, dossier, dossier_document
from holdfast.transparency.errors import CannotPlan, NoSuchMeasure, NoSuchReport
from holdfast.transparency.events import PlanChanged, ReportPublished
from holdfast.transparency.improving import Measure, add_measure, drop_measure, finish_measure, plan
from holdfast.transparency.reckoning import (
    CategoryTimes,
    Overturns,
    Work,
    backlog_by_day,
    overturns,
    times_by_category,
    workload,
)
from holdfast.transparency.reports import (
    EVERY,
    Nothing,
    Published,
    as_csv,
    publish_due,
    published,
    report_between,
    report_by_id,
)
from holdfast.transparency.statements import statements_as_csv, statements_between

READ, WRITE = "transparency.read", "transparency.write"
"""Permissions: see dossier, plan and exports; change the plan."""

__all__ = [
    "DOSSIER_DAYS",
    "EVERY",
    "READ",
    "WRITE",
    "CannotPlan",
    "CategoryTimes",
    "Measure",
    "NoSuchMeasure",
    "NoSuchReport",
    "Nothing",
    "Overturns",
    "PlanChanged",
    "Published",
    "ReportPublished",
    "Work",
    "add_measure",
    "as_csv",
    "backlog_by_day",
    "dossier",
    "dossier_document",
    "drop_measure",
    "finish_measure",
    "overturns",
    "plan",
    "publish_due",
    "published",
    "report_between",
    "report_by_id",
    "statements_as_csv",
    "statements_between",
    "times_by_category",
    "workload",
]
