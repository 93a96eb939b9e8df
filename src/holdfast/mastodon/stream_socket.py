"""One WebSocket for any number of subscriptions: signs in, subscribes, unsubscribes."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import msgspec
from litestar.types import Receive, Scope, Send

from holdfast.access import Gate, client_ip
from holdfast.acting import Acting
from holdfast.errors import Problem
from holdfast.mastodon import errors
from holdfast.mastodon.binding import Malformed
from holdfast.mastodon.endpoints import CORS
from holdfast.mastodon.stream_access import (
    LAST_WORD_S,
    answer,
    check_may,
    first,
    is_revoked,
    query,
    signed_in,
    stopping_of,
    token_of,
)
from holdfast.mastodon.stream_connections import SOCKET, Connection
from holdfast.mastodon.stream_names import named
from holdfast.mastodon.stream_resuming import place_of
from holdfast.mastodon.streams import Streams
from holdfast.writes import Database

log = logging.getLogger(__name__)

LONGEST_MESSAGE = 4_096  # characters


class Asked(msgspec.Struct):
    """What a client says inside the socket."""

    type: str = ""
    stream: str = ""
    tag: str = ""
    list: str | int = ""
    since: str | int | None = None


class Socket:
    """One WebSocket: signs in, subscribes, unsubscribes."""

    def __init__(self, streams: Streams, db: Database, gate: Gate, scope: Scope, receive: Receive, send: Send) -> None:
        self._streams = streams
        self._gate = gate
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
            self._gate.check(self._ip)
            acting = await signed_in(self._db, token, self._ip)
            self._streams.check_room(acting.known_id)
        except Problem as problem:
            await self._deny(problem)
            return
        connection = Connection(acting, SOCKET)
        self._streams.join(connection, stopping_of(self._scope))
        try:
            await self._send({"type": "websocket.accept", "subprotocol": protocol, "headers": list(CORS)})
            if await is_revoked(self._db, token, self._ip):
                connection.end("access was revoked")
            await self._subscribe_at_once(connection, acting)
            await connection.run(self._write, lambda: self._listen(connection, acting))
        finally:
            self._streams.leave(connection)
            if connection.reason is not None:
                await self._close(1001 if "stopping" in connection.reason else 1008, connection.reason)

    async def _deny(self, problem: Problem) -> None:
        """Refuse the handshake with an answer in words, where the server can do that."""
        if "websocket.http.response" not in (self._scope.get("extensions") or {}):
            await self._send({"type": "websocket.close", "code": 1008, "reason": problem.message[:100]})
            return
        refusal = answer(problem)
        head = {"type": "websocket.http.response.start", "status": refusal.status, "headers": refusal.headers}
        await self._send(head)  # type: ignore[arg-type]
        await self._send({"type": "websocket.http.response.body", "body": refusal.body, "more_body": False})

    async def _close(self, code: int, reason: str) -> None:
        closing = self._send({"type": "websocket.close", "code": code, "reason": reason})
        try:
            await asyncio.wait_for(closing, LAST_WORD_S)
        except (TimeoutError, RuntimeError, OSError) as fault:  # a client that does not read takes no farewell either
            log.debug("a stream ended without a farewell", extra={"cause": repr(fault)})

    async def _write(self, text: str) -> None:
        await self._send({"type": "websocket.send", "bytes": None, "text": text})

    async def _subscribe_at_once(self, connection: Connection, acting: Acting) -> None:
        asked_for = query(self._scope)
        if name := first(asked_for, "stream"):
            since = first(asked_for, "since") if "since" in asked_for else None
            asked = Asked("subscribe", name, first(asked_for, "tag"), first(asked_for, "list"), since)
            await self._change(connection, acting, asked)

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
            await self._change(connection, acting, asked)

    async def _change(self, connection: Connection, acting: Acting, asked: Asked) -> None:
        """Do what a message asks for; what cannot be done is said in the socket, which stays open."""
        try:
            if asked.type not in ("subscribe", "unsubscribe"):
                raise Malformed("A message either subscribes or unsubscribes")
            wanted = named(asked.stream, asked.tag, str(asked.list))
            if asked.type == "unsubscribe":
                self._streams.unsubscribe(connection, wanted.key)
                return
            await check_may(self._db, acting, wanted)
            resumes, since = asked.since is not None, place_of(str(asked.since or ""))
            self._streams.subscribe(connection, wanted, resumes=resumes, since=since)
        except Problem as problem:
            connection.push(_error(problem))


def _error(problem: Problem) -> str:
    found = errors.answer(problem)
    return msgspec.json.encode({"error": problem.message, "status": found.status}).decode()
