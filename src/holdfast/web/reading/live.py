"""The event stream of the pages: ``GET /events`` tells a member's browser what has just happened.

It tells ids and numbers only; what they stand for is fetched from the pages, which check anew who may see it.
``home`` and ``public``: a post came into the feed (``id``, and whether it is a boost or a reply).
``notification``: how many are unread now.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec
from litestar import Request
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp, Receive, Scope, Send

from holdfast import access, notifications, people, posts
from holdfast.access.endings import ENDING, ended_by
from holdfast.errors import Problem, TooMany, Unauthenticated
from holdfast.events import Event, Recorded
from holdfast.filters import hides
from holdfast.languages import say
from holdfast.store import Read
from holdfast.timelines import Entry, InMemory, Reader, entry_from, kept_away, reached
from holdfast.web.problems import answer_for
from holdfast.web.replies import Reply
from holdfast.web.visits import MOST_UNREAD, Visit, Web
from holdfast.writes import Database

log = logging.getLogger(__name__)

MOST_PER_MEMBER = 6  # browsers; the tabs of one share a stream
MOST_QUEUED = 200  # events that a browser has not read yet
MOST_WAITING = 5_000  # events of the change log that were not looked at yet
BATCH = 128
HEARTBEAT_S = 15.0
SLOWEST_S = 30.0  # an event that the network takes no longer than this
LAST_WORD_S = 1.0
RETRY_MS = 3_000  # when a browser comes back after a broken connection

_COUNTED: frozenset[type[Event]] = frozenset(
    {
        notifications.NotificationCreated,
        notifications.NotificationDismissed,
        notifications.NotificationGroupDismissed,
        notifications.NotificationsCleared,
        notifications.NotificationsMerged,
        people.MarkerMoved,
    }
)
_HEARD = _COUNTED | ENDING | {posts.StatusPublished}

_encode = msgspec.json.Encoder().encode


class TooManyStreams(TooMany):
    """You have too many browsers open; what is new appears here when you load the page again."""

    key = "too_many_streams"


class Listener:
    """One open stream. Lives on the event loop; what a browser does not read is never waited for."""

    def __init__(self, account_id: int, token_id: int | None, ip: str) -> None:
        self.account_id = account_id
        self.token_id = token_id  # of the session
        self.ip = ip
        self.has_ended = asyncio.Event()
        self._queue: asyncio.Queue[str] = asyncio.Queue(MOST_QUEUED)

    def hear(self, text: str) -> None:
        """Queue an event; the stream ends when too much waits, and the browser comes back and counts anew."""
        try:
            self._queue.put_nowait(text)
        except asyncio.QueueFull:
            self.end()

    def end(self) -> None:
        """Close the stream soon."""
        self.has_ended.set()

    async def next(self) -> str:
        """What comes next, or a sign of life."""
        try:
            async with asyncio.timeout(HEARTBEAT_S):
                return await self._queue.get()
        except TimeoutError:
            return ":\n\n"


class Live:
    """All open streams of this process."""

    def __init__(self, db: Database, kept: InMemory, gate: access.Gate) -> None:
        self._db = db
        self._kept = kept
        self._gate = gate  # made before: it hears of a block first
        self._open: dict[int, set[Listener]] = {}
        self._waiting: list[Recorded] = []
        self._pump: asyncio.Task[None] | None = None
        self._watch: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        db.bus.on_sealed(self._hear)

    def join(self, listener: Listener, stopping: asyncio.Event) -> None:
        """Let a stream hear until it leaves or the server stops. Raises :class:`TooManyStreams`."""
        if len(self._open.get(listener.account_id, ())) >= MOST_PER_MEMBER:
            raise TooManyStreams(retry_after=60)
        self._loop = asyncio.get_running_loop()
        self._open.setdefault(listener.account_id, set()).add(listener)
        if stopping.is_set():
            listener.end()
        elif self._watch is None:
            self._watch = self._loop.create_task(self._close_after(stopping))

    def leave(self, listener: Listener) -> None:
        """Forget a stream that is closed."""
        own = self._open.get(listener.account_id, set())
        own.discard(listener)
        if not own:
            self._open.pop(listener.account_id, None)

    @property
    def count(self) -> int:
        """How many streams are open."""
        return sum(len(own) for own in self._open.values())

    async def _close_after(self, stopping: asyncio.Event) -> None:
        await stopping.wait()
        self._end(lambda _: True)

    def _end(self, which: Callable[[Listener], bool]) -> None:
        for listener in [one for own in self._open.values() for one in own if which(one)]:
            listener.end()

    # ── events ──

    def _hear(self, records: Sequence[Recorded]) -> None:
        """Called by whichever thread has sealed: only hands over."""
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
                self._end(ended.which)
            else:
                self._waiting.append(record)
        if len(self._waiting) > MOST_WAITING:
            self._waiting.clear()
            self._end(lambda _: True)
        if self._waiting and (self._pump is None or self._pump.done()):
            self._pump = asyncio.get_running_loop().create_task(self._serve())

    async def _serve(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
            try:
                told = await self._db.run_read(self._told, batch, frozenset(self._open))
            except Exception:
                log.exception("what happened could not be told to open pages; the next events are")
                continue
            for account_id, text in told:
                for listener in tuple(self._open.get(account_id, ())):
                    listener.hear(text)

    def _told(self, records: Sequence[Recorded], who: frozenset[int]) -> list[tuple[int, str]]:
        """What to tell whom, in one look at the database; the number of unread ones once for each member."""
        found: list[tuple[int, str]] = []
        counted: set[int] = set()
        with self._db.read() as r:
            sight = self._kept.posts.sight(r, None)  # knows which readers in memory are still as they were
            for record in records:
                event = record.event
                if isinstance(event, posts.StatusPublished):
                    readers = {one: self._kept.timelines.home.reader(r, one, sight) for one in who}
                    found += self._of_post(r, event, readers)
                elif event.account_id in who:  # type: ignore[attr-defined]
                    counted.add(event.account_id)  # type: ignore[attr-defined]
            now = self._db.clock.now()
            for account_id in counted:
                unread = notifications.unread_count(r, account_id, now=now, most=MOST_UNREAD)
                found.append((account_id, event_text("notification", {"unread": unread})))
        return found

    def _of_post(self, r: Read, event: posts.StatusPublished, readers: dict[int, Reader]) -> Iterator[tuple[int, str]]:
        """Into whose feeds a post belongs, by the same rules that fill the pages."""
        entry = entry_from(event)
        home = set(reached(entry, readers))
        public = _public(r, entry, readers)
        viewers = posts.seen_by(r, entry.id, home | public)
        viewers -= kept_away(r, entry, viewers, readers)
        filtering = self._kept.filters.owners(viewers)
        is_reply = event.in_reply_to_account_id not in (None, event.author_id)
        told = {"id": str(entry.id), "boost": event.is_boost, "reply": is_reply}
        for name, reach in (("home", home), ("public", public)):
            for one in reach & viewers:
                if one not in filtering or not self._is_hidden(r, one, entry.id, name):
                    yield one, event_text(name, told)

    def _is_hidden(self, r: Read, viewer: int, status_id: int, context: str) -> bool:
        """Whether a filter of the viewer's hides a post."""
        sight = self._kept.posts.sight(r, viewer)
        facts = sight.facts([status_id])
        originals = [one.boost_of_id for one in facts.values() if one.boost_of_id is not None]
        caught = self._kept.catching.found(sight, facts | sight.facts(originals))
        return any(hides(match, context) for match in caught.get(status_id, ()))


