"""Streaming connections of one member, very many, none of which is closed whatever the server answers."""

from __future__ import annotations

import contextlib
import json
import os
import socket
from collections import Counter
from pathlib import Path
from types import TracebackType

from tests.servers import NewMember, RunningServer

AT_ONCE = 500  # that ask before the first of them reads its answer
ASKING = {
    "socket": "GET /api/v1/streaming?stream=user HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n",
    "events": "GET /api/v1/streaming/user HTTP/1.1\r\nAccept: text/event-stream\r\n",
}
"""How a client asks for a stream, one way after the other."""

KEY = "dGhlIHNhbXBsZSBub25jZQ=="


class Flood:
    """What one member's connections were answered: ``statuses`` counts them, ``words`` has the refusals."""

    def __init__(self, server: RunningServer, who: NewMember) -> None:
        self._port = server.port
        self._rest = f"Host: localhost:{server.port}\r\nAuthorization: Bearer {who.token}\r\n\r\n"
        self._connections: list[socket.socket] = []
        self.statuses: Counter[int] = Counter()
        self.words: set[str] = set()

    def __enter__(self) -> Flood:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _fault: BaseException | None, _: TracebackType | None
    ) -> None:
        self.close()

    def open(self, many: int) -> None:
        """Open so many more connections, half of them WebSockets, half server-sent events."""
        for start in range(0, many, AT_ONCE):
            asked = [self._asked(number) for number in range(start, min(start + AT_ONCE, many))]
            for connection in asked:
                self._read(connection)

    def _asked(self, number: int) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self._port), timeout=30)
        self._connections.append(connection)
        request = list(ASKING.values())[number % len(ASKING)].format(key=KEY)
        connection.sendall((request + self._rest).encode())
        return connection

    def _read(self, connection: socket.socket) -> None:
        answer = b""
        while b"\r\n\r\n" not in answer:
            piece = connection.recv(4_096)
            assert piece, "the server has closed a connection without an answer"
            answer += piece
        head, _, body = answer.partition(b"\r\n\r\n")
        status = int(head.split(b" ", 2)[1])
        self.statuses[status] += 1
        if status < 400:
            return
        names = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
        while len(body) < int(names[b"content-length"]):
            body += connection.recv(4_096)
        assert int(names[b"retry-after"]) > 0
        self.words.add(json.loads(body)["error"])

    def close(self) -> None:
        """Close them all at once, as a client that is killed does."""
        for connection in self._connections:
            connection.close()
        self._connections.clear()


def memory_of(server: RunningServer) -> int:
    """Bytes that the server's process has in memory."""
    assert server.process is not None
    pages = int(Path(f"/proc/{server.process.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def connections_of(server: RunningServer) -> int:
    """How many connections the server's process has open."""
    assert server.process is not None
    place = f"/proc/{server.process.pid}/fd"
    found = 0
    for number in os.listdir(place):
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile
            found += os.readlink(f"{place}/{number}").startswith("socket:")
    return found
