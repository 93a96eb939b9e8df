"""``suggest …``."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from holdfast.cli.asking import Json, group, perform
from holdfast.cli.output import say, table

Name = Annotated[str, typer.Argument(help="The account's name.")]

_UNSEEN = "It does not want to be found (its owner can change that), so nobody is shown it."


def add(app: typer.Typer) -> None:
    """Put the commands into the program."""
    suggest = group("suggest", "Accounts that you suggest to every member.")
    suggest.command("add")(suggest_account)
    suggest.command("remove")(remove)
    suggest.command("list")(listing)
    app.add_typer(suggest)


def suggest_account(name: Name, as_json: Json = False) -> None:
    """Suggest an account to everybody who does not follow it."""

    def told(result: dict[str, Any]) -> None:
        say(f"{result['name']} is suggested." if result["changed"] else f"{result['name']} was suggested already.")
        if not result["is_discoverable"]:
            say(_UNSEEN)

    perform("suggest.set", as_json, told, name=name, is_featured=True)


def remove(name: Name, as_json: Json = False) -> None:
    """Suggest an account no longer."""

    def told(result: dict[str, Any]) -> None:
        say(f"{result['name']} is not suggested any more." if result["changed"] else "It was not suggested.")

    perform("suggest.set", as_json, told, name=name, is_featured=False)


def listing(as_json: Json = False) -> None:
    """List the suggested accounts, the latest first."""

    def told(result: list[dict[str, Any]]) -> None:
        table(["name", "shown"], [[one["name"], "yes" if one["is_discoverable"] else "no"] for one in result])

    perform("suggest.list", as_json, told)
