"""Streams: what happens, sent on at once to those who are connected.

Events come from the sealed change log, so in its order and from every process. One pump decides whom an
event reaches (``stream_deliveries``) and puts frames into the connections' bounded queues. A client that does
not read is dropped, never waited for.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from holdfast import access
from holdfast.access.endings import ENDING, ended_by
from holdfast.errors import TooMany
from holdfast.events import Recorded
from holdfast.mastodon.rendering import Renderer
from holdfast.mastodon.stream_connections import Connection, Subscription, look_after
from holdfast.mastodon.stream_deliveries import PUMPED, RELATIONS, Deliverer, Delivery, Interest
from holdfast.mastodon.stream_names import Key, Named
from holdfast.mastodon.stream_resuming import Resuming
from holdfast.timelines import Timelines
from holdfast.writes import Database

log = logging.getLogger(__name__)

MOST_PER_ACCOUNT = 20
MOST_WAITING = 20_000  # events that the pump has not reached yet
BATCH = 256

_HEARD = PUMPED | RELATIONS | ENDING


class TooManyStreams(TooMany):
    """You have too many open streams; close one first."""

    key = "too_many_streams"


class Streams:
    """All open streams of this process."""

    def __init__(self, db: Database, renderer: Renderer, timelines: Timelines, gate: access.Gate) -> None:
        self._db = db
        self._gate = gate  # made before: it hears of a block first
        self._renderer = renderer
        self._home = timelines.home
        self._deliverer = self._made(is_live=True)  # the pump's alone
        self._resuming = Resuming(db, lambda: self._made(is_live=False))
        self._open: dict[int, set[Connection]] = {}
        self._interest: Interest | None = None  # None: to be counted anew
        self._waiting: list[Recorded] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._pump: asyncio.Task[None] | None = None
        self._has_newcomers = False  # of whom the pump knows nothing yet
        self._watch: asyncio.Task[None] | None = None
        self._looking: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_closed = False
        db.bus.on_sealed(self._hear)

    def _made(self, *, is_live: bool) -> Deliverer:
        return Deliverer(self._db, self._renderer, self._home, is_live=is_live)

    # ── connections ──

    def check_room(self, account_id: int) -> None:
        """Raise :class:`TooManyStreams` when an account has as many streams as it may."""
        if len(self._open.get(account_id, ())) >= MOST_PER_ACCOUNT:
            raise TooManyStreams(retry_after=30)

    def join(self, connection: Connection, stopping: asyncio.Event | None) -> None:
        """Let a connection hear. ``stopping`` is the event of the server's end, which closes all streams."""
        self.check_room(connection.account_id)
        self._loop = asyncio.get_running_loop()
        self._open.setdefault(connection.account_id, set()).add(connection)
        self._interest = None
        if self._looking is None or self._looking.done():
            self._looking = self._loop.create_task(look_after(self._all))
        if self._is_closed:
            connection.end("the server is stopping")
        elif stopping is not None and self._watch is None:
            self._watch = self._loop.create_task(self._close_after(stopping))

    def leave(self, connection: Connection) -> None:
        """Forget a connection that is closed."""
        own = self._open.get(connection.account_id)
        if own is not None:
            own.discard(connection)
            if not own:
                del self._open[connection.account_id]
        if not self._open:
            self._deliverer = self._made(
                is_live=True
            )  # nobody hears any more of the relations that the old one has read
        self._interest = None
        if connection.reason:
            log.info("a stream was closed", extra={"account": connection.account_id, "reason": connection.reason})

    def subscribe(
        self, connection: Connection, named: Named, *, resumes: bool = False, since: int | None = None
    ) -> None:
        """Let a connection hear a stream. One that ``resumes`` is told ids, and what it has missed ``since``."""
        subscription = Subscription(named, has_ids=resumes)
        connection.subscribe(subscription)
        self._interest = None
        self._has_newcomers = True
        self._start_pump()
        if resumes:
            catching_up = self._resuming.catch_up(connection, subscription, since)
            task = asyncio.get_running_loop().create_task(_guarded(catching_up, connection))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def unsubscribe(self, connection: Connection, key: Key) -> None:
        """Let a connection hear a stream no longer."""
        connection.subscriptions.pop(key, None)
        self._interest = None

    def close(self) -> None:
        """End every stream now, and each that is still to come."""
        self._is_closed = True
        self._end(lambda _: True, "the server is stopping")

    @property
    def count(self) -> int:
        """How many streams are open."""
        return sum(len(own) for own in self._open.values())

    async def _close_after(self, stopping: asyncio.Event) -> None:
        await stopping.wait()
        self.close()

    def _all(self) -> list[Connection]:
        return [connection for own in self._open.values() for connection in own]

    def _end(self, which: Callable[[Connection], bool], reason: str) -> None:
        for connection in self._all():
            if which(connection):
                connection.end(reason)

    def _interested(self) -> Interest:
        if self._interest is None:
            found: dict[Key, set[int]] = {}
            for account_id, own in self._open.items():
                for connection in own:
                    for key in connection.subscriptions:
                        found.setdefault(key, set()).add(account_id)
            self._interest = {key: frozenset(who) for key, who in found.items()}
        return self._interest

    # ── events ──

    def _hear(self, records: Sequence[Recorded]) -> None:
        """Called by whichever thread has committed or sealed: only hands over."""
        loop = self._loop
        if not self._open or loop is None or loop.is_closed():
            return
        wanted = [record for record in records if type(record.event) in _HEARD]
        if wanted:
            loop.call_soon_threadsafe(self._take, wanted)

    def _take(self, records: Sequence[Recorded]) -> None:
        for record in records:
            ended = ended_by(record.event, self._gate)
            if ended is not None:
                self._end(*ended)
            else:
                self._waiting.append(record)
        if len(self._waiting) > MOST_WAITING:
            self._waiting.clear()
            self._end(lambda _: True, "the server cannot keep up")
        if self._waiting:
            self._start_pump()

    def _start_pump(self) -> None:
        if self._pump is None or self._pump.done():
            self._pump = asyncio.get_running_loop().create_task(self._serve())

    async def _serve(self) -> None:
        while self._waiting or self._has_newcomers:
            self._has_newcomers = False
            batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
            for delivery in await self._db.run_read(self._deliverer.deliveries, batch, self._interested()):
                self._deliver(delivery)

    def _deliver(self, delivery: Delivery) -> None:
        for key, accounts in delivery.to.items():
            for account_id in accounts:
                for connection in tuple(self._open.get(account_id, ())):
                    if not delivery.is_notification or connection.hears_notifications:
                        connection.hear(delivery.message, key, delivery.seq)


async def _guarded(catching_up: Awaitable[None], connection: Connection) -> None:
    try:
        await catching_up
    except Exception:
        log.exception("a stream could not catch up")
        connection.end("the server could not read what was missed")
