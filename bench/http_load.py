"""The load generator: a process of its own on its own core, with kept-alive connections and a small HTTP client.

It takes one order a line (JSON) on its standard input and answers each with a line. An order names one of the
functions below and its arguments. Times are milliseconds.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import uvloop

from bench import listening, processes

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_ID = re.compile(rb'"id": ?"(\d+)"')
LONGEST_WAIT_S = 30.0


class BadAnswer(Exception):
    """The server answered with something else than it should."""


class Connection(asyncio.Protocol):
    """One kept-alive connection; one request at a time."""

    def __init__(self) -> None:
        self._transport: Any = None  # uvloop's own kind
        self._answer: asyncio.Future[bytes] | None = None
        self._pieces: list[bytes] = []
        self._left = -1  # bytes of the body still to come; -1 while the head is not complete
        self.received = 0

    @classmethod
    async def open(cls, port: int) -> Connection:
        """Connect to a port of 127.0.0.1."""
        _, made = await asyncio.get_running_loop().create_connection(cls, "127.0.0.1", port)
        return made

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def connection_lost(self, fault: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(BadAnswer(f"the connection was closed ({fault})"))

    def data_received(self, data: bytes) -> None:
        self.received += len(data)
        self._pieces.append(data)
        if self._left >= 0:
            self._left -= len(data)
        else:
            data = b"".join(self._pieces)
            end = data.find(b"\r\n\r\n")
            if end < 0:
                return
            length = _LENGTH.search(data, 0, end)
            if length is None:
                self._fail(data)
                return
            self._left = int(length[1]) - (len(data) - end - 4)
        if self._left <= 0:
            self._finish()

    def _finish(self) -> None:
        whole = b"".join(self._pieces)
        if whole[9:12] not in (b"200", b"202"):
            self._fail(whole)
            return
        answer, self._answer = self._answer, None
        if answer is not None and not answer.done():
            answer.set_result(whole)

    def _fail(self, whole: bytes) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(BadAnswer(whole[:500].decode(errors="replace")))

    async def ask(self, request: bytes) -> bytes:
        """Send a request and give back the whole answer, head included. Raises :class:`BadAnswer`."""
        self._pieces.clear()
        self._left = -1
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        """End the connection."""
        if self._transport is not None:
            self._transport.close()


def get(path: str, token: str | None) -> bytes:
    """The bytes of a GET request."""
    bearer = f"Authorization: Bearer {token}\r\n" if token else ""
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n{bearer}\r\n".encode()


class Posts:
    """Posts to send, each with words and an idempotency key of its own, as apps send them."""

    WORDS = (
        "The second batch of bread came out better than the first, and the whole stairwell smells of it.",
        "Anybody else awake? The sky over the harbour is a colour that I have no word for.",
        "Fixed the gate, sharpened the spade, and now it rains. Tomorrow then.",
        "Reading group moved to Tuesday, same place. Bring the last chapter and something to eat.",
        "Our line runs every ten minutes again #LocalNews #Trains",
        "Notes from the talk about old maps: https://example.org/notes/maps/2026 worth half an hour.",
        "@writer00001 that is how my grandmother did it too, only with more butter.",
    )

    def __init__(self, token: str, seed: str) -> None:
        self._token = token
        self._seed = seed
        self._numbers = itertools.count()

    def next(self) -> bytes:
        """The bytes of the next request."""
        number = next(self._numbers)
        body = json.dumps({"status": f"{self.WORDS[number % len(self.WORDS)]} ({number})"}).encode()
        return (
            f"POST /api/v1/statuses HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {self._token}\r\n"
            f"Content-Type: application/json\r\nIdempotency-Key: {self._seed}-{number}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        ).encode() + body


def quantiles(times: list[float]) -> dict[str, float]:
    """Median, 99th percentile and largest, in milliseconds, of times in seconds."""
    if not times:
        return {"p50": 0.0, "p99": 0.0, "most": 0.0}
    ordered = sorted(times)
    last = len(ordered) - 1
    return {
        name: ordered[min(int(len(ordered) * share), last)] * 1000 for name, share in
        (("p50", 0.5), ("p99", 0.99), ("most", 1.0))
    }  # fmt: skip


async def closed(port: int, seconds: float, connections: int, requests: list[list[str | None]]) -> dict[str, Any]:
    """Ask the same few things again and again, over connections that each wait for their answer."""
    source = itertools.cycle([get(str(path), token) for path, token in requests])
    end = time.perf_counter() + seconds
    return await _closed_loop(port, [lambda: next(source) if time.perf_counter() < end else None] * connections)


async def posts(port: int, count: int, tokens: list[str], seed: str) -> dict[str, Any]:
    """Publish so many posts, each author over a connection that waits for its answer."""
    left = iter(range(count))
    made = [Posts(token, f"{seed}-{place}") for place, token in enumerate(tokens)]
    return await _closed_loop(port, [lambda of=of: of.next() if next(left, None) is not None else None for of in made])


async def _closed_loop(port: int, sources: list[Callable[[], bytes | None]]) -> dict[str, Any]:
    """One connection for each source of requests."""
    times: list[float] = []
    opened = [await Connection.open(port) for _ in sources]

    async def work(connection: Connection, following: Callable[[], bytes | None]) -> None:
        clock = time.perf_counter
        while (request := following()) is not None:
            started = clock()
            await connection.ask(request)
            times.append(clock() - started)

    started = time.perf_counter()
    await asyncio.gather(*map(work, opened, sources))
    took = time.perf_counter() - started
    received = sum(connection.received for connection in opened)
    for connection in opened:
        connection.close()
    return {"requests": len(times), "seconds": took, "bytes": received / max(len(times), 1), **quantiles(times)}


async def sequential(port: int, count: int, token: str, seed: str, follower: str | None) -> dict[str, Any]:
    """Publish posts one after the other; after each wait until it stands in a follower's home timeline."""
    writer, reader = await Connection.open(port), await Connection.open(port)
    made = Posts(token, seed)
    answered: list[float] = []
    visible: list[float] = []
    for _ in range(count):
        started = time.perf_counter()
        number = _id(await writer.ask(made.next()))
        answered.append(time.perf_counter() - started)
        if follower is not None:
            await _until_seen(reader, follower, number, started)
            visible.append(time.perf_counter() - started)
    writer.close()
    reader.close()
    return {"answered": quantiles(answered), "visible": quantiles(visible)}


