"""How an endpoint of the client API is declared, and the one path that every request takes through it.

    @api.get("/api/v1/statuses/{id}", auth="public-or-user", scopes="read:statuses", params=ById, returns=Status)
    def show(call: Call, params: ById) -> bytes: ...

A plain function reads: it runs inside one consistent look at the database, ``call.r``. An ``async``
function may write (``await call.write(command, …)``) or wait for other things.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from litestar import Request
from litestar.types import Receive, Scope, Send

from holdfast.access.bearers import Bearers
from holdfast.access.budgets import Budgets
from holdfast.access.proxies import client_ip
from holdfast.access.sign_up_blocks import Gate
from holdfast.acting import STRANGER, Acting
from holdfast.mastodon.binding import BODY_LIMIT
from holdfast.mastodon.openapi import Route
from holdfast.mastodon.paging import link_header, offset_link_header
from holdfast.mastodon.rendering import Renderer
from holdfast.mastodon.streams import Streams
from holdfast.posts import Memory, Sight
from holdfast.posts.uploading import Uploads
from holdfast.store import Read
from holdfast.timelines import Timelines
from holdfast.vendors import translator
from holdfast.writes import Database

T = TypeVar("T")
S = TypeVar("S", bound=msgspec.Struct)

JSON = (b"content-type", b"application/json; charset=utf-8")
CORS = (
    (b"access-control-allow-origin", b"*"),
    (
        b"access-control-expose-headers",
        b"Link, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, Retry-After, Deprecation, X-Request-Id",
    ),
)
PREFLIGHT = (
    *CORS,
    (b"access-control-allow-methods", b"GET, POST, PUT, PATCH, DELETE, OPTIONS"),
    (b"access-control-allow-headers", b"Authorization, Content-Type, Idempotency-Key"),
    (b"access-control-max-age", b"86400"),
)
_encode = msgspec.json.Encoder().encode


class Reply:
    """Status, body and headers of an answer; it is an ASGI application of one use."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, body: bytes, status: int = 200, headers: tuple[tuple[bytes, bytes], ...] = (JSON,)) -> None:
        self.body = body
        self.status = status
        self.headers: list[tuple[bytes, bytes]] = list(headers)

    def header(self, name: str, value: str) -> Reply:
        """Add a header; for chaining."""
        self.headers.append((name.lower().encode("latin-1"), value.encode("latin-1", "replace")))
        return self

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Send it."""
        self.headers.append((b"content-length", str(len(self.body)).encode()))
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": False})


def reply(value: Any, status: int = 200) -> Reply:
    """An answer in JSON; bytes are taken as JSON that is encoded already."""
    return Reply(value if isinstance(value, bytes) else _encode(value), status)


class Context:
    """What all endpoints of a process share."""

    __slots__ = (
        "bearers",
        "budgets",
        "db",
        "gate",
        "memory",
        "renderer",
        "streams",
        "timelines",
        "translator",
        "uploads",
    )

    def __init__(
        self,
        db: Database,
        renderer: Renderer,
        timelines: Timelines,
        uploads: Uploads,
        budgets: Budgets,
        streams: Streams,
        memory: Memory,
        bearers: Bearers,
        gate: Gate,
    ) -> None:
        self.db = db
        self.gate = gate
        self.translator = translator(db.config.boot.translation, proxy=db.config.boot.outgoing_proxy)
        self.memory = memory
        self.bearers = bearers
        self.renderer = renderer
        self.timelines = timelines
        self.uploads = uploads
        self.budgets = budgets
        self.streams = streams


class Call:
    """One request at an endpoint: who acts, the database, and ways to answer."""

    __slots__ = (
        "_read",
        "_sight",
        "acting",
        "db",
        "ip",
        "renderer",
        "request",
        "streams",
        "timelines",
        "translator",
        "uploads",
    )

    def __init__(self, request: Request[Any, Any, Any], context: Context) -> None:
        self.request = request
        self.db = context.db
        self.renderer = context.renderer
        self.streams = context.streams
        self.timelines = context.timelines
        self.uploads = context.uploads
        self.translator = context.translator
        self.ip = client_ip(request.scope, context.db.config)
        self.acting: Acting = STRANGER
        self._read: Read | None = None
        self._sight: Sight | None = None

    @property
    def r(self) -> Read:
        """The look at the database that a reading endpoint runs in."""
        if self._read is None:
            raise LookupError("only plain (not async) endpoints have a look at the database of their own")
        return self._read

    @property
    def sight(self) -> Sight:
        """The viewer's look at posts, which answers from memory what it can."""
        if self._sight is None:
            raise LookupError("only plain (not async) endpoints have a sight of their own")
        return self._sight

    @property
    def viewer(self) -> int | None:
        """The account that looks, or None for a stranger."""
        return self.acting.account_id

    @property
    def me(self) -> int:
        """The acting account; only on endpoints with ``auth="user"``."""
        return self.acting.known_id

    async def write(self, command: Callable[..., T], *values: Any, **named: Any) -> T:
        """Await ``command(db, acting, …)``; returns once its commit is on disk."""
        return await self.db.run_write(command, self.acting, *values, **named)

    async def read(self, query: Callable[..., T], *values: Any, **named: Any) -> T:
        """Await ``query(r, …)`` in a reader thread, or at once on SQLite, where it is quicker than changing threads."""

        def look() -> T:
            with self.db.read() as r:
                return query(r, *values, **named)

        return look() if self.db.store.is_sqlite else await self.db.run_read(look)

    async def in_thread(self, work: Callable[..., T], *values: Any, **named: Any) -> T:
        """Await something slow that is no query (hashing, storage) in a thread."""
        return await asyncio.to_thread(work, *values, **named)

    def header(self, name: str) -> str | None:
        """A header of the request."""
        wanted = name.lower().encode()
        for key, value in self.request.scope["headers"]:
            if key == wanted:
                return value.decode("latin-1")
        return None

    def page(self, body: Any, cursors: list[Any], limit: int, *, more: bool | None = None) -> Reply:
        """A page of a list with its Link header."""
        answer = reply(body)
        scope = self.request.scope
        link = link_header(self.db.base_url + scope["path"], scope["query_string"], cursors, limit, more=more)
        return answer.header("link", link) if link else answer

    def offset_page(self, body: Any, offset: int, count: int, limit: int) -> Reply:
        """A page of a list by position with its Link header."""
        answer = reply(body)
        scope = self.request.scope
        link = offset_link_header(self.db.base_url + scope["path"], scope["query_string"], offset, count, limit)
        return answer.header("link", link) if link else answer


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """An endpoint as its module declared it."""

    route: Route
    run: Callable[..., Any]
    needs: tuple[str, ...]
    body_limit: int
    budget: str
    is_oauth: bool
    is_ours: bool
    is_quick: bool
    lets_unconfirmed: bool


