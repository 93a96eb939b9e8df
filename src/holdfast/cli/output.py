"""What commands print: results for people or as JSON, one clear line for a problem, progress bars on terminals."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import msgspec

from holdfast.errors import Problem
from holdfast.site.registry import Progress


def show(result: Any, as_json: bool, people: Callable[[Any], None]) -> None:
    """Print a result: as JSON, or as ``people`` prints it."""
    if as_json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(result), indent=2).decode() + "\n")
    else:
        people(result)


def say(words: str) -> None:
    """Print a line."""
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def table(headings: list[str], rows: list[list[Any]]) -> None:
    """Print a table that fits the terminal."""
    from rich.console import Console  # costs 50 ms, only needed here
    from rich.table import Table

    shown = Table(*headings, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        shown.add_row(*("" if value is None else str(value) for value in row))
    console = Console(markup=False, highlight=False)
    if not console.is_terminal:
        console.width = 200
    console.print(shown)


def fail(problem: Problem, as_json: bool) -> NoReturn:
    """Print a problem as one clear line (or as JSON) and end with code 1."""
    if as_json:
        fields = [{"field": f.field, "reason": f.reason, "message": f.message} for f in getattr(problem, "fields", ())]
        body = {"error": problem.message, "key": problem.key, "fields": fields}
        sys.stdout.write(msgspec.json.encode(body).decode() + "\n")
    else:
        sys.stderr.write(f"holdfast: {problem.message}\n")
    sys.exit(1)


@contextlib.contextmanager
def progress_bar() -> Iterator[Progress]:
    """A progress bar on standard error when that is a terminal; silence elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _label, _done, _total: None
        return
    from rich.console import Console  # costs 50 ms, only needed here
    from rich.progress import Progress as Bars

    with Bars(console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, Any] = {}

        def told(label: str, done: int, total: int) -> None:
            if label not in tasks:
                tasks[label] = bars.add_task(label, total=total)
            bars.update(tasks[label], completed=done, total=total)

        yield told