async def under_load(
    port: int, seconds: float, tokens: list[str], seed: str, follower: str, readers: list[list[str]],
    reads_per_s: float, probes_per_s: float,
) -> dict[str, Any]:  # fmt: skip
    """Publish without a pause, and meanwhile: how late a follower of the first author sees a post of theirs, how late
    readers are answered.
    """
    end = time.perf_counter() + seconds
    made = [Posts(token, f"{seed}-{place}") for place, token in enumerate(tokens)]
    load = _closed_loop(port, [lambda of=of: of.next() if time.perf_counter() < end else None for of in made])
    read = _paced_reads(port, end, readers, reads_per_s)
    probe = _paced_probes(port, end, Posts(tokens[0], f"{seed}-probe"), follower, probes_per_s)
    posted, reading, visible = await asyncio.gather(load, read, probe)
    return {"posts": posted, "readers": quantiles(reading), "visible": quantiles(visible), "probes": len(visible)}


async def reads(port: int, seconds: float, readers: list[list[str]], reads_per_s: float) -> dict[str, Any]:
    """Read at a fixed pace for a time: how late readers are answered."""
    return quantiles(await _paced_reads(port, time.perf_counter() + seconds, readers, reads_per_s))


async def _paced_reads(port: int, end: float, readers: list[list[str]], per_s: float) -> list[float]:
    """Read at a fixed pace; a late answer counts from when its request was due, not from when it could be sent."""
    return await _paced(port, end, itertools.cycle([get(path, token) for path, token in readers]), per_s)


async def _paced(port: int, end: float, wanted: Iterator[bytes], per_s: float) -> list[float]:
    times: list[float] = []
    free = [await Connection.open(port) for _ in range(4)]
    waiting: set[asyncio.Task[None]] = set()

    async def read(connection: Connection, due: float) -> None:
        await connection.ask(next(wanted))
        times.append(time.perf_counter() - due)
        free.append(connection)

    for due in _beats(end, per_s):
        await asyncio.sleep(max(due - time.perf_counter(), 0))
        if not free:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.sleep(0)
        task = asyncio.ensure_future(read(free.pop(), due))
        waiting.add(task)
        waiting = {t for t in waiting if not t.done()}
    await asyncio.gather(*waiting)
    return times


