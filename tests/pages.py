"""Web pages of others, on loopback: what a server that follows links may meet."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple


class Thing(NamedTuple):
    """What is found at a path."""

    body: bytes
    kind: str = "text/html; charset=utf-8"
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


class Pages:
    """A web server whose pages a test lays down by path; it counts how often each was asked for."""

    def __init__(self) -> None:
        self.things: dict[str, Thing | Callable[[BaseHTTPRequestHandler], None]] = {}
        self.asked: list[str] = []
        found = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                found.asked.append(self.path)
                thing = found.things.get(self.path.partition("?")[0], Thing(b"", status=404))
                if not isinstance(thing, Thing):
                    thing(self)
                    return
                self.send_response(thing.status)
                self.send_header("content-type", thing.kind)
                self.send_header("content-length", str(len(thing.body)))
                for name, value in thing.headers:
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(thing.body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def url(self, path: str = "/") -> str:
        """The address of a path."""
        return f"http://127.0.0.1:{self.port}{path}"

    @property
    def environment(self) -> dict[str, str]:
        """The boot settings with which a server may reach these pages."""
        return {"HOLDFAST_OUTGOING_ALLOW_PRIVATE": "127.0.0.0/8", "HOLDFAST_OUTGOING_PORTS": str(self.port)}

    def lay(self, path: str, html: str, **options: object) -> str:
        """Lay down a page; its address."""
        self.things[path] = Thing(html.encode(), **options)  # type: ignore[arg-type]
        return self.url(path)

    def close(self) -> None:
        """End the server."""
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def pages() -> Iterator[Pages]:
    """A web server for the length of a block."""
    opened = Pages()
    try:
        yield opened
    finally:
        opened.close()
