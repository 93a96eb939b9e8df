"""Log lines: one form for people, one for machines. What is secret never gets this far.

A request's line is made by hand and written at once, since ``logging`` would cost more than all else that
happens around a request.
"""

from __future__ import annotations

import logging
import os
import sys
import time
from contextvars import ContextVar
from typing import Any, Literal

import msgspec

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request that is being answered, for every line that is logged meanwhile."""

_OWN_FIELDS = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName", "color_message"}
_encode = msgspec.json.Encoder().encode


def configure(level: str, form: Literal["text", "json"]) -> None:
    """Send every logger's lines to standard error in the given form."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for chatty in ("httpx", "httpcore", "alembic", "sqlalchemy", "asyncio"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    logging.getLogger("_granian").setLevel(logging.CRITICAL)  # it reports what this house reports itself


def _extras(record: logging.LogRecord) -> dict[str, Any]:
    extras = {key: value for key, value in record.__dict__.items() if key not in _OWN_FIELDS}
    current = request_id.get()
    if current:
        extras["request_id"] = current
    return extras


def _stamp(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{int(seconds % 1 * 1000):03d}Z"


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line."""
        line: dict[str, Any] = {
            "time": _stamp(record.created),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        } | {key: _plain(value) for key, value in _extras(record).items()}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return _encode(line).decode()


class TextLines(logging.Formatter):
    """A line for people."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line (and a traceback below it)."""
        words = " ".join(f"{key}={value}" for key, value in _extras(record).items())
        line = f"{_stamp(record.created)} {record.levelname:<7} {record.name}: {record.getMessage()} {words}".rstrip()
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool | None) else str(value)


class RequestLog:
    """Writes one line for each request, straight to standard error."""

    def __init__(self, form: Literal["text", "json"]) -> None:
        self._form = form
        self._second = 0
        self._prefix = ""

    def write(self, number: str, method: str, path: str, status: int, took_ns: int, ip: str) -> None:
        """One request: its id, what was asked (never the query string), the answer, how long it took."""
        now = time.time()
        second = int(now)
        if second != self._second:  # the calendar is asked once a second
            self._second = second
            self._prefix = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
        stamp = f"{self._prefix}.{int((now - second) * 1000):03d}Z"
        if self._form == "json":
            line = _encode(
                {
                    "time": stamp,
                    "level": "info",
                    "logger": "request",
                    "event": "request",
                    "request_id": number,
                    "method": method,
                    "path": path,
                    "status": status,
                    "ms": took_ns // 10_000 / 100,
                    "ip": ip,
                }
            )
            os.write(2, line + b"\n")
        else:
            text = f"{stamp} INFO    request: {method} {_one_line(path)} {status} {took_ns / 1e6:.2f}ms {ip} {number}\n"
            os.write(2, text.encode("utf-8", "replace"))


def _one_line(path: str) -> str:
    """A path that cannot forge another log line."""
    return path if path.isprintable() else path.encode("unicode_escape").decode()
