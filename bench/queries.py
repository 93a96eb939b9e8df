"""How many statements a page costs: the application asked in this process, its ways to the database counted."""

from __future__ import annotations

import asyncio
import functools
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from bench.servers import Loaded
from holdfast import config
from holdfast.site.application import build_application
from holdfast.site.wiring import open_database
from holdfast.store import Read


class Counter:
    """Counts statements while it is on, whichever of the two ways they take."""

    def __init__(self) -> None:
        self.count = 0
        self._lock = threading.Lock()

    def note(self, *_: object, **__: object) -> None:
        """Count one more."""
        with self._lock:
            self.count += 1

    @contextmanager
    def on(self) -> Iterator[None]:
        """Count from here to the end of the block."""
        fast = Read.fast

        @functools.wraps(fast)
        def counted(*values: Any, **named: Any) -> Any:
            self.note()
            return fast(*values, **named)

        Read.fast = counted  # type: ignore[method-assign]
        event.listen(Engine, "before_cursor_execute", self.note)
        try:
            yield
        finally:
            event.remove(Engine, "before_cursor_execute", self.note)
            Read.fast = fast  # type: ignore[method-assign]


def count(loaded: Loaded, requests: list[tuple[str, str]]) -> list[int]:
    """Statements for each request, with warm caches."""
    logging.disable(logging.INFO)
    environment = {"HOLDFAST_DATA_DIR": str(loaded.data), "HOLDFAST_RATE_LIMITS": "off"}
    if loaded.url:
        environment["HOLDFAST_DATABASE"] = loaded.url
    db = open_database(config.load(environment))
    try:
        return asyncio.run(_count(build_application(db), requests))
    finally:
        db.close()
        logging.disable(logging.NOTSET)


async def _count(app: Any, requests: list[tuple[str, str]]) -> list[int]:
    found = []
    async with app.running():
        for path, token in requests:
            await _ask(app.asgi, path, token)  # fills the caches
            counter = Counter()
            with counter.on():
                status = await _ask(app.asgi, path, token)
            if status != 200:
                raise LookupError(f"{path}: {status}")
            found.append(counter.count)
    return found


async def _ask(asgi: Any, path: str, token: str) -> int:
    """The status of one request to an ASGI application."""
    bare, _, query = path.partition("?")
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": bare, "raw_path": bare.encode(), "query_string": query.encode(), "root_path": "",
        "headers": [(b"host", b"localhost"), (b"authorization", f"Bearer {token}".encode())],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80), "state": {},
    }  # fmt: skip
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await asgi(scope, receive, send)
    return int(sent[0]["status"])
