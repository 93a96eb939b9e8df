"""The change log: one row for each acknowledged write, sealed in batches into one hash chain.

What a row says (actor, subject, payload) lies in ``change_details`` together with the salt of its
commitment. Erasing that row leaves the chain verifiable.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text, text

from holdfast.store import Bytes, Id, Time, metadata

changes = Table(
    "changes",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("seq", Id, unique=True),  # place in the chain; null until it is sealed
    Column("at", Time, nullable=False),
    Column("kind", Text, nullable=False),
    Column("owner", Id),  # whose data it is: the account that takes it along when it leaves
    Column("commitment", Bytes, nullable=False),
    Index("ix_changes_unsealed", "id", sqlite_where=text("seq IS NULL"), postgresql_where=text("seq IS NULL")),
)

change_details = Table(
    "change_details",
    metadata,
    Column("change_id", Id, primary_key=True, autoincrement=False),
    Column("actor", Id),
    Column("payload", Bytes, nullable=False),
    Column("salt", Bytes, nullable=False),
)

seals = Table(
    "seals",
    metadata,
    Column("last_seq", Id, primary_key=True, autoincrement=False),
    Column("first_seq", Id, nullable=False),
    Column("at", Time, nullable=False),
    Column("digest", Bytes, nullable=False),
)
