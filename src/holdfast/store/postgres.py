"""PostgreSQL 15 or newer over psycopg 3: pooled connections, ``synchronous_commit=on``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

from holdfast.store.errors import DatabaseFault, UnusableDatabase, translate
from holdfast.store.reading import Read

OLDEST = 150000
SETTINGS = ("synchronous_commit=on", "lock_timeout=5000", "plan_cache_mode=force_generic_plan")
"""Of every connection, whatever the database's own defaults are; times are in milliseconds."""


class PostgresEngine:
    """Pooled connections to one PostgreSQL database."""

    name = "postgresql"

    def __init__(self, url: str, pool_size: int) -> None:
        self.url = url.replace("postgresql://", "postgresql+psycopg://", 1)
        self.engine = create_engine(
            self.url,
            pool_size=pool_size,
            max_overflow=4,
            pool_pre_ping=False,
            pool_recycle=1800,
            connect_args={"connect_timeout": 5, "options": " ".join(f"-c {setting}" for setting in SETTINGS)},
        )
        try:
            with self.engine.connect() as connection:
                version = connection.connection.driver_connection.info.server_version  # type: ignore[union-attr]
        except OperationalError as fault:
            raise UnusableDatabase(
                f"PostgreSQL does not answer: {str(fault.orig).strip().splitlines()[0]}. Check the address, the "
                "user and the password in the setting 'database'.",
                setting="database",
            ) from fault
        if version < OLDEST:
            raise UnusableDatabase(
                f"PostgreSQL {version // 10000} is too old; 15 or newer is needed.", setting="database"
            )

    @contextmanager
    def reading(self) -> Iterator[Read]:
        """A look at the database on a pooled connection."""
        try:
            with self.engine.connect() as connection:
                yield Read(connection, self.name)
                # Nothing was written, but a rollback would make psycopg forget its prepared statements.
                connection.connection.commit()
        except Exception as fault:
            raise self.translated(fault) from fault

    def translated(self, fault: BaseException) -> BaseException:
        """The problem that stands for a fault. Where the database has gone away, the pool's connections go too:
        when it is back, none of them would be worth a try."""
        found = translate(fault)
        if isinstance(found, DatabaseFault):
            self.engine.dispose()
        return found

    def schema_engine(self) -> Engine:
        """The engine that migrations run on."""
        return self.engine

    def close(self) -> None:
        """Close the pool."""
        self.engine.dispose()
