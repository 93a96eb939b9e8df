"""``backup now``, ``export`` and ``import``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from holdfast.cli.asking import Json, group, perform
from holdfast.cli.output import say, table


def add(app: typer.Typer) -> None:
    """Put the commands into the program."""
    backups = group("backup", "Copies of everything.")
    backups.command("now")(backup_now)
    app.add_typer(backups)
    app.command("export")(export)
    imports = group("import", "Files that members bring along.")
    imports.command("csv")(import_csv)
    imports.command("status")(import_status)
    app.add_typer(imports)


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
    kind: Annotated[
        str,
        typer.Option(
            "--csv",
            help="Only this, as other servers take it: following, blocks, mutes, domain_blocks, bookmarks or lists.",
        ),
    ] = "",
    file: Annotated[str, typer.Option("--to", help="The file to write; NAME.zip or NAME-KIND.csv otherwise.")] = "",
    as_json: Json = False,
) -> None:
    """Write all that a member has into a ZIP file."""
    name = account.removeprefix("@")
    target = Path(file or (f"{name}-{kind}.csv" if kind else f"{name}.zip")).resolve()

    def people(result: dict[str, Any]) -> None:
        say(f"{result['file']}: {result['posts']} posts, {result['pictures']} pictures.")

    if kind:
        perform("export.csv", as_json, _told, account=account, kind=kind, file=str(target))
    else:
        perform("export", as_json, people, account=account, file=str(target))


def _told(result: dict[str, Any]) -> None:
    say(f"{result['file']}: {result['bytes']:,} bytes.")


def import_csv(
    account: Annotated[str, typer.Argument(help="The member's name.")],
    file: Annotated[str, typer.Argument(help="The CSV file.")],
    kind: Annotated[
        str, typer.Option(help="What it holds: following, blocks, mutes, domain_blocks, bookmarks or lists.")
    ] = "following",
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="What is not in the file ends, unless a line cannot be used.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Take a CSV file for a member; the server does what its lines say, one after the other."""
    values = {"account": account, "file": str(Path(file).resolve()), "kind": kind, "overwrite": overwrite}
    perform("import.start", as_json, _far, **values)


def import_status(
    account: Annotated[str, typer.Argument(help="The member's name.")],
    as_json: Json = False,
) -> None:
    """Tell how far a member's latest import is, and which lines could not be used."""
    perform("import.show", as_json, _far, account=account)


def _far(result: dict[str, Any]) -> None:
    say(f"{result['kind']}: {result['done']} of {result['total']} lines are done, {result['failed']} cannot be used,")
    say(f"{result['unreachable']} are about other servers. {'It is over.' if result['is_over'] else 'It goes on.'}")
    if result["removed"]:
        say(f"{result['removed']} that the file does not name have ended.")
    table(["line", "what stands there", "why"], [[one["line"], one["text"], one["reason"]] for one in result["unused"]])
