"""Legal holds and the sealed copies that they keep."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Table, Text, false

from holdfast.store import Bytes, Id, Time, metadata

holds = Table(
    "holds",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),  # case, post, account
    Column("subject_id", Id, nullable=False),
    Column("reason", Text, nullable=False),
    Column("reference", Text, nullable=False, server_default=""),
    Column("recipient", Text, nullable=False, server_default=""),  # somebody else's key (age), who alone can open it
    Column("sealed_key", Bytes),  # of this hold; gone once it is lifted, or where somebody else has the key
    Column("is_automatic", Boolean, nullable=False, server_default=false()),
    Column("placed_by", Id),
    Column("placed_at", Time, nullable=False),
    Column("until", Time),
    Column("lifted_by", Id),
    Column("lifted_at", Time),
    Index("ix_holds_subject", "kind", "subject_id"),
    Index("ix_holds_lifted_at", "lifted_at"),
)

held_copies = Table(
    "held_copies",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("hold_id", Id, nullable=False, index=True),
    Column("blob_key", Text, nullable=False),  # the encrypted pack
    Column("content_digest", Text, nullable=False),  # of what is in it, to see whether anything has changed
    Column("byte_count", Id, nullable=False),
    Column("created_at", Time, nullable=False),
)
