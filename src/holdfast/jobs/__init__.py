"""Durable jobs in the database: retries with growing waits, leases, exactly-once effects."""

from __future__ import annotations

from holdfast.jobs.queue import (
    Claimed,
    claim,
    counts,
    enqueue,
    fail,
    finish,
    is_pending,
    listing,
    next_due,
    overdue,
    release,
    retry,
)
from holdfast.jobs.tables import jobs as table

__all__ = [
    "Claimed",
    "claim",
    "counts",
    "enqueue",
    "fail",
    "finish",
    "is_pending",
    "listing",
    "next_due",
    "overdue",
    "release",
    "retry",
    "table",
]
