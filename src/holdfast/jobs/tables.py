"""Durable jobs: rows in the same database, enqueued in the same commit as the write that causes them."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, Text

from holdfast.store import Bytes, Id, Time, metadata

jobs = Table(
    "jobs",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("payload", Bytes, nullable=False),
    Column("priority", Integer, nullable=False),  # lower goes first
    Column("run_at", Time, nullable=False),
    Column("state", Text, nullable=False),  # waiting, running, failed
    Column("attempts", Integer, nullable=False),
    Column("lease_until", Time),
    Column("lease_owner", Text),
    Column("last_error", Text),
    Column("dedupe", Text, unique=True),
    Column("created_at", Time, nullable=False),
    Index("ix_jobs_state_run_at", "state", "run_at"),  # every open case has a job that waits, for days
)
