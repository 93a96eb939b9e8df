"""PostgreSQL 15 or newer over psycopg 3: pooled connections, ``synchronous_commit=on``.

Connections commit by themselves: a look at the database is not wrapped into a transaction, which would
show it nothing more at this isolation level; a transaction that writes says BEGIN and COMMIT itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, create_engine
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from holdfast.store.errors import DatabaseFault, UnusableDatabase, translate
from holdfast.store.reading import Read
from holdfast.store.sql import Hot
from holdfast.store.transactions import Transaction

OLDEST = 150000
SETTINGS = ("synchronous_commit=on", "lock_timeout=5000", "plan_cache_mode=force_generic_plan")
"""Of every connection, whatever the database's own defaults are; times are in milliseconds."""

_BEGIN = Hot("BEGIN")
_IN_HASTE = Hot("SET LOCAL lock_timeout = 200")


class PostgresEngine:
    """Pooled connections to one PostgreSQL database."""

    name = "postgresql"
    largest_batch = 32  # a batch holds its locks until its end, for which others may wait
    scatters = True

    def __init__(self, url: str, pool_size: int) -> None:
        self.url = url.replace("postgresql://", "postgresql+psycopg://", 1)
        self._connecting = {"connect_timeout": 5, "options": " ".join(f"-c {setting}" for setting in SETTINGS)}
        self._engine = create_engine(
            self.url,
            pool_size=pool_size,
            max_overflow=4,
            pool_pre_ping=False,
            pool_use_lifo=True,  # few connections are used much: they have prepared and cached what is asked
            pool_recycle=1800,
            pool_reset_on_return=None,
            isolation_level="AUTOCOMMIT",
            connect_args=self._connecting,
        )
        try:
            with self._engine.connect() as connection:
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
            with self._connected() as connection:
                yield Read(connection, self.name)
        except Exception as fault:
            raise self.translated(fault) from fault

    @contextmanager
    def writing(self, *, patient: bool) -> Iterator[Transaction]:
        """A transaction on a pooled connection; rolled back when the block has not committed it.

        ``patient`` is one that waits for a lock as long as anybody; the others leave after a fifth of a second.
        """
        with self._connected() as connection:
            transaction = Transaction(connection, self.name)
            hot, mark = transaction.hot, transaction.hot.waiting()
            hot.later(_BEGIN, {})
            if not patient:
                hot.later(_IN_HASTE, {})
            try:
                yield transaction
            finally:
                hot.forget(mark)
                if hot.is_open:
                    hot.command("ROLLBACK")

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        """A pooled connection, which does not go back into the pool when it is lost."""
        with self._engine.connect() as connection:
            try:
                yield connection
            finally:
                if not connection.invalidated and connection.connection.driver_connection.broken:  # type: ignore[union-attr]
                    connection.invalidate()

    def translated(self, fault: BaseException) -> BaseException:
        """The problem that stands for a fault. Where the database has gone away, the pool's connections go too:
        when it is back, none of them would be worth a try."""
        found = translate(fault)
        if isinstance(found, DatabaseFault):
            self._engine.dispose()
        return found

    def schema_engine(self) -> Engine:
        """An engine for what needs transactions of SQLAlchemy's own: migrations, copies."""
        return create_engine(self.url, poolclass=NullPool, connect_args=self._connecting)

    def close(self) -> None:
        """Close the pool."""
        self._engine.dispose()

    def checkpoint(self) -> None:
        """The server sees to that itself."""
