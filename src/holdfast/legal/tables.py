"""Requests by authorities, and what was handed over to them."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Index, Table, Text

from holdfast.store import Id, Time, metadata

legal_requests = Table(
    "legal_requests",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("authority", Text, nullable=False),
    Column("contact", Text, nullable=False, server_default=""),
    Column("reference", Text, nullable=False, server_default=""),
    Column("basis", Text, nullable=False),  # the law that it names
    Column("asked", Text, nullable=False),  # what is wanted
    Column("account_id", Id),  # the member whom it is about
    Column("received_at", Time, nullable=False),
    Column("deadline", Time, nullable=False),
    Column("secret_until", Time),  # the member must not be told before
    Column("checks", JSON, nullable=False),  # {step: [by, at]}
    Column("state", Text, nullable=False, server_default="open"),  # open, answered, refused
    Column("outcome", Text, nullable=False, server_default=""),
    Column("closed_at", Time),
    Column("told_at", Time),  # the member knows
    Column("taken_by", Id),
    Index("ix_legal_requests_account_id", "account_id"),
    Index("ix_legal_requests_deadline", "deadline"),
)

legal_handed = Table(
    "legal_handed",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("request_id", Id, nullable=False, index=True),
    Column("what", Text, nullable=False),
    Column("digest", Text, nullable=False, server_default=""),  # SHA-256 of the file, where it was one
    Column("handed_by", Id),
    Column("handed_at", Time, nullable=False),
)
