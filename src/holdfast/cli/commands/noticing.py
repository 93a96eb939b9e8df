"""``notice …``."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from holdfast.cli.asking import Json, clock, group, moment_ms, perform
from holdfast.cli.output import fail, say, table
from holdfast.errors import Invalid, Problem

MET = {True: "yes", False: "no", None: ""}


class Kind(StrEnum):
    """Who sends notices."""

    HOST = "host"
    APP_STORE = "app_store"
    AUTHORITY = "authority"
    ORDER = "order"


class Format(StrEnum):
    """How an answer is written."""

    MD = "md"
    JSON = "json"
    PDF = "pdf"


File = Annotated[str, typer.Argument(help="The letter as a text file, list or table (CSV); - reads standard input.")]
Sender = Annotated[str, typer.Option("--from", help="Who sent it.")]
Deadline = Annotated[str, typer.Option(help="By when: 24h from now, or a moment such as 2026-12-01T18:00 (UTC).")]
KindOption = Annotated[Kind, typer.Option(help="What the sender is; an order of an authority waits one hour at most.")]
Category = Annotated[str, typer.Option(help="The kind of harm that it is about, such as threat, hate or illegal.")]
Reference = Annotated[str, typer.Option(help="The sender's own number for it.")]
Number = Annotated[str, typer.Argument(help="The number of the notice.")]


def add(app: typer.Typer) -> None:
    """Put the commands into the program."""
    notice = group("notice", "Letters of hosts, app stores and authorities that want something looked at in time.")
    notice.command("add")(take)
    notice.command("list")(listing)
    notice.command("show")(show)
    notice.command("report")(report)
    notice.command("answered")(answered)
    app.add_typer(notice)


def take(
    file: File,
    sender: Sender,
    deadline: Deadline,
    kind: KindOption = Kind.HOST,
    category: Category = "illegal",
    reference: Reference = "",
    as_json: Json = False,
) -> None:
    """Take a letter in: whatever of this server it names comes into the queue with its deadline."""
    try:
        body, moment = _letter(file), moment_ms(deadline)
    except Problem as problem:
        fail(problem, as_json)
    perform(
        "notice.add",
        as_json,
        _summary,
        sender=sender,
        body=body,
        deadline=moment,
        kind=kind.value,
        category=category,
        reference=reference,
    )


def _letter(file: str) -> str:
    """The words of a letter. Raises :class:`Invalid` where there is no such file."""
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as fault:
        raise Invalid(f"'{file}' cannot be read: {fault.strerror}.") from fault
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):  # as spreadsheets write text
        return data.decode("utf-16", "replace")
    return data.decode("utf-8-sig", "replace")


def listing(as_json: Json = False) -> None:
    """List notices, the newest first."""

    def told(result: list[dict[str, Any]]) -> None:
        rows = [
            [
                one["notice"]["id"],
                one["notice"]["sender"],
                clock(one["notice"]["received_at"]),
                clock(one["notice"]["deadline"]),
                f"{one['decided']} + {one['contained']} of {one['found']}",
                MET[one["is_deadline_met"]],
                clock(one["notice"]["answered_at"]),
            ]
            for one in result
        ]
        table(["number", "from", "received", "deadline", "decided + hidden", "in time", "answered"], rows)

    perform("notice.list", as_json, told)


def show(number: Number, as_json: Json = False) -> None:
    """Show one notice with its entries and what became of them."""

    def told(result: dict[str, Any]) -> None:
        _summary(result)
        rows = [
            [one["position"], one["written"], one["problem_words"] or one["state"], one["case_id"]]
            for one in result["items"]
        ]
        table(["#", "written", "state", "case"], rows)

    perform("notice.show", as_json, told, notice_id=number)


def report(
    number: Number,
    form: Annotated[Format, typer.Option("--format", help="A letter in Markdown or as PDF, or JSON.")] = Format.MD,
    output: Annotated[Path | None, typer.Option(help="Write it into this file instead of printing it.")] = None,
    as_json: Json = False,
) -> None:
    """Write the answer: each entry, what was done, when, under which rule; and the sums.

    Into a file it comes with the server's signature beside it (FILE.sig), as PDF always so.
    """
    if output is not None or form is Format.PDF:
        kind = Format.JSON if as_json and form is Format.MD else form
        target = str((output or Path(f"answer-{number}.{kind.value}")).resolve())
        perform("notice.write", as_json, _filed, notice_id=number, form=kind.value, file=target)
    elif form is Format.JSON or as_json:
        perform("notice.show", True, _printed, notice_id=number)
    else:
        perform("notice.report", False, _printed, notice_id=number)


def _filed(result: dict[str, Any]) -> None:
    say(f"Written to {result['file']}; the signature stands in {result['signature']}.")


def _printed(text: str) -> None:
    sys.stdout.write(text)


def answered(number: Number, as_json: Json = False) -> None:
    """Note that the answer was sent."""

    def told(result: dict[str, Any]) -> None:
        say(f"Noted as answered: {clock(result['answered_at'])}.")

    perform("notice.answered", as_json, told, notice_id=number)


def _summary(result: dict[str, Any]) -> None:
    notice = result["notice"]
    say(f"Notice {notice['id']} from {notice['sender']}, due {clock(notice['deadline'])} UTC.")
    say(f"{result['found']} found here, {result['not_found']} not found.")
    say(f"{result['decided']} decided, {result['contained']} hidden for the time being, {result['open']} open.")
