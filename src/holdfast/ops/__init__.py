"""The operators' door: health, readiness, metrics, request ids and log lines."""

from __future__ import annotations

from holdfast.ops.health import Check, Readiness, State, readiness
from holdfast.ops.logs import configure as configure_logs
from holdfast.ops.logs import request_id
from holdfast.ops.observing import Observed
from holdfast.ops.routes import Operations, routes

__all__ = [
    "Check",
    "Observed",
    "Operations",
    "Readiness",
    "State",
    "configure_logs",
    "readiness",
    "request_id",
    "routes",
]