def _public(r: Read, entry: Entry, readers: dict[int, Reader]) -> set[int]:
    """Who meets a post on the public feed."""
    if entry.visibility != "public" or entry.boost_of_id is not None:
        return set()
    place = posts.public_place(r, entry.id)
    if place is None or not place.stands_alone:
        return set()
    return {viewer for viewer, reader in readers.items() if entry.author_id not in reader.hidden}


def event_text(name: str, data: object) -> str:
    """A server-sent event."""
    return f"event: {name}\ndata: {_encode(data).decode()}\n\n"


class EventStream(Reply):
    """An answer that goes on until one side ends it."""

    def __init__(self, live: Live, visit: Visit, stopping: asyncio.Event) -> None:
        super().__init__(b"", 200, "text/event-stream; charset=utf-8")
        self.header("cache-control", "private, no-store").header("x-accel-buffering", "no")
        self._live = live
        self._visit = visit
        self._listener = Listener(visit.me, visit.acting.token_id, visit.ip)
        live.join(self._listener, stopping)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Send the head, then what happens."""
        try:
            await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
            if not await self._is_void():
                await self._write(send, f"retry: {RETRY_MS}\n{event_text('hello', {})}")
                await self._until_over(receive, send)
        finally:
            self._live.leave(self._listener)
        try:
            async with asyncio.timeout(LAST_WORD_S):
                await send({"type": "http.response.body", "body": b"", "more_body": False})
        except (TimeoutError, RuntimeError, OSError) as fault:  # a browser that is gone takes no farewell
            log.debug("a stream ended without a farewell", extra={"cause": repr(fault)})

    async def _is_void(self) -> bool:
        """Whether the session ended between the first look and the moment from which the stream hears of that."""
        try:
            await self._visit.read(access.session, self._visit.session_token, ip=self._visit.ip)
        except Problem:
            return True
        return False

    async def _until_over(self, receive: Receive, send: Send) -> None:
        tasks = [
            asyncio.ensure_future(task) for task in (self._send(send), _gone(receive), self._listener.has_ended.wait())
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _send(self, send: Send) -> None:
        while True:
            text = await self._listener.next()
            async with asyncio.timeout(SLOWEST_S):
                await self._write(send, text)

    @staticmethod
    async def _write(send: Send, text: str) -> None:
        await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue


def routes(web: Web, live: Live) -> list[HTTPRouteHandler]:
    """The stream; a script that may not have it gets a plain refusal and no page."""

    async def events(request: Request[Any, Any, Any]) -> ASGIApp:
        visit = Visit(request, web)
        try:
            web.gate.check(visit.ip)
            await visit.read(visit.recognise)
            if not visit.is_signed_in:
                raise Unauthenticated(say("You are signed out."))
            return EventStream(live, visit, request.app.state["stopping"])
        except Problem as problem:
            status, retry_after = answer_for(problem)
            answer = Reply(f"{problem.message}\n".encode(), status, "text/plain; charset=utf-8")
            answer.header("cache-control", "private, no-store")
            return answer.header("retry-after", retry_after) if retry_after else answer

    return [HTTPRouteHandler("/events", http_method="GET")(events)]
