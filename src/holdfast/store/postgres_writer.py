"""Writing on PostgreSQL: each command in its own transaction on a pooled connection.

The server groups the flushes of concurrent commits by itself. A command that met a deadlock or an id
drawn twice is run again from its start.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from holdfast.store.errors import Stopping, is_worth_repeating
from holdfast.store.postgres import PostgresEngine
from holdfast.store.transactions import Current, Transaction, nothing_to_finish

T = TypeVar("T")

TRIES = 4


class _Repeat(Exception):
    """Wraps a fault after which the same command may succeed."""

    def __init__(self, fault: BaseException) -> None:
        super().__init__(str(fault))
        self.fault = fault


class PostgresWriter:
    """Runs commands in worker threads."""

    def __init__(self, engine: PostgresEngine, threads: int) -> None:
        self.finisher: Callable[[Transaction], None] = nothing_to_finish
        self._engine = engine
        self._current = Current()
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="writer")
        self._stopping = False

    def current(self) -> Transaction | None:
        """The transaction that this thread is in, if any."""
        return self._current.transaction

    def submit(self, command: Callable[[], T]) -> Future[T]:
        """Run a command in a worker thread; the future is done when its commit is on disk."""
        if self._stopping:
            raise Stopping(retry_after=5)
        return self._pool.submit(self._run, command)

    async def submit_async(self, command: Callable[[], T]) -> T:
        """Run a command in a worker thread and wait for its commit without holding up the loop."""
        return await asyncio.wrap_future(self.submit(command))

    def _run(self, command: Callable[[], T]) -> T:
        for attempt in range(TRIES):
            try:
                return self._run_once(command)
            except _Repeat as again:
                if attempt == TRIES - 1:
                    raise self._engine.translated(again.fault) from again.fault
        raise AssertionError("unreachable")

    def _run_once(self, command: Callable[[], T]) -> T:
        """One transaction around the whole command: all that it writes is one fact."""
        try:
            with self._open() as transaction:
                result = command()
                if transaction.broken is not None:
                    raise transaction.broken
        except Exception as fault:
            if is_worth_repeating(fault):
                raise _Repeat(fault) from fault
            raise self._engine.translated(fault) from fault
        transaction.run_after()
        return result

    @contextmanager
    def _open(self) -> Iterator[Transaction]:
        with self._engine.engine.connect() as connection, connection.begin():
            transaction = self._current.transaction = Transaction(connection, self._engine.name)
            try:
                yield transaction
                self.finisher(transaction)
            finally:
                self._current.transaction = None

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """A transaction in this thread: inside the present one, or a new one."""
        present = self._current.transaction
        if present is not None:
            with present.nested():
                yield present
            return
        try:
            with self._open() as transaction, transaction.nested():
                yield transaction
        except Exception as fault:
            raise self._engine.translated(fault) from fault
        transaction.run_after()

    def stop(self) -> None:
        """Finish what was submitted, then end the threads."""
        self._stopping = True
        self._pool.shutdown(wait=True)
