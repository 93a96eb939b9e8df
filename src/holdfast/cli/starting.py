"""Starting the server, without what only the other commands need: reading their options costs half a second."""

from __future__ import annotations

from holdfast import config
from holdfast.cli import STARTED
from holdfast.cli.output import fail, say
from holdfast.errors import Problem


def start() -> None:
    """Start the server and serve until it is told to stop. Raises what keeps it from starting."""
    from holdfast.cli.operations import register_all
    from holdfast.site.serving import serve  # both load every room, which other commands do not need

    register_all()
    serve(config.load(), say=say, started=STARTED)


def start_or_tell() -> None:
    """Start the server; a problem is told as after any other command."""
    try:
        start()
    except Problem as problem:
        fail(problem, as_json=False)
