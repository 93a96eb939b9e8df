"""Streaming: server-sent events, and one WebSocket for any number of subscriptions."""

from __future__ import annotations

import asyncio
import logging
from typing import Any
from urllib.parse import parse_qs

import msgspec
from litestar import Litestar, asgi
from litestar.enums import ScopeType
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp, Receive, Scope, Send

from holdfast.access import bearer, client_ip, scopes
from holdfast.acting import Acting
from holdfast.errors import NotFound, Problem, Unauthenticated
from holdfast.mastodon import errors
from holdfast.mastodon.binding import Malformed
from holdfast.mastodon.endpoints import CORS, Call, Endpoints, Reply
from holdfast.mastodon.serving import NeedsUser, OutsideScopes
from holdfast.mastodon.streams import (
    HEARTBEAT_FRAME,
    HEARTBEAT_LINES,
    NOTIFICATIONS,
    USER,
    Connection,
    Message,
    Streams,
)
from holdfast.writes import Database

api = Endpoints()
log = logging.getLogger(__name__)

NEEDS = {USER: "read:statuses", NOTIFICATIONS: "read:notifications"}
"""The streams that this server has, and the scope of each."""

LATER = frozenset(
    {
        "public",
        "public:media",
        "public:local",
        "public:local:media",
        "public:remote",
        "public:remote:media",
        "hashtag",
        "hashtag:local",
        "list",
        "direct",
    }
)
LONGEST_MESSAGE = 4_096  # characters
LAST_WORD_S = 1.0
_SSE = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"private, no-store"),
    (b"x-accel-buffering", b"no"),
)
_CONNECT_SCOPES = "read|read:statuses|read:notifications"


class UnknownStream(Malformed):
    """Unknown stream type"""

    key = "unknown_stream"


class NotOffered(UnknownStream):
    """This server does not offer this stream"""


class Asked(msgspec.Struct):
    """What a client says inside the socket."""

    type: str = ""
    stream: str = ""


class EventStream(Reply):
    """An answer that goes on: server-sent events until one side ends it."""

    __slots__ = ("_call", "_stream")

    def __init__(self, call: Call, stream: str) -> None:
        super().__init__(b"", 200, _SSE)
        self._call = call
        self._stream = stream

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the head, then what happens."""
        streams = self._call.streams
        connection = Connection(self._call.acting, Message.lines, HEARTBEAT_LINES, [self._stream])
        streams.join(connection, stopping_of(scope))
        try:
            await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
            await self._write_to(send)(":)\n\n")
            if await _is_revoked(self._call.db, token_of(scope)[0], self._call.ip):
                return
            await connection.run(self._write_to(send), lambda: _until_gone(receive))
        finally:
            streams.leave(connection)
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


def _events(call: Call, stream: str) -> Reply:
    call.streams.check_room(call.me)
    return EventStream(call, stream)


@api.get("/api/v1/streaming/user", scopes="read:statuses&read:notifications", returns=str, tier=2)
async def user(call: Call) -> Reply:
    """The home timeline and notifications as they happen, as server-sent events."""
    return _events(call, USER)


@api.get("/api/v1/streaming/user/notification", scopes="read:statuses&read:notifications", returns=str)
async def user_notification(call: Call) -> Reply:
    """Notifications as they happen, as server-sent events."""
    return _events(call, NOTIFICATIONS)


def routes(streams: Streams, db: Database) -> list[Any]:
    """The WebSocket, and an answer for channels that this server does not have."""

    @asgi("/api/v1/streaming", copy_scope=False)
    async def socket(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.WEBSOCKET:
            await _Socket(streams, db, scope, receive, send).serve()
        else:  # streams come from this very host: there is no other to send a plain request to
            await _answer(NotFound())(scope, receive, send)

    async def channel() -> ASGIApp:
        return _answer(UnknownStream("Unknown channel requested"))

    return [socket, HTTPRouteHandler("/api/v1/streaming/{channel:path}", http_method="GET")(channel)]


def _answer(problem: Problem) -> Reply:
    found = errors.answer(problem)
    answer = Reply(msgspec.json.encode(found.body), found.status)
    answer.headers.extend(CORS)
    for name, value in found.headers.items():
        answer.header(name, value)
    return answer


class _Socket:
    """One WebSocket: signs in, subscribes, unsubscribes."""

    def __init__(self, streams: Streams, db: Database, scope: Scope, receive: Receive, send: Send) -> None:
        self._streams = streams
        self._db = db
        self._scope = scope
        self._receive = receive
        self._send = send
        self._ip = client_ip(scope, db.config)

    async def serve(self) -> None:
        """The socket's whole life."""
        await self._receive()  # websocket.connect
        token, protocol = token_of(self._scope)
        try:
            acting = await self._signed_in(token)
            self._streams.check_room(acting.known_id)
        except Problem as problem:
            await self._deny(problem)
            return
        connection = Connection(acting, Message.frame, HEARTBEAT_FRAME)
        self._streams.join(connection, stopping_of(self._scope))
        try:
            await self._send({"type": "websocket.accept", "subprotocol": protocol, "headers": list(CORS)})
            if await _is_revoked(self._db, token, self._ip):
                connection.end("access was revoked")
            self._subscribe_at_once(connection, acting)
            await connection.run(self._write, lambda: self._listen(connection, acting))
        finally:
            self._streams.leave(connection)
            if connection.reason is not None:
                await self._close(1001 if "stopping" in connection.reason else 1008, connection.reason)

    async def _signed_in(self, token: str | None) -> Acting:
        if not token:
            raise Unauthenticated("The access token is invalid")
        acting = await _authenticated(self._db, token, self._ip)
        if acting.account_id is None:
            raise NeedsUser()
        if not scopes.covers(acting.scopes or (), _CONNECT_SCOPES):
            raise OutsideScopes()
        return acting

    async def _deny(self, problem: Problem) -> None:
        """Refuse the handshake with an answer in words, where the server can do that."""
        if "websocket.http.response" not in (self._scope.get("extensions") or {}):
            await self._send({"type": "websocket.close", "code": 1008, "reason": problem.message[:100]})
            return
        answer = _answer(problem)
        head = {"type": "websocket.http.response.start", "status": answer.status, "headers": answer.headers}
        await self._send(head)  # type: ignore[arg-type]
        await self._send({"type": "websocket.http.response.body", "body": answer.body, "more_body": False})

    async def _close(self, code: int, reason: str) -> None:
        closing = self._send({"type": "websocket.close", "code": code, "reason": reason})
        try:
            await asyncio.wait_for(closing, LAST_WORD_S)
        except (TimeoutError, RuntimeError, OSError) as fault:  # a client that does not read takes no farewell either
            log.debug("a stream ended without a farewell", extra={"cause": repr(fault)})

    async def _write(self, text: str) -> None:
        await self._send({"type": "websocket.send", "bytes": None, "text": text})

    def _subscribe_at_once(self, connection: Connection, acting: Acting) -> None:
        wanted = _query(self._scope).get("stream")
        if wanted:
            _change(connection, acting, Asked("subscribe", wanted[0]))

    async def _listen(self, connection: Connection, acting: Acting) -> None:
        while True:
            message: Any = await self._receive()
            if message["type"] == "websocket.disconnect":
                return
            text = message.get("text")
            if text is None:
                text = (message.get("bytes") or b"").decode("utf-8", "replace")
            if len(text) > LONGEST_MESSAGE:
                connection.end("the message is too long")
                return
            try:
                asked = msgspec.json.decode(text, type=Asked)
            except msgspec.DecodeError:
                connection.push(_error(Malformed("The message cannot be read")))
                continue
            _change(connection, acting, asked)


