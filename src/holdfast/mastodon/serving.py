"""Serving the declared endpoints: the one path that every request takes, from token to bytes."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import Any

import msgspec
from litestar import Litestar, Request
from litestar.exceptions import MethodNotAllowedException
from litestar.types import ASGIApp, Receive, Scope, Send

from holdfast.access import scopes as scope_tree
from holdfast.access.bearers import bearer
from holdfast.access.budgets import Left
from holdfast.acting import STRANGER, Acting
from holdfast.errors import Invalid, Problem, Refused, Unauthenticated
from holdfast.mastodon import errors
from holdfast.mastodon.binding import bind
from holdfast.mastodon.endpoints import CORS, JSON, PREFLIGHT, Call, Context, Declared, Reply, reply
from holdfast.mastodon.entities.base import datetime_text
from holdfast.mastodon.reading import Raw, read_pairs, read_raw, take_rest
from holdfast.mastodon.routing import Routes
from holdfast.store import Read

KEPT_QUERIES = 256  # bound parameters of each endpoint
_PERSONAL = (b"cache-control", b"private, no-store")
_encode = msgspec.json.Encoder().encode


class OutsideScopes(Refused):
    """This action is outside the authorized scopes"""

    key = "insufficient_scope"


class NeedsUser(Invalid):
    """This method requires an authenticated user"""

    key = "needs_user"


class Front:
    """The declared endpoints, before another application that has everything else. It is an ASGI application."""

    def __init__(self, context: Context, declared: Iterable[Declared], app: Litestar) -> None:
        self._app = app
        self._routes: Routes[_Served] = Routes()
        for endpoint in declared:
            self._routes.add(endpoint.route.method, endpoint.route.path, _Served(context, endpoint))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or hand it on."""
        told: dict[str, Any] = scope  # type: ignore[assignment]
        method = told.get("method", "")  # a socket has none
        found = self._routes.find(told["path"], method) if told["type"] == "http" else None
        if found is None:
            await self._app(scope, receive, send)
            return
        # What the framework would have put there.
        told |= {"litestar_app": self._app, "path_params": found.values, "path_template": found.pattern}
        told.setdefault("state", {})
        answer: ASGIApp
        served = found.methods.get(method)
        if served is not None:
            answer = await served(Request(scope, receive, send))
        elif method == "OPTIONS":
            answer = Reply(b"", 204, PREFLIGHT)
        else:
            answer = _not_allowed(Request(scope, receive, send), found.methods)
        await answer(scope, receive, send)


def _not_allowed(request: Request[Any, Any, Any], methods: Iterable[str]) -> Reply:
    told = errors.answer_for(request, MethodNotAllowedException(), is_oauth=False)
    answer = Reply(_encode(told.body), told.status, (JSON, *CORS))
    return answer.header("allow", ", ".join(sorted({*methods, "OPTIONS"})))


