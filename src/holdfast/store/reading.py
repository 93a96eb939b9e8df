"""Reading: one consistent look at the database, over SQLAlchemy or straight on the driver."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from sqlalchemy import Connection
from sqlalchemy.sql import Executable

from holdfast.store.sql import Hot
from holdfast.store.sqlite_driver import SqliteDriver


class Driver(Protocol):
    """Prepared statements on an engine's own driver; errors are the driver's."""

    def rows(self, statement: Hot, values: dict[str, Any]) -> list[tuple[Any, ...]]: ...

    def several(self, asked: Sequence[tuple[Hot, dict[str, Any]]]) -> list[list[tuple[Any, ...]]]: ...

    def count(self, statement: Hot, values: dict[str, Any]) -> int: ...

    def later(self, statement: Hot, values: dict[str, Any]) -> None: ...

    def many(self, statement: Hot, rows: Sequence[dict[str, Any]]) -> None: ...

    def command(self, text: str) -> None: ...

    def commit(self) -> None: ...

    def flush(self) -> None: ...

    def waiting(self) -> tuple[int, int]: ...

    def forget(self, mark: tuple[int, int]) -> bool: ...

    @property
    def faults(self) -> int: ...

    @property
    def is_open(self) -> bool: ...

    @property
    def is_lost(self) -> bool: ...


def driver_of(connection: Connection, engine: str) -> Driver:
    """What runs prepared statements on an SQLAlchemy connection. PostgreSQL's stays with the pooled connection."""
    if engine == "sqlite":
        return SqliteDriver(connection.connection.driver_connection)
    found: Driver | None = connection.info.get("driver")
    if found is None:
        from holdfast.store.postgres_driver import PostgresDriver  # not needed with SQLite, and large

        found = connection.info["driver"] = PostgresDriver(connection.connection.driver_connection)
    return found


class Read:
    """A connection in use, with the few ways in which the house reads."""

    def __init__(self, connection: Connection, engine: str, hot: Driver | None = None) -> None:
        self.plain_connection = connection  # on which statements may still wait to be sent
        self.engine = engine  # "sqlite" or "postgresql"
        self.hot: Driver = hot if hot is not None else driver_of(connection, engine)

    @property
    def connection(self) -> Connection:
        """The SQLAlchemy connection, on which nothing waits to be sent."""
        self.hot.flush()
        return self.plain_connection

    @property
    def driver(self) -> Any:
        """The driver's own connection (pysqlite3 or psycopg), on which nothing waits to be sent."""
        self.hot.flush()
        return self.plain_connection.connection.driver_connection

    def rows(self, statement: Executable, values: dict[str, Any] | None = None) -> Sequence[Any]:
        """All rows."""
        return self.connection.execute(statement, values).all()

    def first(self, statement: Executable, values: dict[str, Any] | None = None) -> Any:
        """The first row, or None."""
        return self.connection.execute(statement, values).first()

    def value(self, statement: Executable, values: dict[str, Any] | None = None) -> Any:
        """The first column of the first row, or None."""
        return self.connection.execute(statement, values).scalar()

    def values(self, statement: Executable, values: dict[str, Any] | None = None) -> list[Any]:
        """The first column of every row."""
        return list(self.connection.execute(statement, values).scalars().all())

    def ids(self, statement: Executable) -> list[int]:
        """The first column of every row, which holds ids."""
        return [int(found) for found in self.connection.execute(statement).scalars()]

    def exists(self, statement: Executable) -> bool:
        """Whether there is any row."""
        return self.connection.execute(statement).first() is not None

    def fast(self, statement: Hot, **values: Any) -> list[tuple[Any, ...]]:
        """All rows of a prepared statement, as plain tuples from the driver."""
        return self.hot.rows(statement, values)

    def fast_several(self, *asked: tuple[Hot, dict[str, Any]]) -> list[list[tuple[Any, ...]]]:
        """All rows of each of several prepared statements, given with their values; one exchange with the server."""
        return self.hot.several(asked)
