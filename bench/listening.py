"""The load generator's listeners: many open streams, each with the moments at which posts came over it."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Sequence
from typing import Any

from bench import processes

_MARK = re.compile(rb"heard-(\d+)-")
_LONGEST_MARK = 24  # bytes of the end of what came that may be the beginning of a mark
OPENED_AT_ONCE = 50
QUIET_S = 1.0  # after the last one has been opened
PACE_S = 1.0  # from one post to the next
LONGEST_WAIT_S = 30.0


class NotHeard(Exception):
    """A stream was refused or has ended, or a post did not come."""


class Listener(asyncio.Protocol):
    """One open stream. It looks only for the marks of posts, so that the generator costs little."""

    def __init__(self, request: bytes, accepted: bytes) -> None:
        self.heard: dict[int, float] = {}
        self.is_open: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._request = request
        self._accepted = accepted
        self._rest = b""
        self._transport: Any = None  # uvloop's own kind

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        now = time.perf_counter()
        data = self._rest + data
        if not self.is_open.done():
            if data.startswith(self._accepted):
                self.is_open.set_result(None)
            elif len(data) > len(self._accepted):
                self.is_open.set_exception(NotHeard(data[:300].decode(errors="replace")))
        for mark in _MARK.findall(data):
            self.heard.setdefault(int(mark), now)
        self._rest = data[-_LONGEST_MARK:]

    def connection_lost(self, fault: Exception | None) -> None:
        if not self.is_open.done():
            self.is_open.set_exception(NotHeard(f"the connection was closed ({fault})"))

    def close(self) -> None:
        """End the stream."""
        if self._transport is not None:
            self._transport.abort()


def request(kind: str, about: str, token: str) -> tuple[bytes, bytes]:
    """What a client sends to listen, and how the answer begins when it may."""
    end = f"Host: localhost\r\nAuthorization: Bearer {token}\r\n"
    if kind == "events":
        return f"GET /api/v1/streaming/{about} HTTP/1.1\r\n{end}\r\n".encode(), b"HTTP/1.1 200"
    upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    return f"GET /api/v1/streaming?{about} HTTP/1.1\r\n{end}{upgrade}{key}\r\n".encode(), b"HTTP/1.1 101"


async def opened(port: int, wanted: Sequence[Sequence[str]]) -> list[Listener]:
    """Open streams: (``socket`` or ``events``, what they are about, token). Raises :class:`NotHeard`."""
    loop = asyncio.get_running_loop()
    found: list[Listener] = []
    for place in range(0, len(wanted), OPENED_AT_ONCE):
        some = wanted[place : place + OPENED_AT_ONCE]
        made = await asyncio.gather(
            *(loop.create_connection(lambda one=one: Listener(*request(*one)), "127.0.0.1", port) for one in some)
        )
        found += [listener for _, listener in made]
        async with asyncio.timeout(LONGEST_WAIT_S):
            await asyncio.gather(*(listener.is_open for _, listener in made))
    return found


def status(number: int, token: str, tag: str) -> bytes:
    """The bytes of a request that publishes a post with a mark."""
    words = f"heard-{number}- The ferry leaves at a quarter past, bring something warm. #{tag}"
    body = json.dumps({"status": words}).encode()
    return (
        f"POST /api/v1/statuses HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body


async def until_heard(listeners: Sequence[Listener], number: int) -> None:
    """Wait until a post has come to everybody. Raises :class:`NotHeard`."""
    end = time.perf_counter() + LONGEST_WAIT_S
    while (missing := sum(number not in listener.heard for listener in listeners)) > 0:
        if time.perf_counter() > end:
            raise NotHeard(f"post {number} did not come to {missing} of {len(listeners)} listeners")
        await asyncio.sleep(0.05)


async def until_quiet() -> None:
    """Wait until what opening has left to do is done."""
    await asyncio.sleep(QUIET_S)


def cost(pids: list[int], server: int) -> tuple[float, float]:
    """CPU seconds that these processes have used so far, and kilobytes of memory that the server holds for itself."""
    return processes.cpu_s(pids), processes.memory_mb(server)["Anonymous"] * 1024
