"""Imports that members asked for, and those of their lines that wait or could not be used."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Index, Integer, Table, Text

from holdfast.store import Id, Time, metadata

imports = Table(
    "imports",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, nullable=False),
    Column("kind", Text, nullable=False),
    Column("is_overwrite", Boolean, nullable=False),  # what is not in the file ends
    Column("total", Integer, nullable=False),
    Column("done", Integer, nullable=False, server_default="0"),
    Column("failed", Integer, nullable=False, server_default="0"),
    Column("unreachable", Integer, nullable=False, server_default="0"),  # of other servers, and not known here
    Column("removed", Integer, nullable=False, server_default="0"),
    Column("created_at", Time, nullable=False),
    Column("finished_at", Time),  # null: it runs
    Index("ix_imports_account_id_id", "account_id", "id"),
)

import_rows = Table(
    "import_rows",
    metadata,
    Column("import_id", Id, primary_key=True, autoincrement=False),
    Column("line", Integer, primary_key=True, autoincrement=False),  # of the file, from 1, headings counted
    Column("cells", JSON, nullable=False),
    Column("state", Text, nullable=False),  # waiting, done (until the import ends), failed, unreachable
    Column("subject", Text),  # what a line that is done is about
    Column("reason", Text),  # why it could not be used, for people
    Index("ix_import_rows_import_id_state_line", "import_id", "state", "line"),
)