async def intake(
    port: int, seconds: float, tokens: list[str], seed: str, posts_per_s: float, reports: list[list[str]],
    reports_per_s: float,
) -> dict[str, Any]:  # fmt: skip
    """Publish and report at fixed paces for a time, either of which may be 0. Each report is (token, account, post)."""
    end = time.perf_counter() + seconds
    made = [Posts(token, f"{seed}-{place}") for place, token in enumerate(tokens)]
    posted = (of.next() for of in itertools.cycle(made))
    reported = (_report(*one) for one in itertools.cycle(reports))
    both = [
        _paced(port, end, requests, per_s) if per_s else _nothing()
        for requests, per_s in ((posted, posts_per_s), (reported, reports_per_s))
    ]
    posts, signals = await asyncio.gather(*both)
    return {
        "posts": {"requests": len(posts), **quantiles(posts)},
        "signals": {"requests": len(signals), **quantiles(signals)},
    }


async def _nothing() -> list[float]:
    return []


def _report(token: str, account: str, post: str) -> bytes:
    """The bytes of a report, as apps send it."""
    body = json.dumps({"account_id": account, "status_ids": [post], "category": "violation", "comment": "Look at this"})
    return (
        f"POST /api/v1/reports HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


async def _paced_probes(port: int, end: float, made: Posts, follower: str, per_s: float) -> list[float]:
    times: list[float] = []
    writer, reader = await Connection.open(port), await Connection.open(port)
    for due in _beats(end, per_s):
        await asyncio.sleep(max(due - time.perf_counter(), 0))
        started = time.perf_counter()
        number = _id(await writer.ask(made.next()))
        await _until_seen(reader, follower, number, started)
        times.append(time.perf_counter() - started)
    return times


def _beats(end: float, per_s: float) -> Iterator[float]:
    due = time.perf_counter()
    while due < end:
        yield due
        due += 1 / per_s


def _id(answer: bytes) -> int:
    found = _ID.search(answer)
    if found is None:
        raise BadAnswer(answer[:500].decode(errors="replace"))
    return int(found[1])


async def _until_seen(reader: Connection, follower: str, number: int, started: float) -> None:
    """Ask the follower's home timeline until the post is in it."""
    request = get(f"/api/v1/timelines/home?limit=1&min_id={number - 1}", follower)
    wanted = f'"id":"{number}"'.encode()
    while wanted not in (await reader.ask(request)).replace(b'": "', b'":"'):
        if time.perf_counter() - started > LONGEST_WAIT_S:
            raise BadAnswer(f"the post {number} was not delivered within {LONGEST_WAIT_S:.0f} s")
        await asyncio.sleep(0.001)


async def streams(
    port: int, listeners: list[list[str]], author: str, tag: str, count: int, server: int, pids: list[int]
) -> dict[str, Any]:
    """Let many listen, publish posts at a fixed pace, and see when each has come to each: from the sending of its
    request. Everybody has to hear everything.
    """
    _, empty_kb = listening.cost(pids, server)
    opened = await listening.opened(port, listeners)
    await listening.until_quiet()
    before_s, full_kb = listening.cost(pids, server)
    writer = await Connection.open(port)
    sent: list[float] = []
    for number, due in zip(range(count), _beats(float("inf"), 1 / listening.PACE_S), strict=False):
        await asyncio.sleep(max(due - time.perf_counter(), 0))
        sent.append(time.perf_counter())
        await writer.ask(listening.status(number, author, tag))
    await listening.until_heard(opened, count - 1)
    after_s, _ = listening.cost(pids, server)
    delays = [[one.heard[number] - sent[number] for number in range(count)] for one in opened]
    for one in opened:
        one.close()
    writer.close()
    by_kind = {
        kind: [delay for own, (of, *_) in zip(delays, listeners, strict=True) if of == kind for delay in own]
        for kind in ("socket", "events")
    }
    return {
        "delay": quantiles([delay for own in delays for delay in own]),
        "last": quantiles([max(own[number] for own in delays) for number in range(count)]),
        "cpu_s": (after_s - before_s) / count,
        "memory_kb": (full_kb - empty_kb) / len(listeners),
        **{kind: quantiles(found) for kind, found in by_kind.items()},
    }


ORDERS = {
    "closed": closed,
    "intake": intake,
    "posts": posts,
    "reads": reads,
    "sequential": sequential,
    "streams": streams,
    "under_load": under_load,
}


def main() -> None:
    """Serve orders until the input ends."""
    processes.pin_self()
    for line in sys.stdin:
        order = json.loads(line)
        try:
            found = uvloop.run(ORDERS[order.pop("order")](**order))
        except (BadAnswer, listening.NotHeard, OSError, KeyError) as fault:
            found = {"fault": f"{type(fault).__name__}: {fault}"}
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
