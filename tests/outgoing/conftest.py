"""Real servers on loopback, each as good or bad as a test makes it."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from holdfast.outgoing import Client, OutgoingSettings

Answering = Callable[[bytes, socket.socket], None]


class Server:
    """Hands every request's head to a function that answers on the bare socket."""

    def __init__(self, answering: Answering, wrap=None) -> None:
        self._answering = answering
        self._wrap = wrap
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.heads: list[bytes] = []
        self.connections = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def close(self) -> None:
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                peer, _ = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _serve(self, peer: socket.socket) -> None:
        peer.settimeout(10)
        try:
            peer = self._wrap(peer) if self._wrap else peer
            with peer:
                head = b""
                while b"\r\n\r\n" not in head:
                    piece = peer.recv(4096)
                    if not piece:
                        return
                    head += piece
                self.heads.append(head)
                self._answering(head, peer)
        except OSError:
            return  # the client has gone, as some tests want


def reply(body: bytes, *headers: str, status: str = "200 OK") -> Answering:
    """A well-behaved answer."""

    def answering(head: bytes, peer: socket.socket) -> None:
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
        peer.sendall("\r\n".join([*lines, "", ""]).encode() + body)

    return answering


def moved(location: str, status: str = "302 Found") -> Answering:
    return reply(b"", f"Location: {location}", status=status)


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    opened: list[Server] = []

    def start(answering: Answering, **options) -> Server:
        opened.append(Server(answering, **options))
        return opened[-1]

    yield start
    for server in opened:
        server.close()


@contextmanager
def client(*servers: Server, resolver=None, **settings) -> Iterator[Client]:
    """A client that may reach loopback and the ports of these servers."""
    defaults = {
        "allow_private": ("127.0.0.0/8",),
        "allowed_ports": tuple(server.port for server in servers),
        "connect_timeout_seconds": 1.0,
        "read_timeout_seconds": 1.0,
        "total_timeout_seconds": 3.0,
    }
    options = {"resolver": resolver} if resolver else {}
    with Client(OutgoingSettings(**(defaults | settings)), **options) as opened:
        yield opened
