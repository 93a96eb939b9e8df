"""Around every request: an id, a count, a line in the log, and a plain answer to what nobody foresaw.

This runs for each request of the server, so it does nothing twice and nothing that it need not.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from itertools import count
from time import perf_counter_ns
from typing import Any

from holdfast.access.proxies import client_ip, is_from_trusted_proxy
from holdfast.config import Settings
from holdfast.ops.logs import RequestLog, request_id
from holdfast.ops.metrics import RequestCounts

log = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Any, Any, Any], Awaitable[None]]

LONGEST_UNKNOWN = 24  # characters; the secrets of this house are longer
_NO_ROUTE = "none"
_SANE = re.compile(r"[A-Za-z0-9._\-]{8,64}")
_ONLY_VARIABLE = re.compile(r"(/\{[^/]*\})+")  # somebody's profile or post, or nobody's
_SECRET_PART = re.compile(r"\{[^}]*(token|code|key|secret)[^}]*\}")
_BUG = b'{"error":"Something went wrong here. It has been noted."}'
_BUG_HEADERS = [(b"content-type", b"application/json; charset=utf-8"), (b"content-length", b"%d" % len(_BUG))]


class Observed:
    """An ASGI application around another one."""

    def __init__(self, app: App, settings: Settings, counts: RequestCounts) -> None:
        self._app = app
        self._settings = settings
        self._counts = counts
        self._has_proxies = bool(settings.boot.trusted_proxies)
        self._line = RequestLog(settings.boot.log_format).write if settings.boot.log_level in _TOLD else None
        self._start = secrets.token_hex(4)
        self._numbers = count(1)
        self._shown: dict[str, bool] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request or serve one connection."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        started, counts = perf_counter_ns(), self._counts
        number = (self._has_proxies and self._given(scope)) or f"{self._start}-{next(self._numbers):x}"
        request_id.set(number)
        status = 101 if scope["type"] == "websocket" else 0

        async def observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", number.encode())]
            await send(message)

        counts.open += 1
        try:
            await self._app(scope, receive, observed)
        except Exception:
            log.exception("a request failed")
            if status == 0:
                await observed({"type": "http.response.start", "status": 500, "headers": _BUG_HEADERS})
                await observed({"type": "http.response.body", "body": _BUG, "more_body": False})
        finally:
            counts.open -= 1
            route, took = scope.get("path_template") or _NO_ROUTE, perf_counter_ns() - started
            method = scope.get("method", "WEBSOCKET")
            counts.add(route, method if method in _METHODS else "other", status, took)
            if self._line is not None:
                self._line(number, method, self._path(scope, route, status), status, took, self._ip(scope))

    def _given(self, scope: Scope) -> str | None:
        for name, value in scope["headers"]:
            if name == b"x-request-id" and is_from_trusted_proxy(scope, self._settings):
                told: str = value.decode("latin-1")
                return told if _SANE.fullmatch(told) else None
        return None

    def _path(self, scope: Scope, route: str, status: int) -> str:
        """The path, or only its pattern where a part of it is a secret; little of one that leads nowhere, since
        nobody knows what is in it: a link that was cut in the wrong place has its secret there too."""
        if route == _NO_ROUTE or (status == 404 and _ONLY_VARIABLE.fullmatch(route)):
            return f"unmatched:/{scope['path'].lstrip('/').partition('/')[0][:LONGEST_UNKNOWN]}"
        hides = self._shown.get(route)
        if hides is None:
            hides = self._shown[route] = bool(_SECRET_PART.search(route))
        return route if hides else scope["path"][:500]

    def _ip(self, scope: Scope) -> str:
        if self._has_proxies:
            return client_ip(scope, self._settings)
        client = scope.get("client")
        return client[0] if client else ""


_TOLD = ("debug", "info")
_METHODS = frozenset(("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "WEBSOCKET"))
