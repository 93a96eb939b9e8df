"""Reading: one consistent look at the database, over SQLAlchemy or straight on the driver."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.sql import Executable

from holdfast.store.sql import Hot


class Read:
    """A connection in use, with the few ways in which the house reads."""

    def __init__(self, connection: Connection, engine: str) -> None:
        self.connection = connection
        self.engine = engine  # "sqlite" or "postgresql"
        self._driver: Any = None

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
        text, bound = statement.bind(self.engine, values)
        cursor = self.driver.execute(text, bound)
        return cursor.fetchall()  # type: ignore[no-any-return]

    @property
    def driver(self) -> Any:
        """The driver's own connection (pysqlite3 or psycopg)."""
        if self._driver is None:
            self._driver = self.connection.connection.driver_connection
        return self._driver
