"""One open stream: what its client subscribed to, what waits for it, and the texts of both protocols."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Collection
from time import monotonic
from typing import NamedTuple

import msgspec

from holdfast import access
from holdfast.acting import Acting
from holdfast.errors import Invalid
from holdfast.mastodon.stream_names import Key, Named

log = logging.getLogger(__name__)

MOST_QUEUED = 500  # frames
MOST_QUEUED_BYTES = 4 * 1024 * 1024
MOST_SUBSCRIPTIONS = 100  # of one connection
HEARTBEAT_S = 15.0  # without anything else to send
LOOKS = 15  # at each connection, in the time of a heartbeat
SLOWEST_S = 30.0  # a single frame that the network takes no longer than this
ROOM_S = 0.02

NEVER = 2**63 - 1

_encode = msgspec.json.Encoder().encode


class TooManySubscriptions(Invalid):
    """This connection has as many subscriptions as it may; unsubscribe from one first."""

    key = "too_many_subscriptions"


class Message:
    """One event as both protocols send it; encoded once, whoever receives it."""

    __slots__ = ("_frames", "_lines", "event", "payload")

    def __init__(self, event: str, payload: bytes) -> None:
        self.event = event
        self.payload = payload
        self._frames: dict[tuple[tuple[str, ...], int | None], str] = {}
        self._lines: dict[int | None, str] = {}

    def frame(self, label: tuple[str, ...], number: int | None) -> str:
        """The text of a WebSocket frame: the payload is JSON inside a JSON string."""
        found = self._frames.get((label, number))
        if found is None:
            payload = f',"payload":{_encode(self.payload.decode()).decode()}' if self.payload else ""
            place = "" if number is None else f',"id":"{number}"'
            found = f'{{"stream":{_encode(label).decode()},"event":"{self.event}"{payload}{place}}}'
            self._frames[label, number] = found
        return found

    def lines(self, _: tuple[str, ...], number: int | None) -> str:
        """The lines of a server-sent event."""
        found = self._lines.get(number)
        if found is None:
            place = "" if number is None else f"id: {number}\n"
            found = self._lines[number] = f"event: {self.event}\ndata: {self.payload.decode()}\n{place}\n"
        return found


class Protocol(NamedTuple):
    """How a client is spoken to."""

    message: Callable[[Message, tuple[str, ...], int | None], str]
    place: Callable[[tuple[str, ...], int], str]  # nothing has happened yet, but this is where the client is
    heartbeat: str


SOCKET = Protocol(
    Message.frame,
    lambda label, seq: f'{{"stream":{_encode(label).decode()},"event":"heartbeat","payload":"","id":"{seq}"}}',
    '{"stream":[],"event":"heartbeat","payload":""}',
)
# With a name, since there are clients that take an event without one for broken.
LINES = Protocol(Message.lines, lambda _, seq: f"event: heartbeat\ndata: {{}}\nid: {seq}\n\n", ":thump\n\n")

RESUME_FAILED = Message("resume_failed", b"")
"""Told to a client that comes back too late: it has to load its timelines anew."""


class Subscription:
    """What one connection hears of one stream, and from which place of the change log on."""

    __slots__ = ("after", "behind", "has_ids", "key", "label")

    def __init__(self, named: Named, *, has_ids: bool) -> None:
        self.key = named.key
        self.label = named.label
        self.has_ids = has_ids
        self.after = NEVER if has_ids else 0  # NEVER: what was missed is being sent, what is new has to wait
        self.behind = 0  # the newest event that has to wait


class Connection:
    """One open stream: what it wants, what waits for it. Lives on the event loop.

    There may be thousands, which are all sent the same at the same moment. So none has a timer of its own: see
    :func:`look_after`.
    """

    __slots__ = (
        "_ended", "_is_gone", "_is_over", "_is_writing", "_protocol", "_queue", "_queued_bytes", "_since", "_wake",
        "account_id", "hears_notifications", "ip", "reason", "subscriptions", "token_id",
    )  # fmt: skip

    def __init__(self, acting: Acting, protocol: Protocol) -> None:
        self.account_id = acting.known_id
        self.token_id = acting.token_id
        self.ip = acting.ip
        self.subscriptions: dict[Key, Subscription] = {}
        self.hears_notifications = access.scopes.covers(acting.scopes or (), "read:notifications")
        self.reason: str | None = None
        self._protocol = protocol
        self._queue: deque[str] = deque()
        self._queued_bytes = 0
        self._wake: asyncio.Future[None] | None = None  # of the sender, while it has nothing to send
        self._ended: asyncio.Future[None] | None = None  # of :meth:`run`
        self._is_over = False
        self._is_gone = False
        self._is_writing = False
        self._since = monotonic()  # seconds: of the beginning of the present write, or the last one

    @property
    def is_ended(self) -> bool:
        """Whether nothing is sent any more."""
        return self._is_gone or self._is_over

    def subscribe(self, subscription: Subscription) -> None:
        """Hear a stream; in the place of an earlier subscription to it. Raises :class:`TooManySubscriptions`."""
        if subscription.key not in self.subscriptions and len(self.subscriptions) >= MOST_SUBSCRIPTIONS:
            raise TooManySubscriptions()
        self.subscriptions[subscription.key] = subscription

    def hear(self, message: Message, key: Key, seq: int) -> None:
        """Queue a message, if the client has subscribed to the stream and has not had it yet."""
        subscription = self.subscriptions.get(key)
        if subscription is None:
            return
        if seq > subscription.after:
            self.say(message, subscription, seq)
        else:
            subscription.behind = max(subscription.behind, seq)

    def say(self, message: Message, subscription: Subscription, seq: int) -> None:
        """Queue a message of a stream."""
        self.push(self._protocol.message(message, subscription.label, seq if subscription.has_ids else None))

    def tell_place(self, subscription: Subscription, seq: int) -> None:
        """Let the client know where it is, so that it can come back even if it never hears anything."""
        self.push(self._protocol.place(subscription.label, seq))

    def push(self, text: str) -> None:
        """Queue a text; ends the connection when too much waits already."""
        if self._is_over:
            return
        self._queue.append(text)
        self._queued_bytes += len(text)
        if len(self._queue) > MOST_QUEUED or self._queued_bytes > MOST_QUEUED_BYTES:
            self.end("the client does not read fast enough")
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)

    def look(self, now: float) -> None:
        """Send a sign of life where nothing was sent for long; end the connection where a write takes too long."""
        waited = now - self._since
        if self._is_writing:
            if waited > SLOWEST_S:
                self.end("the client does not read")
        elif waited > HEARTBEAT_S:
            self.push(self._protocol.heartbeat)

    async def room(self) -> None:
        """Wait until half of the queue is free, or the connection has ended."""
        while (
            len(self._queue) > MOST_QUEUED // 2 or self._queued_bytes > MOST_QUEUED_BYTES // 2
        ) and not self.is_ended:
            await asyncio.sleep(ROOM_S)

    def end(self, reason: str) -> None:
        """Close the connection soon; what waits is not sent any more."""
        if self.reason is None:
            self.reason = reason
        self._queue.clear()
        self._is_over = True
        if self._ended is not None and not self._ended.done():
            self._ended.set_result(None)

    async def run(self, write: Callable[[str], Awaitable[None]], listen: Callable[[], Awaitable[None]]) -> None:
        """Send what comes and listen, until the client goes or :meth:`end` is called."""
        if self._is_over:
            return
        self._is_gone = False
        self._ended = asyncio.get_running_loop().create_future()
        tasks = [asyncio.ensure_future(task) for task in (self._send(write), listen())]
        try:
            done, _ = await asyncio.wait((*tasks, self._ended), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._is_gone = True  # whoever still prepares something for it stops
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for ended in done:
            fault = None if ended.cancelled() else ended.exception()
            if fault is not None:
                log.info("a stream broke off", extra={"account": self.account_id, "cause": repr(fault)})

    async def _send(self, write: Callable[[str], Awaitable[None]]) -> None:
        loop, queue = asyncio.get_running_loop(), self._queue
        while True:
            while queue:
                text = queue.popleft()
                self._queued_bytes -= len(text)
                self._is_writing, self._since = True, monotonic()
                await write(text)
            self._is_writing, self._since = False, monotonic()
            self._wake = loop.create_future()
            await self._wake


async def look_after(opened: Callable[[], Collection[Connection]]) -> None:
    """See to heartbeats, and to writes that take too long, of all open connections; as long as there are any."""
    while opened():
        await asyncio.sleep(min(HEARTBEAT_S, SLOWEST_S) / LOOKS)
        now = monotonic()
        for connection in opened():
            connection.look(now)