class _Served:
    """An endpoint in service."""

    def __init__(self, context: Context, endpoint: Declared) -> None:
        self._context = context
        self._db = db = context.db
        self._budgets = context.budgets
        self._memory = context.memory
        self._bearers = context.bearers
        self._gate = context.gate
        self._endpoint = endpoint
        self._auth = endpoint.route.auth
        self._asked: dict[bytes, msgspec.Struct] = {}
        self._params = endpoint.route.params
        self._is_async = inspect.iscoroutinefunction(endpoint.run)
        self._inline = endpoint.is_quick and db.store.is_sqlite

    async def __call__(self, request: Request[Any, Any, Any]) -> Reply:
        call = Call(request, self._context)
        try:
            self._gate.check(call.ip)
            answer = await self._answer(call)
        except Exception as fault:
            answer = self._refusal(request, fault)
        if request.method != "GET" and not await take_rest(request):
            answer.header("connection", "close")
        if answer.status != 204 or answer.headers[:1] == [JSON]:
            answer.headers.extend(CORS)
        answer.headers.extend(_told(self._budgets.left(self._budget_key(call), self._endpoint.budget)))
        if call.acting is not STRANGER:
            answer.headers.append(_PERSONAL)
        return answer

    async def _answer(self, call: Call) -> Reply:
        if self._is_async:
            token = _token(call)
            if token is not None:
                call.acting = await call.read(self._authenticate, token, call.ip)
            self._admit(call)
            bound = await self._bound(call.request)
            result = self._endpoint.run(call, bound) if bound is not None else self._endpoint.run(call)
            return _as_reply(await result, self._endpoint.route.status)
        params: msgspec.Struct | None = None
        fault: Problem | None = None
        try:
            params = await self._bound(call.request)
        except Problem as wrong:
            fault = wrong  # told to those who may ask at all
        if self._inline:
            return self._look(call, params, fault)
        return await self._db.run_read(self._look, call, params, fault)

    def _look(self, call: Call, params: msgspec.Struct | None, fault: Problem | None) -> Reply:
        with self._db.read() as r:
            call._read = r
            sight = self._memory.sight(r, None)
            token = _token(call)
            if token is not None:
                call.acting = acting = self._bearers.acting(
                    sight, token, ip=call.ip, lets_unconfirmed=self._endpoint.lets_unconfirmed
                )
                sight.viewer = acting.account_id
            call._sight = sight
            self._admit(call)
            if fault is not None:
                raise fault
            found = self._endpoint.run(call, params) if params is not None else self._endpoint.run(call)
        return _as_reply(found, self._endpoint.route.status)

    def _authenticate(self, r: Read, token: str, ip: str) -> Acting:
        return bearer(r, token, ip=ip, lets_unconfirmed=self._endpoint.lets_unconfirmed)

    def _admit(self, call: Call) -> None:
        """Session, scope and rate; what the account itself may do is for the command to say."""
        acting = call.acting
        self._budgets.spend(self._budget_key(call), self._endpoint.budget)
        if acting is STRANGER:
            if self._auth in ("user", "app"):
                raise Unauthenticated("The access token is invalid")
            return
        if self._auth == "user" and acting.account_id is None:
            raise NeedsUser()
        granted = acting.scopes or frozenset()
        for need in self._endpoint.needs:
            if not any(scope_tree.covers(granted, one) for one in need.split("|")):
                raise OutsideScopes()

    def _budget_key(self, call: Call) -> int | str:
        return call.acting.account_id if call.acting.account_id is not None else call.ip

    async def _bound(self, request: Request[Any, Any, Any]) -> msgspec.Struct | None:
        if self._params is None:
            return None
        scope = request.scope
        if any(key == b"content-type" for key, _ in scope["headers"]):
            raw = await read_raw(request, body_limit=self._endpoint.body_limit)
        else:
            query, path = scope["query_string"], scope["path_params"]
            if not path:
                return self._bound_query(self._params, query)
            raw = Raw(read_pairs(query).items() if query else ())
            raw.update(path)
            raw.path = frozenset(path)
        return bind(self._params, raw)

    def _bound_query(self, params: type[msgspec.Struct], query: bytes) -> msgspec.Struct:
        """Parameters from the query alone; kept, since apps ask for the same first pages all day."""
        kept = self._asked.get(query)
        if kept is None:
            kept = bind(params, Raw(read_pairs(query).items() if query else ()))
            if len(self._asked) >= KEPT_QUERIES:
                self._asked.clear()
            self._asked[query] = kept
        return kept

    def _refusal(self, request: Request[Any, Any, Any], fault: Exception) -> Reply:
        endpoint = self._endpoint
        found = errors.answer_for(request, fault, is_oauth=endpoint.is_oauth, is_ours=endpoint.is_ours)
        answer = Reply(_encode(found.body), found.status)
        for name, value in found.headers.items():
            answer.header(name, value)
        return answer


def _told(budget: Left) -> tuple[tuple[bytes, bytes], ...]:
    """The three headers that say how a budget stands."""
    return (
        (b"x-ratelimit-limit", str(budget.most).encode()),
        (b"x-ratelimit-remaining", str(budget.left).encode()),
        (b"x-ratelimit-reset", datetime_text(budget.until).encode()),
    )


def _token(call: Call) -> str | None:
    found = call.header("authorization")
    if found is not None:
        kind, _, token = found.partition(" ")
        return token.strip() if kind.lower() == "bearer" and token else None
    query = call.request.scope["query_string"]
    named = read_pairs(query).get("access_token") if b"access_token=" in query else None
    return named if isinstance(named, str) and named else None


def _as_reply(found: Any, status: int) -> Reply:
    return found if isinstance(found, Reply) else reply(found, status)
