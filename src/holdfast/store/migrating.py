"""Bringing a database's schema to the newest revision with Alembic; each migration is frozen and imports no room."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from holdfast.store.errors import UnusableDatabase
from holdfast.store.opening import Store

if TYPE_CHECKING:
    from sqlalchemy import Connection

_LOCK_KEY = 0x4D696772  # any constant; "Migr" in ASCII
MIGRATIONS = Path(__file__).parent / "migrations"
NEWEST = "0030"
"""The newest revision. A test keeps it equal to the last file in ``migrations/``."""


@dataclass(frozen=True, slots=True)
class Upgrade:
    """From which revision to which a database was brought; equal when there was nothing to do."""

    before: str | None
    after: str


def revision(store: Store) -> str | None:
    """The revision of a database, or None for an empty one. Costs one query, without loading Alembic."""
    with store.reading() as r:
        if r.engine == "sqlite":
            there = r.driver.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
        else:
            there = r.driver.execute("SELECT to_regclass('alembic_version')").fetchone()[0]
        if not there:
            return None
        found = r.driver.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(found[0]) if found else None


def upgrade(store: Store) -> Upgrade:
    """Bring the schema to the newest revision, in one transaction for each step.

    Raises :class:`UnusableDatabase` for a database of a newer release than this one.
    """
    before = revision(store)
    if before == NEWEST:
        return Upgrade(before, NEWEST)
    if before is not None and before > NEWEST:
        raise UnusableDatabase(
            f"This database has schema {before}, but this release knows only {NEWEST}. Run the newer release again.",
            setting="database",
        )
    with store.schema_connection() as connection, _alone(connection):
        _run(connection)
    return Upgrade(before, NEWEST)


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    """Of processes that start at once on one PostgreSQL database, one migrates; the others wait and find it done.

    Asked again and again instead of waiting in the database, whose limit for locks is meant for tables.
    """
    if connection.dialect.name == "sqlite":
        yield  # the lock of the data folder sees to it
        return
    key = {"key": _LOCK_KEY}
    while not connection.execute(text("SELECT pg_try_advisory_lock(:key)"), key).scalar():
        connection.commit()
        time.sleep(0.1)
    connection.commit()  # the lock is the session's; the migrations have transactions of their own
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    finally:
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), key)


def _run(connection: Connection) -> None:
    from alembic import command  # loaded only when there is something to do: it costs 0.4 s
    from alembic.config import Config

    config: Any = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
