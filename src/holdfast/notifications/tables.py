"""Notifications: what a member is told, one row each."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text

from holdfast.store import Id, Time, metadata

notifications = Table(
    "notifications",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, nullable=False),  # who is told
    Column("kind", Text, nullable=False),
    Column("from_account_id", Id, nullable=False),
    Column("status_id", Id),
    Column("report_id", Id),
    Column("dedupe", Text, unique=True),  # one event told once, however often its job runs
    Column("created_at", Time, nullable=False),
    Index("ix_notifications_account_id_id", "account_id", "id"),
    Index("ix_notifications_status_id", "status_id"),
    Index("ix_notifications_from_account_id", "from_account_id"),
)
