"""Filters: words and posts that a member does not want to meet, and where."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Table, Text, UniqueConstraint

from holdfast.store import Id, Time, metadata

filters = Table(
    "filters",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("contexts", JSON, nullable=False),  # home, notifications, public, thread, account
    Column("action", Text, nullable=False),  # warn, hide, blur
    Column("expires_at", Time),  # null: until taken back
    Column("created_at", Time, nullable=False),
)

filter_keywords = Table(
    "filter_keywords",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("filter_id", Id, nullable=False, index=True),
    Column("keyword", Text, nullable=False),  # as written
    Column("is_whole_word", Boolean, nullable=False),
)

filter_statuses = Table(
    "filter_statuses",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("filter_id", Id, nullable=False),
    Column("status_id", Id, nullable=False),
    UniqueConstraint("filter_id", "status_id"),
)
