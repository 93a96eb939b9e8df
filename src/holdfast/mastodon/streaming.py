"""Streaming: server-sent events, and one WebSocket for any number of subscriptions."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import msgspec
from litestar import asgi
from litestar.enums import ScopeType
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp, Receive, Scope, Send

from holdfast.access import Gate, client_ip
from holdfast.acting import Acting
from holdfast.errors import NotFound, Problem
from holdfast.mastodon.endpoints import CORS, Call, Endpoints, Reply
from holdfast.mastodon.stream_access import (
    LAST_WORD_S,
    answer,
    check_list,
    check_may,
    first,
    is_revoked,
    query,
    signed_in,
    stopping_of,
    token_of,
)
from holdfast.mastodon.stream_connections import LINES, Connection
from holdfast.mastodon.stream_names import (
    DIRECT,
    HASHTAG,
    HASHTAG_LOCAL,
    LIST,
    LOCAL,
    NOTIFICATIONS,
    PUBLIC,
    REMOTE,
    USER,
    Named,
    UnknownStream,
    named,
)
from holdfast.mastodon.stream_resuming import place_of
from holdfast.mastodon.stream_socket import Socket
from holdfast.mastodon.streams import Streams
from holdfast.writes import Database

api = Endpoints()
log = logging.getLogger(__name__)

_SSE = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"private, no-store"),
    (b"x-accel-buffering", b"no"),
)


class EventStream(Reply):
    """An answer that goes on: server-sent events until one side ends it."""

    __slots__ = ("_acting", "_db", "_ip", "_named", "_since", "_streams")

    def __init__(
        self, streams: Streams, db: Database, acting: Acting, ip: str, wanted: Named, since: int | None
    ) -> None:
        super().__init__(b"", 200, (*_SSE,))
        self._streams = streams
        self._db = db
        self._acting = acting
        self._ip = ip
        self._named = wanted
        self._since = since

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the head, then what happens."""
        connection = Connection(self._acting, LINES)
        self._streams.join(connection, stopping_of(scope))
        try:
            await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
            await self._write_to(send)(":)\n\n")
            if await is_revoked(self._db, token_of(scope)[0], self._ip):
                return
            self._streams.subscribe(connection, self._named, resumes=True, since=self._since)
            await connection.run(self._write_to(send), lambda: _until_gone(receive))
        finally:
            self._streams.leave(connection)
            if connection.reason is not None:
                await _farewell(send)

    @staticmethod
    def _write_to(send: Send) -> Any:
        async def write(text: str) -> None:
            await send({"type": "http.response.body", "body": text.encode(), "more_body": True})

        return write


async def _farewell(send: Send) -> None:
    try:
        await asyncio.wait_for(send({"type": "http.response.body", "body": b"", "more_body": False}), LAST_WORD_S)
    except (TimeoutError, RuntimeError, OSError) as fault:  # a client that does not read takes no farewell either
        log.debug("a stream ended without a farewell", extra={"cause": repr(fault)})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue


@api.get("/api/v1/streaming/health", auth="public", returns=str, tier=2)
async def health(call: Call) -> Reply:  # noqa: ARG001
    """Whether streaming works."""
    return Reply(b"OK", 200, ((b"content-type", b"text/plain; charset=utf-8"),))


class Plain(msgspec.Struct, kw_only=True):
    """A stream, from an earlier place on: the ``id`` of the last event, for clients that send no Last-Event-ID."""

    since: str = ""


class PublicStream(Plain, kw_only=True):
    """One of the public streams."""

    only_media: bool = False


class TagStream(Plain, kw_only=True):
    """The stream of a hashtag, written without #."""

    tag: str = ""


class ListStream(Plain, kw_only=True):
    """The stream of one of the caller's lists."""

    list: str = ""


async def _events(call: Call, params: Plain, name: str, *, tag: str = "", list_id: str = "") -> Reply:
    wanted = named(name, tag, list_id)
    if wanted.key.name == LIST:
        await check_list(call.db, call.acting, wanted)
    call.streams.check_room(call.me)
    since = place_of(call.header("last-event-id") or params.since)
    return EventStream(call.streams, call.db, call.acting, call.ip, wanted, since)


def _with_media(name: str, params: PublicStream) -> str:
    return f"{name}:media" if params.only_media else name


