"""Reports as they come in; the moderation room will turn them into signals and cases."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Table, Text

from holdfast.store import Id, Time, metadata

reports = Table(
    "reports",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, nullable=False, index=True),
    Column("target_id", Id, nullable=False, index=True),
    Column("category", Text, nullable=False),  # spam, legal, violation, other
    Column("comment", Text, nullable=False),
    Column("forwards", Boolean, nullable=False),
    Column("status_ids", JSON, nullable=False),
    Column("rule_ids", JSON, nullable=False),
    Column("collection_ids", JSON, nullable=False, server_default="[]"),
    Column("created_at", Time, nullable=False),
    Column("acted_at", Time),
)
