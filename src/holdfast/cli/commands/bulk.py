"""``holdfast bulk …``: one decision over many cases."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from holdfast.cli.asking import Json, group, perform
from holdfast.cli.commands.casework import Facts, Label, Law, Measure, Member, Note, OnAccount, Rules
from holdfast.cli.output import say

Number = Annotated[str, typer.Argument(help="The number of the bulk decision.")]


def add(app: typer.Typer) -> None:
    """Put the commands into the program."""
    bulk = group("bulk", "One decision over many cases, and one undo for all of it.")
    for name, command in (("decide", decide), ("show", show), ("stop", stop), ("resume", resume), ("undo", undo)):
        bulk.command(name)(command)
    app.add_typer(bulk)


def decide(
    cases: Annotated[list[str] | None, typer.Argument(help="Numbers of cases; or search for them.")] = None,
    search: Annotated[str, typer.Option(help="Cases about posts in which these words stand.")] = "",
    harm: Annotated[str, typer.Option("--of", help="Cases of this kind of harm.")] = "",
    about: Annotated[str, typer.Option(help="Cases about a post, account, media, hashtag, link or domain.")] = "",
    overdue: Annotated[bool, typer.Option("--overdue", help="Cases whose time is over.")] = False,
    contained: Annotated[bool, typer.Option("--contained", help="Cases of what is hidden for the time being.")] = False,
    measure: Measure = "nothing",
    account: OnAccount = "nothing",
    rule: Rules = [],  # noqa: B006 -- never changed
    law: Law = "",
    facts: Facts = "",
    note: Note = "",
    label: Label = "",
    count: Annotated[int | None, typer.Option(help="How many cases you mean; asked for above 20.")] = None,
    look: Annotated[bool, typer.Option("--look", help="Only say how many cases are meant, and name five.")] = False,
    member: Member = "",
    as_json: Json = False,
) -> None:
    """Decide the same in many open cases. The server does it in the background; `bulk show` says how far it is."""

    def told(result: dict[str, Any]) -> None:
        say(f"{result['count']} cases are meant, among them {', '.join(result['samples'])}.")
        if "id" in result:
            say(f"Begun. `holdfast bulk show {result['id']}` says how far it is, `bulk undo` takes all of it back.")

    words = {"law": law, "facts": facts, "note": note, "label": label}
    perform(
        "bulk.decide",
        as_json,
        told,
        search={"words": search, "category": harm, "about": about, "overdue": overdue, "contained": contained},
        cases=cases or [],
        verdict={"on_subject": measure, "on_account": account, "rule_ids": rule, **words},
        count=count,
        only_look=look,
        member=member,
    )


def show(number: Number, as_json: Json = False) -> None:
    """Say how far a bulk decision is."""
    perform("bulk.show", as_json, _told, bulk_id=number)


def stop(number: Number, member: Member = "", as_json: Json = False) -> None:
    """Halt it; what was decided so far stands."""
    perform("bulk.steer", as_json, _told, bulk_id=number, what="stop", member=member)


def resume(number: Number, member: Member = "", as_json: Json = False) -> None:
    """Let it go on."""
    perform("bulk.steer", as_json, _told, bulk_id=number, what="resume", member=member)


def undo(number: Number, member: Member = "", as_json: Json = False) -> None:
    """Take all of it back."""
    perform("bulk.steer", as_json, _told, bulk_id=number, what="undo", member=member)


def _told(result: dict[str, Any]) -> None:
    say(f"{result['state']}: decided in {result['decided']} of {result['total']} cases, {result['skipped']} left out.")
    for why, count in result["left_out"].items():
        say(f"  {why}: {count}")
    if result["undoing_at"]:
        say(f"Taken back: {result['undone']}.")
