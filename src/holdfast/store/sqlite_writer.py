"""Group commit on SQLite: one thread runs commands one after the other and commits a batch with one fsync.

Each command of a batch has its savepoint, so that one that fails does not fail its neighbours. A commit
that fails, fails them all: nobody is told "done" before the disk has it.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any, TypeVar

from holdfast.store.errors import DatabaseBusy, DatabaseFault, Stopping, translate
from holdfast.store.sqlite import SqliteEngine
from holdfast.store.transactions import Current, Transaction, nothing_to_finish

T = TypeVar("T")
log = logging.getLogger(__name__)

LARGEST_BATCH = 128


class _Item:
    """A command that waits, and where its answer goes."""

    __slots__ = ("command", "error", "future", "loop", "result")

    def __init__(self, command: Callable[[], Any], future: Any, loop: asyncio.AbstractEventLoop | None) -> None:
        self.command = command
        self.future = future
        self.loop = loop
        self.result: Any = None
        self.error: BaseException | None = None

    def settle(self) -> None:
        """Give the answer to whoever waits; in the loop's own thread when a loop waits."""
        if self.loop is not None and self.future.done():  # the request was cancelled meanwhile
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


def _settle(items: list[_Item]) -> None:
    for item in items:
        item.settle()


class SqliteWriter:
    """The one place from which a process writes to SQLite."""

    def __init__(self, engine: SqliteEngine) -> None:
        self.finisher: Callable[[Transaction], None] = nothing_to_finish
        self._engine = engine
        self._queue: queue.SimpleQueue[_Item | None] = queue.SimpleQueue()
        self._lock = threading.RLock()
        self._current = Current()
        self._stopping = False
        self.batches = 0  # commits so far, and the commands in them: for the metrics
        self.commands = 0
        self._thread = threading.Thread(target=self._serve, name="writer", daemon=True)
        self._thread.start()

    def current(self) -> Transaction | None:
        """The transaction that this thread is in, if any."""
        return self._current.transaction

    def submit(self, command: Callable[[], T]) -> Future[T]:
        """Run a command in the next batch; the future is done when the commit is on disk."""
        future: Future[T] = Future()
        self._put(_Item(command, future, None))
        return future

    async def submit_async(self, command: Callable[[], T]) -> T:
        """Run a command in the next batch and wait for the commit without holding up the loop."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._put(_Item(command, future, loop))
        return await future

    def _put(self, item: _Item) -> None:
        if self._stopping:
            raise Stopping(retry_after=5)
        self._queue.put(item)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """A transaction in this thread: inside the present one, or alone under the writer's lock."""
        present = self._current.transaction
        if present is not None:
            with present.nested():
                yield present
            return
        with self._lock:
            transaction = self._begin()
            try:
                with transaction.nested():
                    yield transaction
                self._commit(transaction)
            except BaseException as fault:
                self._roll_back()
                raise translate(fault) from fault
            finally:
                self._current.transaction = None
        transaction.run_after()

    def _begin(self) -> Transaction:
        transaction = Transaction(self._engine.writer, self._engine.name)
        try:
            transaction.driver.execute("BEGIN IMMEDIATE")
        except Exception as fault:
            raise translate(fault) from fault
        self._current.transaction = transaction
        return transaction

    def _commit(self, transaction: Transaction) -> None:
        self.finisher(transaction)
        transaction.driver.execute("COMMIT")

    def _roll_back(self) -> None:
        raw: Any = self._engine.writer.connection.driver_connection
        if raw.in_transaction:
            raw.execute("ROLLBACK")

    def _serve(self) -> None:
        while True:
            first = self._queue.get()
            if first is None:
                return
            batch, last = [first], False
            while len(batch) < LARGEST_BATCH:
                try:
                    item = self._queue.get_nowait()
                except queue.Empty:
                    break
                if item is None:
                    last = True
                    break
                batch.append(item)
            self._serve_batch(batch)
            if last:
                return

    def _serve_batch(self, batch: list[_Item]) -> None:
        try:
            with self._lock:
                after = self._run(batch)
            if after is not None:
                self.batches += 1
                self.commands += len(batch)
                after.run_after()
        except BaseException as fault:
            log.exception("the writer met an unexpected fault")
            for item in batch:
                item.error = item.error or DatabaseFault(str(fault))
        self._answer(batch)
        try:
            with self._lock:
                self._engine.checkpoint()
        except Exception:
            log.exception("checkpoint failed; it is tried again after the next batch")

    def _run(self, batch: list[_Item]) -> Transaction | None:
        try:
            transaction = self._begin()
            alone = len(batch) == 1
            try:
                for item in batch:
                    self._run_one(transaction, item, alone)
                if not alone or batch[0].error is None:
                    self._commit(transaction)
                return transaction
            finally:
                self._current.transaction = None
                self._roll_back()
        except Exception as fault:
            problem = translate(fault)
            if isinstance(problem, DatabaseBusy):
                batch.extend(self._waiting())  # they came while this batch waited; they would wait as long again
            for item in batch:
                item.error = item.error or problem
            return None

    def _waiting(self) -> Iterator[_Item]:
        """Take out of the queue what is in it now; the sign to stop stays."""
        for _ in range(self._queue.qsize()):
            item = self._queue.get_nowait()
            if item is None:
                self._queue.put(None)
                return
            yield item

    def _run_one(self, transaction: Transaction, item: _Item, alone: bool) -> None:
        raw, mark = transaction.driver, transaction.mark()
        transaction.broken = None
        if not alone:
            raw.execute("SAVEPOINT item")
        try:
            item.result = item.command()
            if transaction.broken is not None:
                raise transaction.broken
        except BaseException as fault:
            item.error = translate(fault)
            transaction.forget(mark)
            if not raw.in_transaction:
                raise  # the engine itself rolled back (full disk, I/O error): the whole batch is lost
            raw.execute("ROLLBACK" if alone else "ROLLBACK TO SAVEPOINT item")
        if not alone:
            raw.execute("RELEASE SAVEPOINT item")

    @staticmethod
    def _answer(batch: list[_Item]) -> None:
        waiting: dict[asyncio.AbstractEventLoop | None, list[_Item]] = defaultdict(list)
        for item in batch:
            waiting[item.loop].append(item)
        for loop, items in waiting.items():
            if loop is None:
                _settle(items)
            elif not loop.is_closed():
                loop.call_soon_threadsafe(_settle, items)

    def stop(self) -> None:
        """Run what was submitted, then end the thread."""
        self._stopping = True
        self._queue.put(None)
        self._thread.join(timeout=10)