@api.get("/api/v1/streaming/user", scopes="read:statuses&read:notifications", params=Plain, returns=str, tier=2)
async def user(call: Call, params: Plain) -> Reply:
    """The home timeline and notifications as they happen, as server-sent events."""
    return await _events(call, params, USER)


@api.get("/api/v1/streaming/user/notification", scopes="read:statuses&read:notifications", params=Plain, returns=str)
async def user_notification(call: Call, params: Plain) -> Reply:
    """Notifications as they happen, as server-sent events."""
    return await _events(call, params, NOTIFICATIONS)


@api.get("/api/v1/streaming/public", scopes="read:statuses", params=PublicStream, returns=str)
async def public(call: Call, params: PublicStream) -> Reply:
    """Public posts of everybody as they are published, as server-sent events."""
    return await _events(call, params, _with_media(PUBLIC, params))


@api.get("/api/v1/streaming/public/local", scopes="read:statuses", params=PublicStream, returns=str)
async def public_local(call: Call, params: PublicStream) -> Reply:
    """Public posts of this server's members as they are published, as server-sent events."""
    return await _events(call, params, _with_media(LOCAL, params))


@api.get("/api/v1/streaming/public/remote", scopes="read:statuses", params=PublicStream, returns=str)
async def public_remote(call: Call, params: PublicStream) -> Reply:
    """Public posts from other servers as they come in, as server-sent events."""
    return await _events(call, params, _with_media(REMOTE, params))


@api.get("/api/v1/streaming/hashtag", scopes="read:statuses", params=TagStream, returns=str)
async def hashtag(call: Call, params: TagStream) -> Reply:
    """Public posts with a hashtag as they are published, as server-sent events."""
    return await _events(call, params, HASHTAG, tag=params.tag)


@api.get("/api/v1/streaming/hashtag/local", scopes="read:statuses", params=TagStream, returns=str)
async def hashtag_local(call: Call, params: TagStream) -> Reply:
    """Public posts of this server's members with a hashtag, as server-sent events."""
    return await _events(call, params, HASHTAG_LOCAL, tag=params.tag)


@api.get("/api/v1/streaming/list", scopes="read:statuses", params=ListStream, returns=str)
async def of_list(call: Call, params: ListStream) -> Reply:
    """The posts of one of the caller's lists as they are published, as server-sent events."""
    return await _events(call, params, LIST, list_id=params.list)


@api.get("/api/v1/streaming/direct", scopes="read:statuses", params=Plain, returns=str)
async def direct(call: Call, params: Plain) -> Reply:
    """The caller's conversations as they change, as server-sent events."""
    return await _events(call, params, DIRECT)


def routes(streams: Streams, db: Database, gate: Gate) -> list[Any]:
    """The WebSocket, and an answer for channels that this server does not have."""

    @asgi("/api/v1/streaming", copy_scope=False)
    async def socket(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.WEBSOCKET:
            await Socket(streams, db, gate, scope, receive, send).serve()
        else:
            found = await _named_in_query(streams, db, gate, scope)
            await found(scope, receive, send)

    async def channel() -> ASGIApp:
        return answer(UnknownStream("Unknown channel requested"))

    return [socket, HTTPRouteHandler("/api/v1/streaming/{channel:path}", http_method="GET")(channel)]


async def _named_in_query(streams: Streams, db: Database, gate: Gate, scope: Scope) -> Reply:
    """Server-sent events of the stream that the query names. Streams come from this very host, so without a name
    there is no other place to lead to."""
    asked, ip = query(scope), client_ip(scope, db.config)
    name = first(asked, "stream")
    if scope.get("method") != "GET" or not name:
        return answer(NotFound())
    try:
        gate.check(ip)
        acting = await signed_in(db, token_of(scope)[0], ip)
        wanted = named(name, first(asked, "tag"), first(asked, "list"))
        await check_may(db, acting, wanted)
        streams.check_room(acting.known_id)
    except Problem as problem:
        return answer(problem)
    last = next((value.decode("latin-1") for key, value in scope["headers"] if key == b"last-event-id"), "")
    found = EventStream(streams, db, acting, ip, wanted, place_of(last or first(asked, "since")))
    found.headers.extend(CORS)
    return found
