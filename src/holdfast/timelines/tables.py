"""Trends: what is talked about at present, as a job has worked it out, and what the staff has decided about it;
members' look back at a year."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, Integer, Table, Text

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

annual_reports = Table(
    "annual_reports",
    metadata,
    Column("account_id", Id, primary_key=True, autoincrement=False),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("refresh_id", Id, nullable=False, unique=True),  # under which an app asks whether it is made
    Column("data", JSON),  # null: being made
    Column("created_at", Time, nullable=False),
    Column("made_at", Time),
    Column("read_at", Time),
)