def _named(run: Callable[..., Any], method: str, path: str) -> dict[str, str]:
    """How a route is called and described: as the function that serves it."""
    return {
        "method": method,
        "path": path,
        "operation_id": f"{run.__module__.removeprefix('holdfast.mastodon.')}.{run.__name__}.{method.lower()}",
        "summary": (run.__doc__ or "").strip().partition("\n")[0],
    }


class Endpoints:
    """The endpoints of one module, in the order of their declaration; ``is_ours`` for those of our own API."""

    def __init__(self, *, is_ours: bool = False) -> None:
        self.declared: list[Declared] = []
        self._is_ours = is_ours

    def add(
        self,
        method: str,
        path: str,
        *,
        auth: str = "user",
        scopes: str = "",
        params: type[msgspec.Struct] | None = None,
        returns: Any = None,
        tier: int = 3,
        status: int = 200,
        body_limit: int = BODY_LIMIT,
        budget: str = "api",
        is_oauth: bool = False,
        is_quick: bool = False,
        lets_unconfirmed: bool = False,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declare an endpoint. ``scopes`` is ``a|b`` for any or ``a&b`` for all; ``budget`` names its rate limit.

        ``is_quick`` reads run on the event loop itself on SQLite: only for queries well under a millisecond.
        """

        def declare(run: Callable[..., Any]) -> Callable[..., Any]:
            needs = tuple(part for part in scopes.split("&") if part)
            told: dict[str, Any] = _named(run, method, path)
            route = Route(**told, params=params, returns=returns, status=status, scopes=needs, auth=auth, tier=tier)
            self.declared.append(
                Declared(
                    route=route,
                    run=run,
                    needs=needs,
                    body_limit=body_limit,
                    budget=budget,
                    is_oauth=is_oauth,
                    is_ours=self._is_ours,
                    is_quick=is_quick,
                    lets_unconfirmed=lets_unconfirmed,
                )
            )
            return run

        return declare

    def get(self, path: str, **options: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declare a GET endpoint."""
        return self.add("GET", path, **options)

    def post(self, path: str, **options: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declare a POST endpoint."""
        return self.add("POST", path, **options)

    def put(self, path: str, **options: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declare a PUT endpoint."""
        return self.add("PUT", path, **options)

    def patch(self, path: str, **options: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declare a PATCH endpoint."""
        return self.add("PATCH", path, **options)

    def delete(self, path: str, **options: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declare a DELETE endpoint."""
        return self.add("DELETE", path, **options)
