"""``up``, ``init``, ``version``."""

from __future__ import annotations

from typing import Annotated

import typer

from holdfast import __version__
from holdfast.cli.asking import Json, perform
from holdfast.cli.output import say, show
from holdfast.cli.starting import start


def add(app: typer.Typer) -> None:
    """Put the commands into the program."""
    app.command()(up)
    app.command()(init)
    app.command()(version)


def up() -> None:
    """Start the server: web, API, streams and jobs in one process."""
    start()


def init(
    name: Annotated[str, typer.Option(help="The community's name.")],
    owner: Annotated[str, typer.Option(help="Name of the owner's account.")],
    registration: Annotated[str, typer.Option(help="Who may sign up: open, approval, invite or closed.")] = "approval",
    email: Annotated[str, typer.Option(help="The owner's e-mail address.")] = "",
    password: Annotated[
        str,
        typer.Option(
            prompt="Password of the owner", hide_input=True, confirmation_prompt=True, help="Asked for when not given."
        ),
    ] = "",
    domain: Annotated[str, typer.Option(help="Public domain; can follow until a second member has joined.")] = "",
    description: Annotated[str, typer.Option(help="One or two sentences about the community.")] = "",
    rule: Annotated[list[str] | None, typer.Option(help="A rule; can be given several times.")] = None,
    as_json: Json = False,
) -> None:
    """Set a new server up without a browser."""
    perform(
        "init",
        as_json,
        lambda result: say(f"{name} is set up. Its owner is @{result['owner']}; it answers at {result['url']}."),
        name=name,
        registration=registration,
        owner=owner,
        email=email,
        password=password,
        domain=domain,
        description=description,
        rules=rule or [],
    )


def version(as_json: Json = False) -> None:
    """Print the version."""
    show({"version": __version__}, as_json, lambda result: say(result["version"]))
