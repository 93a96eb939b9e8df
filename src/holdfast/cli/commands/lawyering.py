"""``legal request …`` and ``legal handover``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from holdfast.cli.asking import Json, clock, group, moment_ms, perform
from holdfast.cli.output import fail, say, table
from holdfast.errors import Problem


class Step(StrEnum):
    """Steps before anything is handed over."""

    CALLER = "caller"
    BASIS = "basis"
    SCOPE = "scope"
    COUNSEL = "counsel"


Number = Annotated[str, typer.Argument(help="The number of the request.")]
Deadline = Annotated[str, typer.Option(help="By when: 7d from now, or a moment (UTC).")]
Secret = Annotated[str, typer.Option(help="Until when the member must not be told: 90d, or a moment (UTC).")]


def add(app: typer.Typer) -> None:
    """Put the commands into the program."""
    legal = group("legal", "Requests by authorities, and the handover to a new counsel.")
    requests = group("request", "Requests by authorities: verified, answered, told to the member.")
    for name, command in (
        ("add", put),
        ("list", listing),
        ("show", one),
        ("check", check),
        ("hand-over", hand_over),
        ("answer", answer),
        ("refuse", refuse),
    ):
        requests.command(name)(command)
    legal.add_typer(requests)
    legal.command("handover")(handover)
    app.add_typer(legal)


def put(
    authority: Annotated[str, typer.Option("--from", help="Which authority asks.")],
    basis: Annotated[str, typer.Option(help="The law that it names, with its section.")],
    asked: Annotated[str, typer.Option(help="What it wants.")],
    deadline: Deadline,
    contact: Annotated[str, typer.Option(help="Who is to be answered.")] = "",
    reference: Annotated[str, typer.Option(help="Its own number.")] = "",
    member: Annotated[str, typer.Option("--about", help="The member whom it is about.")] = "",
    secret: Secret = "",
    as_json: Json = False,
) -> None:
    """Take a request in."""
    try:
        due, end = moment_ms(deadline), moment_ms(secret) if secret else None
    except Problem as problem:
        fail(problem, as_json)
    words = {"authority": authority, "basis": basis, "asked": asked, "contact": contact, "reference": reference}
    perform("request.add", as_json, _shown, deadline=due, secret_until=end, member=member, **words)


def _shown(result: dict[str, Any]) -> None:
    say(f"Request {result['id']} by {result['authority']}, due {clock(result['deadline'])} UTC: {result['state']}.")
    if result["missing"] and result["state"] == "open":
        say(f"Steps missing: {', '.join(result['missing'])}.")
    for each in result["handed_over"]:
        say(f"Handed over {clock(each['handed_at'])}: {each['what']} {each['digest']}".rstrip())


def listing(
    only_open: Annotated[bool, typer.Option("--open", help="Only those that are open.")] = False, as_json: Json = False
) -> None:
    """List requests: what is open first, the soonest due first."""

    def told(result: list[dict[str, Any]]) -> None:
        rows = [
            [each["id"], each["authority"], each["reference"], clock(each["deadline"]), each["state"]]
            for each in result
        ]
        table(["number", "from", "reference", "due (UTC)", "state"], rows)

    perform("request.list", as_json, told, only_open=only_open)


def one(number: Number, as_json: Json = False) -> None:
    """Show a request with its steps and what was handed over."""
    perform("request.show", as_json, _shown, number=number)


def check(
    number: Number, step: Annotated[Step, typer.Argument(help="The step that was taken.")], as_json: Json = False
) -> None:
    """Note that a step was taken: caller (called back), basis, scope, counsel."""
    perform("request.check", as_json, _shown, number=number, step=step.value)


def hand_over(
    number: Number,
    what: Annotated[str, typer.Option(help="What was handed over, in a line.")],
    file: Annotated[str, typer.Option(help="The file; its digest is recorded, not its content.")] = "",
    as_json: Json = False,
) -> None:
    """Record what was handed over; every step has to be taken before."""
    path = str(Path(file).resolve()) if file else ""
    perform("request.hand_over", as_json, _shown, number=number, what=what, file=path)


Outcome = Annotated[str, typer.Option(help="How it ended; the member reads it.")]


def answer(number: Number, outcome: Outcome, as_json: Json = False) -> None:
    """Close a request as answered; the member is told unless that is still forbidden."""
    perform("request.close", as_json, _shown, number=number, state="answered", outcome=outcome)


def refuse(number: Number, outcome: Outcome, as_json: Json = False) -> None:
    """Close a request as refused."""
    perform("request.close", as_json, _shown, number=number, state="refused", outcome=outcome)


def handover(
    recipient: Annotated[str, typer.Option("--to", help="The public key (age1…) of who takes over.")],
    output: Annotated[str, typer.Option(help="The file to write.")] = "handover.zip.age",
    as_json: Json = False,
) -> None:
    """Pack what a new counsel needs in the first hour, sealed to their key."""

    def told(result: dict[str, Any]) -> None:
        say(f"{result['file']}: {result['bytes']:,} bytes. It opens with: age -d -i KEY {Path(result['file']).name}")

    perform("legal.handover", as_json, told, recipient=recipient, file=str(Path(output).resolve()))
