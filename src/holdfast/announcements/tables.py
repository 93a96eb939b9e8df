"""Announcements: news from the people who run the server, who has read them and how members answered."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Index, Table, Text

from holdfast.store import Id, Time, metadata

announcements = Table(
    "announcements",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("author_id", Id),  # null: written at the command line
    Column("text", Text, nullable=False),  # as written
    Column("html", Text, nullable=False),
    Column("mentions", JSON, nullable=False),  # account ids
    Column("tags", JSON, nullable=False),  # names
    Column("status_ids", JSON, nullable=False),  # public posts that it links to
    Column("starts_at", Time),  # of what it speaks about
    Column("ends_at", Time),
    Column("is_all_day", Boolean, nullable=False),
    Column("publish_at", Time),  # null: a draft
    Column("published_at", Time),  # null: not yet
    Column("created_at", Time, nullable=False),
    Column("updated_at", Time, nullable=False),
    Index("ix_announcements_published_at", "published_at"),
)

announcement_reads = Table(
    "announcement_reads",
    metadata,
    Column("announcement_id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, primary_key=True, autoincrement=False),
    Column("read_at", Time, nullable=False),
    Index("ix_announcement_reads_account_id", "account_id"),
)

announcement_reactions = Table(
    "announcement_reactions",
    metadata,
    Column("announcement_id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, primary_key=True, autoincrement=False),
    Column("name", Text, primary_key=True),  # an emoji, or the shortcode of one of the server's own
    Column("created_at", Time, nullable=False),
    Index("ix_announcement_reactions_account_id", "account_id"),
)
