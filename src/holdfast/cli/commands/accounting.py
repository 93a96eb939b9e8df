"""``moderation …``: the dossier, the improvement plan, statements of reasons and figures of a period."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from holdfast.cli.asking import Json, clock, group, moment_ms, perform
from holdfast.cli.output import fail, say, table
from holdfast.errors import Problem


class Format(StrEnum):
    """How a dossier is written."""

    MD = "md"
    JSON = "json"
    PDF = "pdf"


class Table(StrEnum):
    """How figures and statements are written."""

    JSON = "json"
    CSV = "csv"


Days = Annotated[int, typer.Option(min=1, max=3650, help="How many days back.")]
Since = Annotated[str, typer.Option(help="From when on: a moment such as 2026-01-01 (UTC).")]
Until = Annotated[str, typer.Option(help="Until when; now otherwise.")]
Number = Annotated[str, typer.Argument(help="The number of the measure.")]
Due = Annotated[str, typer.Option(help="Until when: 30d, or a moment such as 2026-12-31 (UTC).")]
As = Annotated[Table, typer.Option("--format", help="JSON, or a table (CSV).")]


def add(app: typer.Typer) -> None:
    """Put the commands into the program."""
    moderation = group("moderation", "How moderation does, for those who ask.")
    moderation.command("dossier")(dossier)
    moderation.command("statements")(statements)
    moderation.command("figures")(figures)
    plan = group("plan", "The improvement plan.")
    plan.command("list")(listing)
    plan.command("add")(put)
    plan.command("done")(done)
    plan.command("drop")(drop)
    moderation.add_typer(plan)
    app.add_typer(moderation)


def dossier(
    days: Days = 90,
    form: Annotated[Format, typer.Option("--format", help="Markdown, JSON or PDF.")] = Format.MD,
    output: Annotated[Path | None, typer.Option(help="Write it into this file, with the signature beside it.")] = None,
    as_json: Json = False,
) -> None:
    """Write what a host or an app store asks for: times, backlog, letters, appeals, staff, rules, plan."""
    if output is not None or form is Format.PDF:
        target = str((output or Path(f"dossier.{form.value}")).resolve())
        perform("moderation.dossier_file", as_json, _filed, days=days, form=form.value, file=target)
    elif as_json or form is Format.JSON:
        perform("moderation.dossier", True, _printed, days=days)
    else:
        perform("moderation.dossier_text", False, _printed, days=days)


def _filed(result: dict[str, Any]) -> None:
    say(f"Written to {result['file']}; the signature stands in {result['signature']}.")


def _printed(text: str) -> None:
    sys.stdout.write(text)


def statements(since: Since, until: Until = "", form: As = Table.JSON, as_json: Json = False) -> None:
    """Print statements of reasons in the form of the DSA Transparency Database."""
    from holdfast.transparency import statements_as_csv  # heavier than a start may be

    span = _span(since, until)
    is_json = as_json or form is Table.JSON
    perform("moderation.statements", is_json, lambda result: _printed(statements_as_csv(result)), **span)


def figures(since: Since, until: Until = "", form: As = Table.JSON, as_json: Json = False) -> None:
    """Print the figures of a period, as a public report has them."""
    from holdfast.transparency import as_csv

    is_json = as_json or form is Table.JSON
    perform("moderation.report", is_json, lambda result: _printed(as_csv(result)), **_span(since, until))


def _span(since: str, until: str) -> dict[str, Any]:
    try:
        return {"since": moment_ms(since), "until": moment_ms(until) if until else None}
    except Problem as problem:
        fail(problem, as_json=False)


def listing(as_json: Json = False) -> None:
    """List the measures of the improvement plan."""

    def told(result: list[dict[str, Any]]) -> None:
        rows = [
            [one["id"], one["text"], one["responsible"], clock(one["due_at"]), clock(one["done_at"])] for one in result
        ]
        table(["number", "measure", "responsible", "due (UTC)", "done"], rows)

    perform("plan.list", as_json, told)


def put(
    text: Annotated[str, typer.Argument(help="What is to be done.")],
    due: Due,
    responsible: Annotated[str, typer.Option(help="Who sees to it.")] = "",
    as_json: Json = False,
) -> None:
    """Put a measure into the plan."""
    try:
        moment = moment_ms(due)
    except Problem as problem:
        fail(problem, as_json)
    told = "Planned as number {id}."
    perform(
        "plan.add", as_json, lambda result: say(told.format(**result)), text=text, due=moment, responsible=responsible
    )


def done(number: Number, as_json: Json = False) -> None:
    """Note that a measure is done."""
    perform("plan.done", as_json, lambda result: say(f"Measure {result['id']} is done."), number=number)


def drop(number: Number, as_json: Json = False) -> None:
    """Take a measure out of the plan."""
    perform("plan.done", as_json, lambda result: say(f"Measure {result['id']} is out."), number=number, drop=True)
