"""Group commit: one thread runs commands one after the other and commits a batch at once, with one flush.

Each command of a batch has its savepoint, so that one that fails does not fail its neighbours. A commit
that fails, fails them all: nobody is told "done" before the disk has it.

Where a server is spoken to, what one command leaves to be sent goes out with the first question of the next one. So
an error of the server does not tell whose statement it was: the batch is rolled back and run again, this time with
each command's statements sent before the next one begins.

On PostgreSQL others write too. A batch that met a deadlock, or a lock that somebody holds for long, or whose
connection was lost, is rolled back, and each of its commands is run alone, some at a time, while the thread
goes on: a slow one holds up nobody else.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol, TypeVar

from holdfast.store.errors import DatabaseBusy, DatabaseFault, Stopping, has_met_somebody, is_worth_repeating
from holdfast.store.sql import Hot
from holdfast.store.transactions import Current, Transaction, nothing_to_finish

T = TypeVar("T")
log = logging.getLogger(__name__)

TRIES = 4
_MARK, _PASS, _BACK = Hot("SAVEPOINT item"), Hot("RELEASE SAVEPOINT item"), "ROLLBACK TO SAVEPOINT item"


class WritingEngine(Protocol):
    """What the writer needs of an engine."""

    name: str
    largest_batch: int
    scatters: bool  # whether others write too, so that commands of a batch may have to be run alone

    def writing(self, *, patient: bool) -> AbstractContextManager[Transaction]: ...

    def translated(self, fault: BaseException) -> BaseException: ...

    def checkpoint(self) -> None: ...


class _Scatter(Exception):
    """This batch has met somebody; each of its commands shall be run alone."""


class _WhoseFault(Exception):
    """A statement of this batch has failed, and it may be an earlier command's than the one that met the error."""


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


def _answer(batch: list[_Item]) -> None:
    waiting: dict[asyncio.AbstractEventLoop | None, list[_Item]] = defaultdict(list)
    for item in batch:
        waiting[item.loop].append(item)
    for loop, items in waiting.items():
        if loop is None:
            _settle(items)
        elif not loop.is_closed():
            loop.call_soon_threadsafe(_settle, items)


