"""Bringing a database's schema to the newest revision with Alembic; each migration is frozen and imports no room."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from holdfast.store.errors import UnusableDatabase
from holdfast.store.opening import Store

if TYPE_CHECKING:
    from sqlalchemy import Connection

MIGRATIONS = Path(__file__).parent / "migrations"
NEWEST = "0009"
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
    with store.schema_connection() as connection:
        _run(connection)
    return Upgrade(before, NEWEST)


def _run(connection: Connection) -> None:
    from alembic import command  # loaded only when there is something to do: it costs 0.4 s
    from alembic.config import Config

    config: Any = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
