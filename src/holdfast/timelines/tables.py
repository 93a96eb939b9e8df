"""Trends: what is talked about at present, as a job has worked it out, and what the staff has decided about it."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Table, Text

from holdfast.store import Id, Time, metadata

trends = Table(
    "trends",
    metadata,
    Column("kind", Text, primary_key=True),  # tag, status, link
    Column("subject_id", Id, primary_key=True, autoincrement=False),
    Column("score", Float, nullable=False),
)

trend_verdicts = Table(
    "trend_verdicts",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("subject_id", Id, primary_key=True, autoincrement=False),
    Column("is_allowed", Boolean, nullable=False),
    Column("decided_at", Time, nullable=False),
)
