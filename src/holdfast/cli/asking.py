"""What command functions share: the ``--json`` option, running an operation, reading times and lengths of time."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from holdfast.cli.calling import call
from holdfast.cli.output import fail, progress_bar, show
from holdfast.errors import Invalid, Problem

Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]

_LENGTH = re.compile(r"(\d+)\s*(s|m|h|d|w)")
_UNITS_MS = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}


def group(name: str, words: str) -> typer.Typer:
    """An empty group of commands."""
    return typer.Typer(name=name, help=words, no_args_is_help=True, pretty_exceptions_enable=False)


def perform(name: str, as_json: bool, people: Callable[[Any], None], /, **arguments: Any) -> Any:
    """Run an operation and print its result; a problem ends the program with code 1."""
    try:
        with progress_bar() as progress:
            result = call(name, arguments, progress=progress)
    except Problem as problem:
        fail(problem, as_json)
    show(result, as_json, people)
    return result


def length_ms(text: str) -> int:
    """A length of time such as ``90m``, ``12h``, ``7d`` in milliseconds. Raises :class:`Invalid`."""
    found = _LENGTH.fullmatch(text.strip())
    if not found:
        raise Invalid(f"'{text}' is no length of time. Write for example 30m, 12h or 7d.")
    return int(found[1]) * _UNITS_MS[found[2]]


def moment_ms(text: str) -> int:
    """A moment, as ``2026-12-01T18:00`` (UTC unless it says otherwise) or as a length of time from now."""
    if _LENGTH.fullmatch(text.strip()):
        return int(datetime.now(UTC).timestamp() * 1000) + length_ms(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as fault:
        raise Invalid(f"'{text}' is no moment. Write for example 2026-12-01T18:00 or 2h.") from fault
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


def clock(milliseconds: int | None) -> str:
    """A moment for people."""
    if milliseconds is None:
        return ""
    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%d %H:%M")
