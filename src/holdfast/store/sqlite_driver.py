"""Running prepared statements on SQLite: each at once, since there is nobody to send it to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from holdfast.store.sql import Hot


class SqliteDriver:
    """One connection's prepared statements, which pysqlite3 keeps by their text. Errors are pysqlite3's."""

    __slots__ = ("_raw",)

    is_lost = False  # a file does not go away
    faults = 0  # each statement is run at once: an error is that statement's own

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    def rows(self, statement: Hot, values: dict[str, Any]) -> list[tuple[Any, ...]]:
        """All rows of a statement."""
        text, bound = statement.bind("sqlite", values)
        return self._raw.execute(text, bound).fetchall()  # type: ignore[no-any-return]

    def several(self, asked: Sequence[tuple[Hot, dict[str, Any]]]) -> list[list[tuple[Any, ...]]]:
        """All rows of each of several statements."""
        return [self.rows(statement, values) for statement, values in asked]

    def count(self, statement: Hot, values: dict[str, Any]) -> int:
        """Run a statement; the number of rows that it touched."""
        text, bound = statement.bind("sqlite", values)
        return int(self._raw.execute(text, bound).rowcount)

    def later(self, statement: Hot, values: dict[str, Any]) -> None:
        """Run a statement."""
        text, bound = statement.bind("sqlite", values)
        self._raw.execute(text, bound)

    def many(self, statement: Hot, rows: Sequence[dict[str, Any]]) -> None:
        """Run a statement for each row of values."""
        text, _, _ = statement.compiled("sqlite")
        self._raw.executemany(text, rows)

    @property
    def is_open(self) -> bool:
        """Whether a transaction is under way."""
        return bool(self._raw.in_transaction)

    def command(self, text: str) -> None:
        """Run a statement without values (``SAVEPOINT``, ``ROLLBACK`` …)."""
        self._raw.execute(text)

    def commit(self) -> None:
        """Commit."""
        self._raw.execute("COMMIT")

    def flush(self) -> None:
        """Nothing waits here."""

    def waiting(self) -> tuple[int, int]:
        """Where the line stands now: nobody is in it, and everything has been done already."""
        return 0, 0

    def forget(self, mark: tuple[int, int]) -> bool:  # noqa: ARG002
        """Whether nothing has been done since a mark: nobody can know here."""
        return False
