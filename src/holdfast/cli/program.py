"""The program ``holdfast``: its commands, how they are run and how their problems are told."""

from __future__ import annotations

import sys

import typer

from holdfast.cli.commands import GROUPS
from holdfast.cli.output import fail
from holdfast.errors import Problem


def build() -> typer.Typer:
    """The program with every command."""
    app = typer.Typer(
        name="holdfast",
        help="A social network server that no single vendor can switch off, and that moderates in time.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    for module in GROUPS:
        module.add(app)
    return app


def run() -> None:
    """Run the program with the process's arguments."""
    try:
        build()(prog_name="holdfast")
    except Problem as problem:
        fail(problem, as_json="--json" in sys.argv)
