"""The improvement plan, and the reports that were published."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Table, Text, UniqueConstraint

from holdfast.store import Id, Time, metadata

improvements = Table(
    "improvements",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
    Column("responsible", Text, nullable=False, server_default=""),
    Column("due_at", Time, nullable=False),
    Column("done_at", Time),
    Column("created_at", Time, nullable=False),
)

transparency_reports = Table(
    "transparency_reports",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("begins", Time, nullable=False),
    Column("ends", Time, nullable=False),
    Column("data", JSON, nullable=False),  # frozen: what was published does not change
    Column("published_at", Time, nullable=False),
    UniqueConstraint("begins", "ends"),
)
