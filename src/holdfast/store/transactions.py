"""Writing transactions, and what both engines' writers share."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.sql import Executable

from holdfast.store.reading import Read
from holdfast.store.sql import Hot

log = logging.getLogger(__name__)


class Transaction(Read):
    """One transaction that writes. ``pending`` is what the finisher turns into rows just before the commit;
    ``after`` is called, guarded, once the commit is on disk."""

    def __init__(self, connection: Connection, engine: str) -> None:
        super().__init__(connection, engine)
        self.pending: list[Any] = []
        self.after: list[Callable[[], None]] = []
        self.remembered: dict[str, Any] = {}  # read once for all commands of a batch; see :meth:`forget`
        self.depth = 0
        self.broken: BaseException | None = None

    def run(self, statement: Executable, values: dict[str, Any] | list[dict[str, Any]] | None = None) -> int:
        """Run an insert, update or delete; the number of rows that it touched."""
        return int(self.connection.execute(statement, values).rowcount)

    def run_fast(self, statement: Hot, **values: Any) -> int:
        """Run a prepared insert, update or delete on the driver; the number of rows that it touched."""
        return self.hot.count(statement, values)

    def run_later(self, statement: Hot, **values: Any) -> None:
        """Run a prepared statement of which nothing is asked but that it be done: at the latest before the commit,
        in its place among the others. Its error is raised by the statement after it, or by the commit."""
        self.hot.later(statement, values)

    def run_many(self, statement: Hot, rows: list[dict[str, Any]]) -> None:
        """Run a prepared statement once for each row of values; as :meth:`run_later`."""
        self.hot.many(statement, rows)

    def commit(self) -> None:
        """Commit; returns once the commit is on disk."""
        self.hot.commit()

    def mark(self) -> tuple[int, int]:
        """Where ``pending`` and ``after`` stand now, for :meth:`forget`."""
        return len(self.pending), len(self.after)

    def forget(self, mark: tuple[int, int]) -> None:
        """Drop what was noted since a mark, because its changes were rolled back, and what was read of them."""
        self.remembered.clear()
        del self.pending[mark[0] :]
        del self.after[mark[1] :]

    @contextmanager
    def nested(self) -> Iterator[Transaction]:
        """A transaction inside this one. The first level needs no savepoint: its error fails the whole command."""
        if self.depth == 0:
            self.depth = 1
            try:
                yield self
            except BaseException as fault:
                self.broken = fault
                raise
            finally:
                self.depth = 0
            return
        name, mark = f"s{self.depth}", self.mark()
        self.depth += 1
        self.hot.command(f"SAVEPOINT {name}")
        waiting = self.hot.waiting()
        try:
            yield self
            self.hot.flush()
        except BaseException:
            self.hot.forget(waiting)
            self.hot.command(f"ROLLBACK TO SAVEPOINT {name}")
            self.forget(mark)
            raise
        finally:
            self.hot.command(f"RELEASE SAVEPOINT {name}")
            self.depth -= 1

    def run_after(self) -> None:
        """Call everything that waits for the commit; one that fails harms nobody else."""
        for call in self.after:
            try:
                call()
            except Exception:
                log.exception("after-commit hook failed")


class Current(threading.local):
    """The transaction that this thread is in."""

    transaction: Transaction | None = None


def nothing_to_finish(_: Transaction) -> None:
    """The finisher of a store on which no change log has been put yet."""
