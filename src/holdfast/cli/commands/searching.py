"""``search …``."""

from __future__ import annotations

import typer

from holdfast.cli.asking import Json, group, perform
from holdfast.cli.output import say


def add(app: typer.Typer) -> None:
    """Put the commands into the program."""
    search = group("search", "The index that search goes by.")
    search.command("rebuild")(rebuild)
    search.callback()(lambda: None)  # with one command alone its name would be left out
    app.add_typer(search)


def rebuild(as_json: Json = False) -> None:
    """Make the index of posts anew, while the server goes on."""
    perform("search.rebuild", as_json, lambda result: say(f"{result['posts']:,} posts looked at."))
