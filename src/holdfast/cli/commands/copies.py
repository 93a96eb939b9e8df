"""``backup now`` and ``export``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from holdfast.cli.asking import Json, group, perform
from holdfast.cli.output import say


def add(app: typer.Typer) -> None:
    """Put the commands into the program."""
    backups = group("backup", "Copies of everything.")
    backups.command("now")(backup_now)
    app.add_typer(backups)
    app.command("export")(export)


def backup_now(
    folder: Annotated[str, typer.Option("--to", help="Where to put it; backup_dir otherwise.")] = "",
    as_json: Json = False,
) -> None:
    """Write a consistent copy of database, media and secrets while the server goes on."""

    def people(result: dict[str, Any]) -> None:
        say(f"{result['folder']}: {result['files']} files, {result['bytes']:,} bytes.")
        say("It holds the server's secrets: keep it as safe as the server itself.")

    perform("backup.now", as_json, people, folder=str(Path(folder).resolve()) if folder else "")


def export(
    account: Annotated[str, typer.Argument(help="The member's name.")],
    file: Annotated[str, typer.Option("--to", help="The ZIP file to write; NAME.zip here otherwise.")] = "",
    as_json: Json = False,
) -> None:
    """Write all that a member has into a ZIP file."""
    target = Path(file or f"{account.removeprefix('@')}.zip").resolve()

    def people(result: dict[str, Any]) -> None:
        say(f"{result['file']}: {result['posts']} posts, {result['pictures']} pictures.")

    perform("export", as_json, people, account=account, file=str(target))
