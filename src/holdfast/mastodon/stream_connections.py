"""One open stream: what its client subscribed to, what waits for it, and the texts of both protocols."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
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
HEARTBEAT_S = 15.0
SLOWEST_S = 30.0  # a single frame that the network takes no longer than this
ROOM_S = 0.02

NEVER = 2**63 - 1

_encode = msgspec.json.Encoder().encode


class TooManySubscriptions(Invalid):
    """This connection has as many subscriptions as it may; unsubscribe from one first."""

    key = "too_many_subscriptions"


class Message:
    """One event as both protocols send it; encoded once, whoever receives it."""

    __slots__ = ("_frames", "event", "payload")

    def __init__(self, event: str, payload: bytes) -> None:
        self.event = event
        self.payload = payload
        self._frames: dict[tuple[str, ...], str] = {}

    def frame(self, label: tuple[str, ...], number: int | None) -> str:
        """The text of a WebSocket frame: the payload is JSON inside a JSON string."""
        found = self._frames.get(label)
        if found is None:
            payload = f',"payload":{_encode(self.payload.decode()).decode()}' if self.payload else ""
            found = f'{{"stream":{_encode(label).decode()},"event":"{self.event}"{payload}}}'
            self._frames[label] = found
        return found if number is None else f'{found[:-1]},"id":"{number}"}}'

    def lines(self, _: tuple[str, ...], number: int | None) -> str:
        """The lines of a server-sent event."""
        place = "" if number is None else f"id: {number}\n"
        return f"event: {self.event}\ndata: {self.payload.decode()}\n{place}\n"


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
    """One open stream: what it wants, what waits for it. Lives on the event loop."""

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
        self._wake = asyncio.Event()
        self._ended = asyncio.Event()
        self._is_gone = False

    @property
    def is_ended(self) -> bool:
        """Whether nothing is sent any more."""
        return self._is_gone or self._ended.is_set()

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
        if self._ended.is_set():
            return
        self._queue.append(text)
        self._queued_bytes += len(text)
        if len(self._queue) > MOST_QUEUED or self._queued_bytes > MOST_QUEUED_BYTES:
            self.end("the client does not read fast enough")
        self._wake.set()

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
        self._ended.set()

    async def run(self, write: Callable[[str], Awaitable[None]], listen: Callable[[], Awaitable[None]]) -> None:
        """Send what comes and listen, until the client goes or :meth:`end` is called."""
        self._is_gone = False
        tasks = [asyncio.ensure_future(task) for task in (self._send(write), listen(), self._ended.wait())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._is_gone = True  # whoever still prepares something for it stops
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            fault = None if task.cancelled() else task.exception()
            if fault is not None:
                log.info("a stream broke off", extra={"account": self.account_id, "cause": repr(fault)})

    async def _send(self, write: Callable[[str], Awaitable[None]]) -> None:
        while True:
            if not self._queue:
                self._wake.clear()
                try:
                    async with asyncio.timeout(HEARTBEAT_S):  # unlike wait_for, without a task for each
                        await self._wake.wait()
                except TimeoutError:
                    self.push(self._protocol.heartbeat)
            while self._queue:
                text = self._queue.popleft()
                self._queued_bytes -= len(text)
                try:
                    async with asyncio.timeout(SLOWEST_S):
                        await write(text)
                except TimeoutError:
                    self.end("the client does not read")
                    return
