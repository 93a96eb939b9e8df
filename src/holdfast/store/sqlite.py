"""SQLite: one writer connection, a query-only connection for each reading thread, durable settings.

``synchronous=FULL`` makes a commit wait for the disk. The writer checkpoints by itself, since an
automatic checkpoint would run inside some member's request.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as driver  # type: ignore[import-untyped]
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import Engine
from sqlalchemy.pool import NullPool

from holdfast.store.errors import UnusableDatabase, translate
from holdfast.store.reading import Read
from holdfast.store.transactions import Transaction

OLDEST = (3, 51, 3)
"""Older versions can lose committed data when a write meets two checkpoints (the WAL-reset bug)."""

CHECKPOINT_BYTES = 4 * 1024 * 1024
RESTART_BYTES = 32 * 1024 * 1024


def refuse_old_sqlite() -> None:
    """Raise :class:`UnusableDatabase` when the SQLite in use may lose committed data."""
    if driver.sqlite_version_info < OLDEST:
        raise UnusableDatabase(
            f"SQLite {driver.sqlite_version} can lose committed data; {'.'.join(map(str, OLDEST))} or newer "
            "is needed. Install the locked dependencies again (make env).",
            setting="database",
        )


class SqliteEngine:
    """Connections to one SQLite file."""

    name = "sqlite"
    largest_batch = 128
    scatters = False  # one connection writes: there is nobody to meet, and nowhere else to run a command

    def __init__(self, path: Path) -> None:
        refuse_old_sqlite()
        self.path = path
        self._local = threading.local()
        self._readers: list[Connection] = []
        self._lock = threading.Lock()
        self._read_engine = self._engine(read_only=True)
        self._write_engine = self._engine(read_only=False)
        self._writing = threading.RLock()
        self._writer: Connection = self._write_engine.connect()

    def _engine(self, *, read_only: bool) -> Engine:
        def connect() -> Any:
            connection = driver.connect(
                str(self.path),
                timeout=5.0,
                isolation_level=None,
                check_same_thread=False,
                cached_statements=512,
            )
            run = connection.execute
            run("PRAGMA journal_mode=WAL")
            run("PRAGMA synchronous=FULL")
            run("PRAGMA foreign_keys=ON")
            run("PRAGMA temp_store=MEMORY")
            run("PRAGMA cache_size=-32768")
            run("PRAGMA mmap_size=1073741824")
            if read_only:
                run("PRAGMA query_only=ON")
            else:
                run("PRAGMA wal_autocheckpoint=0")
            return connection

        return create_engine(
            "sqlite://", module=driver, creator=connect, poolclass=NullPool, isolation_level="AUTOCOMMIT"
        )

    @contextmanager
    def reading(self) -> Iterator[Read]:
        """A consistent look at the database on this thread's own connection."""
        read: Read | None = getattr(self._local, "read", None)
        if read is None:
            connection = self._read_engine.connect()
            read = self._local.read = Read(connection, self.name)
            with self._lock:
                self._readers.append(connection)
        raw = read.driver
        if raw.in_transaction:  # a nested look sees what the outer one sees
            yield read
            return
        raw.execute("BEGIN")
        try:
            yield read
        except Exception as fault:
            raise translate(fault) from fault
        finally:
            raw.execute("ROLLBACK")

    @contextmanager
    def writing(self, *, patient: bool) -> Iterator[Transaction]:  # noqa: ARG002  the wait is the connection's own
        """A transaction on the one connection that writes; rolled back when the block has not committed it."""
        with self._writing:
            transaction = Transaction(self._writer, self.name)
            transaction.hot.command("BEGIN IMMEDIATE")
            try:
                yield transaction
            finally:
                if transaction.hot.is_open:
                    transaction.hot.command("ROLLBACK")

    def translated(self, fault: BaseException) -> BaseException:
        """The problem that stands for a fault."""
        return translate(fault)

    def schema_engine(self) -> Engine:
        """An engine for migrations: SQLAlchemy's own transactions, schema changes included."""
        engine = create_engine("sqlite://", module=driver, creator=self._plain_connection, poolclass=NullPool)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
        return engine

    def _plain_connection(self) -> Any:
        connection = driver.connect(str(self.path), timeout=5.0, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        return connection

    def checkpoint(self) -> None:
        """Move the write-ahead log into the database when it has grown; called by the writer between commits."""
        with self._writing:
            self._checkpoint()

    def _checkpoint(self) -> None:
        wal = self.path.with_name(self.path.name + "-wal")
        size = wal.stat().st_size if wal.exists() else 0
        if size < CHECKPOINT_BYTES:
            return
        mode = "RESTART" if size >= RESTART_BYTES else "PASSIVE"
        raw: Any = self._writer.connection.driver_connection
        raw.execute(f"PRAGMA wal_checkpoint({mode})")

    def backup(self, target: Path) -> None:
        """Write a consistent copy of the database to a file, while it stays in use."""
        source = driver.connect(str(self.path), timeout=5.0)
        copy = driver.connect(str(target))
        try:
            source.backup(copy, pages=2048, sleep=0.001)
        finally:
            copy.close()
            source.close()

    def close(self) -> None:
        """Close every connection; the last one to go folds the write-ahead log in."""
        with self._lock:
            for connection in self._readers:
                connection.close()
            self._readers.clear()
        self._writer.close()
