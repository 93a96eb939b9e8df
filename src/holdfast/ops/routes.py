"""The door for operators: ``/healthz``, ``/readyz`` and ``/metrics``."""

from __future__ import annotations

import hmac
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.handlers import BaseRouteHandler

from holdfast.access.proxies import is_loopback
from holdfast.ops import metrics
from holdfast.ops.health import State, readiness
from holdfast.ops.metrics import Lag, RequestCounts
from holdfast.ops.noting import Notes
from holdfast.writes import Database

_JSON = "application/json; charset=utf-8"
_NO_STORE = {"cache-control": "no-store"}


class Operations:
    """What the operators' door needs: counters and the state of the process."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.requests = RequestCounts()
        self.lag = Lag()
        self.state = State()
        self.notes = Notes(db, self.requests, lambda: self.state.open_streams())


def routes(operations: Operations) -> list[BaseRouteHandler]:
    """The handlers of this door."""
    db, state = operations.db, operations.state

    @get("/healthz", sync_to_thread=False)
    def alive() -> Response[bytes]:
        return Response(b'{"alive":true}', media_type=_JSON, headers=_NO_STORE)

    @get("/readyz")
    async def ready() -> Response[bytes]:
        found = await db.run_read(readiness, db, state)
        body = msgspec.json.encode(found)
        return Response(body, status_code=200 if found.ready else 503, media_type=_JSON, headers=_NO_STORE)

    @get("/metrics")
    async def measured(request: Request[Any, Any, Any]) -> Response[bytes]:
        if not _may_read_metrics(request, db):
            return Response(b'{"error":"This method is for the operator."}', status_code=403, media_type=_JSON)
        body = await db.run_read(metrics.render, db, operations.requests, operations.lag, state.open_streams())
        return Response(body, media_type=metrics.CONTENT_TYPE, headers=_NO_STORE)

    return [alive, ready, measured]


def _may_read_metrics(request: Request[Any, Any, Any], db: Database) -> bool:
    token = db.config.boot.metrics_token
    if not token:
        return is_loopback(request.scope)
    given = request.headers.get("authorization", "")
    return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