class GroupWriter:
    """The one place from which a process writes; ``threads`` of them run commands that have to be alone."""

    def __init__(self, engine: WritingEngine, threads: int = 1) -> None:
        self.finisher: Callable[[Transaction], None] = nothing_to_finish
        self._engine = engine
        self._queue: queue.SimpleQueue[_Item | None] = queue.SimpleQueue()
        self._current = Current()
        self._stopping = False
        self.batches = 0  # commits so far, and the commands in them: for the metrics
        self.commands = 0
        self._alone = ThreadPoolExecutor(threads, thread_name_prefix="writer-alone")
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
        """A transaction in this thread: inside the present one, or one of its own."""
        present = self._current.transaction
        if present is not None:
            with present.nested():
                yield present
            return
        try:
            with self._open(patient=True) as transaction:
                with transaction.nested():
                    yield transaction
                self._commit(transaction)
        except BaseException as fault:
            raise self._engine.translated(fault) from fault
        transaction.run_after()

    @contextmanager
    def _open(self, *, patient: bool) -> Iterator[Transaction]:
        with self._engine.writing(patient=patient) as transaction:
            self._current.transaction = transaction
            try:
                yield transaction
            finally:
                self._current.transaction = None

    def _commit(self, transaction: Transaction) -> None:
        self.finisher(transaction)
        transaction.commit()

    def _serve(self) -> None:
        while True:
            first = self._queue.get()
            if first is None:
                return
            batch, is_last = [first], False
            while len(batch) < self._engine.largest_batch:
                try:
                    item = self._queue.get_nowait()
                except queue.Empty:
                    break
                if item is None:
                    is_last = True
                    break
                batch.append(item)
            self._serve_batch(batch)
            if is_last:
                return

    def _serve_batch(self, batch: list[_Item]) -> None:
        try:
            try:
                after = self._run(batch, hurries=len(batch) > 1)
            except _WhoseFault:
                after = self._run(batch, hurries=False)
            self.batches += 1
            self.commands += len(batch)
            after.run_after()
        except _Scatter:
            for item in batch:
                self._alone.submit(self._run_alone, item)
            return
        except Exception as fault:
            self._fail(batch, fault)
        except BaseException as fault:
            log.exception("the writer met an unexpected fault")
            for item in batch:
                item.error = item.error or DatabaseFault(str(fault))
        _answer(batch)
        try:
            self._engine.checkpoint()
        except Exception:
            log.exception("checkpoint failed; it is tried again after the next batch")

    def _fail(self, batch: list[_Item], fault: Exception) -> None:
        problem = self._engine.translated(fault)
        if isinstance(problem, DatabaseBusy) and not self._engine.scatters:
            batch.extend(self._waiting())  # they came while this batch waited; they would wait as long again
        for item in batch:
            item.error = item.error or problem

    def _waiting(self) -> Iterator[_Item]:
        """Take out of the queue what is in it now; the sign to stop stays."""
        for _ in range(self._queue.qsize()):
            item = self._queue.get_nowait()
            if item is None:
                self._queue.put(None)
                return
            yield item

    def _run(self, batch: list[_Item], *, hurries: bool) -> Transaction:
        """Run commands and commit them. One that ``hurries`` leaves each command's last statements to the next one."""
        is_alone = len(batch) == 1
        with self._open(patient=False) as transaction:
            faults = transaction.hot.faults
            for item in batch:
                self._run_one(transaction, item, is_alone=is_alone, hurries=hurries)
                if hurries and transaction.hot.faults != faults:
                    raise _WhoseFault
            if not is_alone or batch[0].error is None:
                try:
                    self._commit(transaction)
                except Exception as fault:
                    # Of a connection that is lost now, nobody knows whether it was before or after the commit.
                    if not transaction.hot.is_lost:
                        if self._engine.scatters and is_worth_repeating(fault):
                            raise _Scatter from fault
                        if hurries and transaction.hot.faults != faults:
                            raise _WhoseFault from fault
                    raise
        return transaction

    def _run_one(self, transaction: Transaction, item: _Item, *, is_alone: bool, hurries: bool) -> None:
        hot, mark = transaction.hot, transaction.mark()
        faults = hot.faults
        for _ in range(TRIES):
            waiting = hot.waiting()
            transaction.broken = item.error = None
            try:
                if not is_alone:
                    hot.later(_MARK, {})
                item.result = item.command()
                if transaction.broken is not None:
                    raise transaction.broken
                if not is_alone:
                    hot.later(_PASS, {})
                    if not hurries:
                        hot.flush()
                return
            except BaseException as fault:
                item.error = self._engine.translated(fault)
                transaction.forget(mark)
                if hurries and hot.faults != faults and not (hot.is_lost or has_met_somebody(fault)):
                    return  # the whole batch is about to be run again
                self._take_back(transaction, fault, waiting, is_alone)
                if not (self._engine.scatters and is_worth_repeating(fault)):
                    return

    def _take_back(
        self, transaction: Transaction, fault: BaseException, waiting: tuple[int, int], is_alone: bool
    ) -> None:
        """Undo what one command of a batch has done. Raises where that means the whole batch."""
        hot = transaction.hot
        if self._engine.scatters and (
            hot.is_lost or has_met_somebody(fault) or (is_alone and is_worth_repeating(fault))
        ):
            raise _Scatter from fault
        if hot.forget(waiting):
            return  # the server has not heard of it
        if not hot.is_open:
            raise fault  # the engine itself rolled back (full disk, I/O error): the whole batch is lost
        if is_alone:
            hot.command("ROLLBACK")
        else:
            hot.command(_BACK)
            hot.later(_PASS, {})

    def _run_alone(self, item: _Item) -> None:
        for _ in range(TRIES):
            item.error = None
            try:
                with self._open(patient=True) as transaction:
                    item.result = item.command()
                    if transaction.broken is not None:
                        raise transaction.broken
                    self._commit(transaction)
                transaction.run_after()
                break
            except BaseException as fault:
                item.error = self._engine.translated(fault)
                if not is_worth_repeating(fault):
                    break
        _answer([item])

    def stop(self) -> None:
        """Run what was submitted, then end the threads."""
        self._stopping = True
        self._queue.put(None)
        self._thread.join(timeout=10)
        self._alone.shutdown(wait=True)
