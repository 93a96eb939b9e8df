"""Opening a database by its URL: ``sqlite:///path`` or ``postgresql://user:password@host:port/name``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection

from holdfast.store.clock import Clock, SystemClock
from holdfast.store.errors import UnusableDatabase
from holdfast.store.group_writer import GroupWriter
from holdfast.store.ids import Ids
from holdfast.store.postgres import PostgresEngine
from holdfast.store.reading import Read
from holdfast.store.sqlite import SqliteEngine
from holdfast.store.transactions import Transaction

T = TypeVar("T")


class Store:
    """A database in use: reading, writing, ids and the clock."""

    def __init__(
        self,
        engine: SqliteEngine | PostgresEngine,
        writer: GroupWriter,
        clock: Clock,
    ) -> None:
        self.engine = engine
        self.writer = writer
        self.clock = clock
        self.ids = Ids(clock)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is SQLite (the one question that callers outside this room may ask)."""
        return isinstance(self.engine, SqliteEngine)

    def reading(self) -> AbstractContextManager[Read]:
        """A consistent look at the database."""
        return self.engine.reading()

    def transaction(self) -> AbstractContextManager[Transaction]:
        """A transaction that writes, committed at the end of the block."""
        return self.writer.transaction()

    def submit(self, command: Callable[[], T]) -> Future[T]:
        """Run a command as one fact, committed together with the others that wait."""
        return self.writer.submit(command)

    async def submit_async(self, command: Callable[[], T]) -> T:
        """As :meth:`submit`, awaited."""
        return await self.writer.submit_async(command)

    @contextmanager
    def schema_connection(self) -> Iterator[Connection]:
        """A connection for migrations, with a transaction of its own around them."""
        with self.engine.schema_engine().connect() as connection:
            yield connection
            connection.commit()

    def close(self) -> None:
        """Finish what was submitted and close every connection."""
        self.writer.stop()
        self.engine.close()


def open_store(url: str, *, clock: Clock | None = None, threads: int = 8) -> Store:
    """Open the database that a URL names.

    Raises :class:`UnusableDatabase` with what to do when it cannot be used.
    """
    clock = clock or SystemClock()
    if url.startswith("sqlite:///"):
        lite = SqliteEngine(Path(url.removeprefix("sqlite:///")))
        return Store(lite, GroupWriter(lite), clock)
    if url.startswith(("postgresql://", "postgres://")):
        pg = PostgresEngine(url.replace("postgres://", "postgresql://", 1), pool_size=threads * 2)
        return Store(pg, GroupWriter(pg, threads), clock)
    raise UnusableDatabase(
        f"'{url.split('://')[0]}' is not a database that Holdfast knows. Use sqlite:///path/to/file.db or "
        "postgresql://user:password@host:port/name.",
        setting="database",
    )
