"""``hold …``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from holdfast.cli.asking import Json, clock, group, moment_ms, perform
from holdfast.cli.output import fail, say, table
from holdfast.errors import Problem


class Kind(StrEnum):
    """What can be held."""

    CASE = "case"
    POST = "post"
    ACCOUNT = "account"


Number = Annotated[str, typer.Argument(help="The number of the hold.")]


def add(app: typer.Typer) -> None:
    """Put the commands into the program."""
    holds = group("hold", "Legal holds: sealed copies that outlive every deletion, until they are lifted.")
    for name, command in (("place", place), ("list", listing), ("lift", lift), ("export", export)):
        holds.command(name)(command)
    app.add_typer(holds)


def place(
    kind: Annotated[Kind, typer.Argument(help="What is held.")],
    subject: Annotated[str, typer.Argument(help="Its number.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    reference: Annotated[str, typer.Option(help="The number of a court or an authority for it.")] = "",
    until: Annotated[str, typer.Option(help="When it ends by itself: 90d, or a moment (UTC).")] = "",
    recipient: Annotated[
        str, typer.Option("--to", help="A public key of age (age1…): only who has the other half can open it.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Hold a case, a post or an account as it is now; what changes is copied again every hour."""
    try:
        end = moment_ms(until) if until else None
    except Problem as problem:
        fail(problem, as_json)

    def told(result: dict[str, Any]) -> None:
        say(f"Hold {result['id']} is in force.")

    words = {"reason": reason, "reference": reference, "recipient": recipient}
    perform("hold.place", as_json, told, kind=kind.value, subject=subject, until=end, **words)


def listing(
    lifted: Annotated[bool, typer.Option("--all", help="Also those that were lifted.")] = False, as_json: Json = False
) -> None:
    """List holds, the newest first."""

    def told(result: list[dict[str, Any]]) -> None:
        rows = [
            [
                one["id"],
                f"{one['kind']} {one['subject_id']}",
                one["reason"],
                one["reference"],
                clock(one["placed_at"]),
                clock(one["until"]),
                clock(one["lifted_at"]),
            ]
            for one in result
        ]
        table(["number", "what", "why", "reference", "placed (UTC)", "until", "lifted"], rows)

    perform("hold.list", as_json, told, lifted=lifted)


def lift(number: Number, as_json: Json = False) -> None:
    """End a hold: its key and its copies are destroyed."""
    perform("hold.lift", as_json, lambda result: say(f"Hold {result['id']} is lifted."), number=number)


def export(
    number: Number,
    file: Annotated[str, typer.Option("--to", help="The file to write; hold-NUMBER.zip otherwise.")] = "",
    sealed: Annotated[bool, typer.Option("--sealed", help="As it lies in storage, for who has the key.")] = False,
    as_json: Json = False,
) -> None:
    """Write what a hold keeps; that it was opened is logged."""
    target = str(Path(file or f"hold-{number}.{'age' if sealed else 'zip'}").resolve())

    def told(result: dict[str, Any]) -> None:
        for one in result["files"]:
            say(one)

    perform("hold.export", as_json, told, number=number, file=target, sealed=sealed)
