"""Streams: what happens, sent on at once to those who are connected.

Events come from the sealed change log, so in its order and from every process. One pump decides whom an
event reaches, asks the database once for all of them, renders once for all who see the same bytes, and
puts frames into the connections' bounded queues. A client that does not read is dropped, never waited for.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from typing import NamedTuple

import msgspec

from holdfast import access, announcements, notifications, people, posts
from holdfast.acting import Acting
from holdfast.errors import TooMany
from holdfast.events import Event, Recorded
from holdfast.mastodon.rendering import Renderer
from holdfast.mastodon.rendering.announcements import announcement_entities
from holdfast.store import Read
from holdfast.timelines import Entry, Reader, Timelines, entry_from, entry_with, is_source, kept_away, reached
from holdfast.writes import Database

log = logging.getLogger(__name__)

MOST_PER_ACCOUNT = 20
MOST_QUEUED = 500  # frames
MOST_QUEUED_BYTES = 4 * 1024 * 1024
MOST_WAITING = 20_000  # events that the pump has not reached yet
BATCH = 256
HEARTBEAT_S = 15.0
SLOWEST_S = 30.0  # a single frame that the network takes no longer than this

USER, NOTIFICATIONS = "user", "user:notification"

_encode = msgspec.json.Encoder().encode

_PUMPED: frozenset[type[Event]] = frozenset(
    {
        posts.StatusPublished,
        posts.StatusEdited,
        posts.StatusDeleted,
        notifications.NotificationCreated,
        notifications.NotificationsMerged,
        announcements.AnnouncementPublished,
        announcements.AnnouncementReacted,
        announcements.AnnouncementWithdrawn,
    }
)
_RELATIONS: frozenset[type[Event]] = frozenset(
    {
        people.Followed,
        people.FollowChanged,
        people.FollowAccepted,
        people.Unfollowed,
        people.Blocked,
        people.Unblocked,
        people.Muted,
        people.Unmuted,
        people.DomainBlocked,
        people.DomainUnblocked,
        people.ListChanged,
        posts.TagFollowed,
        posts.TagUnfollowed,
    }
)
_ENDINGS: frozenset[type[Event]] = frozenset(
    {
        access.SignInDisabled,
        access.MemberLeft,
        people.AccountSuspended,
        people.AccountDeleted,
    }
)
_HEARD = _PUMPED | _RELATIONS | _ENDINGS | {access.AccessRevoked}


class TooManyStreams(TooMany):
    """You have too many open streams; close one first."""

    key = "too_many_streams"


class Message:
    """One event as both protocols send it; encoded once, whoever receives it."""

    __slots__ = ("_frames", "event", "payload")

    def __init__(self, event: str, payload: bytes) -> None:
        self.event = event
        self.payload = payload
        self._frames: dict[str, str] = {}

    def frame(self, stream: str) -> str:
        """The text of a WebSocket frame: the payload is JSON inside a JSON string."""
        found = self._frames.get(stream)
        if found is None:
            inner = _encode(self.payload.decode()).decode()
            found = f'{{"stream":["{stream}"],"event":"{self.event}","payload":{inner}}}'
            self._frames[stream] = found
        return found

    def lines(self, _: str) -> str:
        """The lines of a server-sent event."""
        return f"event: {self.event}\ndata: {self.payload.decode()}\n\n"


HEARTBEAT_FRAME = '{"stream":[],"event":"heartbeat","payload":""}'
HEARTBEAT_LINES = ":thump\n\n"


class Connection:
    """One open stream: what it wants, what waits for it. Lives on the event loop."""

    def __init__(
        self, acting: Acting, encode: Callable[[Message, str], str], heartbeat: str, streams: Iterable[str] = ()
    ) -> None:
        self.account_id = acting.known_id
        self.token_id = acting.token_id
        self.streams = set(streams)
        self.hears_notifications = access.scopes.covers(acting.scopes or (), "read:notifications")
        self.reason: str | None = None
        self._encode = encode
        self._heartbeat = heartbeat
        self._queue: deque[str] = deque()
        self._queued_bytes = 0
        self._wake = asyncio.Event()
        self._ended = asyncio.Event()

    def hear(self, message: Message, stream: str) -> None:
        """Queue a message, if the client has subscribed to the stream."""
        if stream in self.streams:
            self.push(self._encode(message, stream))

    def push(self, text: str) -> None:
        """Queue a text; ends the connection when too much waits already."""
        if self._ended.is_set():
            return
        self._queue.append(text)
        self._queued_bytes += len(text)
        if len(self._queue) > MOST_QUEUED or self._queued_bytes > MOST_QUEUED_BYTES:
            self.end("the client does not read fast enough")
        self._wake.set()

    def end(self, reason: str) -> None:
        """Close the connection soon; what waits is not sent any more."""
        if self.reason is None:
            self.reason = reason
        self._queue.clear()
        self._ended.set()

    async def run(self, write: Callable[[str], Awaitable[None]], listen: Callable[[], Awaitable[None]]) -> None:
        """Send what comes and listen, until the client goes or :meth:`end` is called."""
        tasks = [asyncio.ensure_future(task) for task in (self._send(write), listen(), self._ended.wait())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
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
                    await asyncio.wait_for(self._wake.wait(), HEARTBEAT_S)
                except TimeoutError:
                    self.push(self._heartbeat)
            while self._queue:
                text = self._queue.popleft()
                self._queued_bytes -= len(text)
                try:
                    await asyncio.wait_for(write(text), SLOWEST_S)
                except TimeoutError:
                    self.end("the client does not read")
                    return


class Delivery(NamedTuple):
    """A message, the accounts that it is for, and whether it is a notification."""

    accounts: Collection[int]
    message: Message
    is_notification: bool = False


class Streams:
    """All open streams of this process."""

    def __init__(self, db: Database, renderer: Renderer, timelines: Timelines) -> None:
        self._db = db
        self._renderer = renderer
        self._home = timelines.home
        self._open: dict[int, set[Connection]] = {}
        self._readers: dict[int, Reader] = {}  # the pump's alone
        self._waiting: list[Recorded] = []
        self._pump: asyncio.Task[None] | None = None
        self._watch: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_closed = False
        db.bus.on_sealed(self._hear)

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
        if connection.reason:
            log.info("a stream was closed", extra={"account": connection.account_id, "reason": connection.reason})

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

    def _end(self, which: Callable[[Connection], bool], reason: str) -> None:
        for own in list(self._open.values()):
            for connection in list(own):
                if which(connection):
                    connection.end(reason)

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
            event = record.event
            if isinstance(event, access.AccessRevoked):
                self._end(lambda one, gone=frozenset(event.token_ids): one.token_id in gone, "access was revoked")  # type: ignore[misc]
            elif type(event) in _ENDINGS:
                account_id = event.account_id  # type: ignore[attr-defined]
                self._end(lambda one, gone=account_id: one.account_id == gone, "the account was closed")  # type: ignore[misc]
            else:
                self._waiting.append(record)
        if len(self._waiting) > MOST_WAITING:
            self._waiting.clear()
            self._end(lambda _: True, "the server cannot keep up")
        if self._waiting and (self._pump is None or self._pump.done()):
            self._pump = asyncio.get_running_loop().create_task(self._serve())

    async def _serve(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
            listening = frozenset(
                account for account, own in self._open.items() if any(USER in one.streams for one in own)
            )
            everybody = frozenset(self._open)
            for delivery in await self._db.run_read(self._deliveries, batch, listening, everybody):
                self._deliver(delivery)

    def _deliver(self, delivery: Delivery) -> None:
        for account_id in delivery.accounts:
            for connection in tuple(self._open.get(account_id, ())):
                if not delivery.is_notification:
                    connection.hear(delivery.message, USER)
                elif connection.hears_notifications:
                    connection.hear(delivery.message, USER)
                    connection.hear(delivery.message, NOTIFICATIONS)

    # ── in a reader thread ──

    def _deliveries(
        self, records: Sequence[Recorded], listening: frozenset[int], everybody: frozenset[int]
    ) -> list[Delivery]:
        found: list[Delivery] = []
        waiting = deque(records)
        for gone in self._readers.keys() - listening:
            del self._readers[gone]
        while waiting:
            try:
                with self._db.read() as r:
                    while waiting:
                        found += self._of_event(r, waiting.popleft().event, listening, everybody)
            except Exception:
                log.exception("an event could not be streamed; the next ones are")
        return found

    def _of_event(
        self, r: Read, event: Event, listening: frozenset[int], everybody: frozenset[int]
    ) -> Iterable[Delivery]:
        if type(event) in _RELATIONS:
            self._readers.pop(event.account_id, None)  # type: ignore[attr-defined]
            self._readers.pop(getattr(event, "target_id", 0), None)
            return ()
        if isinstance(event, notifications.NotificationCreated):
            return self._told(r, event) if event.account_id in everybody and not event.is_filtered else ()
        if isinstance(event, notifications.NotificationsMerged):
            return (Delivery((event.account_id,), Message("notifications_merged", b"1"), is_notification=True),)
        for account_id in listening - self._readers.keys():
            self._readers[account_id] = self._home.reader(r, account_id)
        if isinstance(event, posts.StatusPublished):
            return self._shown(r, "update", entry_from(event), is_fresh=not (event.is_boost or event.is_reply))
        if isinstance(event, posts.StatusEdited):
            entry = entry_with(r, event.status_id, event.tags)
            return self._shown(r, "status.update", entry, is_fresh=False) if entry is not None else ()
        if isinstance(event, posts.StatusDeleted):
            return self._gone(event)
        return self._announced(r, event, listening)

    def _announced(self, r: Read, event: Event, listening: frozenset[int]) -> Iterable[Delivery]:
        if isinstance(event, announcements.AnnouncementPublished):
            found = [one for one in announcements.active(r, self._db.clock.now()) if one.id == event.announcement_id]
            for entity in announcement_entities(r, self._db, None, found):
                yield Delivery(listening, Message("announcement", _encode(entity)))
        elif isinstance(event, announcements.AnnouncementReacted):
            count = announcements.count_of(r, event.announcement_id, event.name)
            told = {"name": event.name, "count": count, "announcement_id": str(event.announcement_id)}
            yield Delivery(listening, Message("announcement.reaction", _encode(told)))
        elif isinstance(event, announcements.AnnouncementWithdrawn):
            yield Delivery(listening, Message("announcement.delete", str(event.announcement_id).encode()))

    def _told(self, r: Read, event: notifications.NotificationCreated) -> Iterable[Delivery]:
        found = notifications.by_ids(r, [event.notification_id])
        for payload in self._renderer.notifications.many(r, event.account_id, list(found.values())):
            yield Delivery((event.account_id,), Message("notification", payload), is_notification=True)

    def _shown(self, r: Read, name: str, entry: Entry, *, is_fresh: bool) -> Iterable[Delivery]:
        """A status for all whose home timeline has it. With a fresh one nobody but its author has done anything yet."""
        viewers = posts.seen_by(r, entry.id, reached(entry, self._readers))
        viewers -= kept_away(r, entry, viewers, self._readers)
        if not viewers:
            return
        subject = entry.boost_of_id or entry.id
        apart = {entry.author_id} & viewers if is_fresh else posts.touched_by(r, subject, viewers)
        alike = viewers - apart
        for group in ([alike] if alike else []) + [{one} for one in apart]:
            found = self._renderer.statuses.by_id(r, next(iter(group)), [entry.id])
            if entry.id in found:
                yield Delivery(group, Message(name, found[entry.id]))

    def _gone(self, event: posts.StatusDeleted) -> Iterable[Delivery]:
        """The id alone, for those who may have been shown the status."""
        entry = Entry(event.status_id, event.author_id, event.visibility, tags=tuple(event.tags))
        named = {event.author_id, *event.mentions}
        viewers = [
            account_id
            for account_id, reader in self._readers.items()
            if account_id in named or (event.visibility != "direct" and is_source(entry, account_id, reader))
        ]
        if viewers:
            yield Delivery(viewers, Message("delete", str(event.status_id).encode()))
