"""A consistent copy of the database while it stays in use, as plain files.

SQLite: one database file. PostgreSQL: a file of JSON lines for each table, all from one moment; byte
strings are written in base64.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
from sqlalchemy import func, select, text

from holdfast.store.opening import Store
from holdfast.store.postgres import PostgresEngine
from holdfast.store.sql import metadata
from holdfast.store.sqlite import SqliteEngine

ROWS_AT_A_TIME = 2_000
Told = Callable[[str, int, int], None]


def copy_database(store: Store, folder: Path, told: Told) -> None:
    """Write a consistent copy into an empty folder; ``told(label, done, total)`` hears how far it is."""
    if isinstance(store.engine, SqliteEngine):
        told("database", 0, 1)
        store.engine.backup(folder / "holdfast.db")
        told("database", 1, 1)
    else:
        _copy_tables(store.engine, folder, told)


def _copy_tables(engine: PostgresEngine, folder: Path, told: Told) -> None:
    encode = msgspec.json.Encoder().encode
    with engine.schema_engine().connect() as connection, connection.begin():
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
        revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        (folder / "revision").write_text(f"{revision}\n")
        for table in metadata.sorted_tables:
            total = int(connection.execute(select(func.count()).select_from(table)).scalar() or 0)
            done = 0
            rows = connection.execution_options(stream_results=True, yield_per=ROWS_AT_A_TIME).execute(select(table))
            with open(folder / f"{table.name}.ndjson", "wb") as file:
                for part in rows.partitions():
                    file.writelines(encode(dict(row._mapping)) + b"\n" for row in part)
                    done += len(part)
                    told(f"table {table.name}", done, total)