def _change(connection: Connection, acting: Acting, asked: Asked) -> None:
    """Do what a message asks for; what cannot be done is said in the socket, which stays open."""
    try:
        if asked.type not in ("subscribe", "unsubscribe"):
            raise Malformed("A message either subscribes or unsubscribes")
        if asked.stream in LATER:
            raise NotOffered(f"This server does not offer the stream {asked.stream}")
        if asked.stream not in NEEDS:
            raise UnknownStream()
        if asked.type == "unsubscribe":
            connection.streams.discard(asked.stream)
        elif not scopes.covers(acting.scopes or (), NEEDS[asked.stream]):
            raise OutsideScopes()
        else:
            connection.streams.add(asked.stream)
    except Problem as problem:
        connection.push(_error(problem))


def _error(problem: Problem) -> str:
    found = errors.answer(problem)
    return msgspec.json.encode({"error": problem.message, "status": found.status}).decode()


async def _authenticated(db: Database, token: str, ip: str) -> Acting:
    def look() -> Acting:
        with db.read() as r:
            return bearer(r, token, ip=ip)

    return await db.run_read(look)


async def _is_revoked(db: Database, token: str | None, ip: str) -> bool:
    """Whether a token lost its force between the first look and the moment from which the stream hears of that."""
    try:
        await _authenticated(db, token or "", ip)
    except Problem:
        return True
    return False


def token_of(scope: Scope) -> tuple[str | None, str | None]:
    """The token of a request, and the WebSocket protocol that carried it, which the answer has to name."""
    for key, value in scope["headers"]:
        if key == b"authorization":
            kind, _, token = value.decode("latin-1").partition(" ")
            if kind.lower() == "bearer" and token.strip():
                return token.strip(), None
    protocols = scope.get("subprotocols") or []
    if protocols:
        return str(protocols[0]), str(protocols[0])  # type: ignore[index]
    found = _query(scope).get("access_token")
    return (found[0], None) if found else (None, None)


def _query(scope: Scope) -> dict[str, list[str]]:
    return parse_qs(scope["query_string"].decode("latin-1"))


def stopping_of(scope: Scope) -> asyncio.Event | None:
    """The event of the server's end, which ``site`` puts into the application's state."""
    found = Litestar.from_scope(scope).state.get("stopping")
    return found if isinstance(found, asyncio.Event) else None
