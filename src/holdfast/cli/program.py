"""The program ``holdfast``: its commands, how they are run and how their problems are told."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from holdfast import __version__, config
from holdfast.cli import STARTED, operations
from holdfast.cli.calling import call
from holdfast.cli.output import fail, progress_bar, say, show
from holdfast.errors import Problem

app = typer.Typer(
    name="holdfast",
    help="A social network server that no single vendor can switch off, and that moderates in time.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


def perform(name: str, as_json: bool, people: Any, **arguments: Any) -> Any:
    """Run an operation and print its result; a problem ends the program with code 1."""
    try:
        with progress_bar() as progress:
            result = call(name, arguments, progress=progress)
    except Problem as problem:
        fail(problem, as_json)
    show(result, as_json, people)
    return result


@app.command()
def up() -> None:
    """Start the server: web, API, streams and jobs in one process."""
    from holdfast.site.serving import serve  # loads the web server, which no other command needs

    try:
        serve(config.load(), say=say, started=STARTED)
    except Problem as problem:
        fail(problem, as_json=False)


@app.command()
def version(as_json: Json = False) -> None:
    """Print the version."""
    show({"version": __version__}, as_json, lambda result: say(result["version"]))


def run() -> None:
    """Run the program with the process's arguments."""
    try:
        app(prog_name="holdfast")
    except Problem as problem:
        fail(problem, as_json="--json" in sys.argv)


_ = operations
