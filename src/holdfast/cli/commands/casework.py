"""``case …`` and ``evidence verify``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from holdfast.cli.asking import Json, clock, group, moment_ms, perform
from holdfast.cli.output import fail, say, show, table
from holdfast.errors import Invalid, Problem

Number = Annotated[str, typer.Argument(help="The number of the case.")]
Member = Annotated[str, typer.Option("--as", help="In the name of this member of the team; their role counts.")]

Measure = Annotated[
    str, typer.Option(help="On the content: nothing, label, warning, less_reach, hide, remove or lock.")
]
OnAccount = Annotated[
    str,
    typer.Option("--account", help="On the account: nothing, note, warning, strike, limit, freeze, suspend, delete."),
]
Harm = Annotated[str, typer.Option(help="The kind of harm, where it is another than the signals say.")]
Rules = Annotated[list[int], typer.Option(help="The number of a rule that is broken; may be given several times.")]
Law = Annotated[str, typer.Option(help="The legal ground, where it is one.")]
Facts = Annotated[str, typer.Option(help="The reasons, for the member.")]
Note = Annotated[str, typer.Option(help="For the team alone.")]
Label = Annotated[str, typer.Option(help="What the label says.")]
Until = Annotated[str, typer.Option(help="When it ends by itself: 7d, or a moment (UTC).")]
KeepOpen = Annotated[bool, typer.Option("--keep-open", help="The case stays open for another decision.")]
Rests = Annotated[bool, typer.Option("--rests", help="More signals about the same version do not open the case again.")]


def add(app: typer.Typer) -> None:
    """Put the commands into the program."""
    cases = group("case", "Cases: what was reported or found, what was decided, and the evidence of it.")
    for name, command in (
        ("list", listing),
        ("show", one),
        ("decide", decide),
        ("undo", undo),
        ("export", export),
    ):
        cases.command(name)(command)
    app.add_typer(cases)
    evidence = group("evidence", "Evidence packs.")
    evidence.command("verify")(verify)
    app.add_typer(evidence)


def listing(
    category: Annotated[str, typer.Option(help="Only this kind of harm, such as threat or spam.")] = "",
    about: Annotated[str, typer.Option(help="Only about a post, account, media, hashtag, link or domain.")] = "",
    overdue: Annotated[bool, typer.Option("--overdue", help="Only those whose time is over.")] = False,
    contained: Annotated[bool, typer.Option("--contained", help="Only those hidden for the time being.")] = False,
    closed: Annotated[bool, typer.Option("--closed", help="Closed cases instead, newest first.")] = False,
    most: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 40,
    as_json: Json = False,
) -> None:
    """List open cases, those with the most harm to expect first."""

    def told(result: list[dict[str, Any]]) -> None:
        rows = [
            [
                one["id"],
                one["title"],
                f"{one['subject_kind']} {one['subject']}",
                one["signals_count"],
                clock(one["deadline"]),
                "hidden" if one["contained_at"] else "closed" if one["closed_at"] else "",
                one["why"],
            ]
            for one in result
        ]
        table(["number", "harm", "about", "signals", "due (UTC)", "state", "why here"], rows)

    perform(
        "case.list",
        as_json,
        told,
        category=category,
        about=about,
        overdue=overdue,
        contained=contained,
        closed=closed,
        most=most,
    )


def one(number: Number, as_json: Json = False) -> None:
    """Show a case: what it is about, what points at it, what was decided."""
    perform("case.show", as_json, _told, case_id=number)


def _told(result: dict[str, Any]) -> None:
    case, subject = result["case"], result["subject"]
    say(f"Case {case['id']}: {case['title']}, about {subject['kind']} {subject.get('url', subject['id'])}")
    say(f"{result['why']} Opened {clock(case['opened_at'])}, due {clock(case['deadline'])} UTC.")
    for name, words in (("contained_at", "Hidden since"), ("decided_at", "Decided"), ("closed_at", "Closed")):
        if case[name]:
            say(f"{words} {clock(case[name])}.")
    for version in subject.get("post", {}).get("versions", [])[-1:]:
        say("")
        say(version["text"])
    say("")
    signals = [
        [clock(s["created_at"]), s["source"], s["category"], s["comment"], s["outcome"]] for s in result["signals"]
    ]
    table(["signal", "source", "harm", "words", "found to be"], signals)
    decisions = [
        [
            d["id"],
            clock(d["created_at"]),
            d["decided_by"],
            d["on_subject"],
            d["on_account"],
            d["facts"],
            clock(d["undone_at"]),
        ]
        for d in result["decisions"]
    ]
    if decisions:
        table(["decision", "when", "by", "on the content", "on the account", "facts", "undone"], decisions)


def decide(
    number: Number,
    measure: Measure = "nothing",
    account: OnAccount = "nothing",
    category: Harm = "",
    rule: Rules = [],  # noqa: B006 -- never changed
    law: Law = "",
    facts: Facts = "",
    note: Note = "",
    label: Label = "",
    until: Until = "",
    keep_open: KeepOpen = False,
    rests: Rests = False,
    member: Member = "",
    as_json: Json = False,
) -> None:
    """Decide in a case. In force at once; the member is told after a minute, in which `case undo` goes unnoticed."""

    def told(result: dict[str, Any]) -> None:
        say(f"Decision {result['id']} is in force. `holdfast case undo {result['id']}` takes it back.")

    try:
        end = moment_ms(until) if until else None
    except Problem as problem:
        fail(problem, as_json)
    words = {"law": law, "facts": facts, "note": note, "label": label, "category": category, "member": member}
    measures = {"on_subject": measure, "on_account": account, "rules": rule, "until": end}
    how = {"closes": not keep_open, "rests": rests}
    perform("case.decide", as_json, told, case_id=number, **words, **measures, **how)


def undo(
    decision: Annotated[str, typer.Argument(help="The number of the decision.")],
    member: Member = "",
    as_json: Json = False,
) -> None:
    """Take a decision back; all that it changed is put back."""
    perform(
        "case.undo",
        as_json,
        lambda result: say(f"Decision {result['id']} is taken back."),
        decision_id=decision,
        member=member,
    )


def export(
    number: Number,
    file: Annotated[str, typer.Option("--to", help="The file to write; case-NUMBER.zip otherwise.")] = "",
    names_team: Annotated[
        bool, typer.Option("--with-team", help="With the account numbers of the team, in the log's rows.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Write the evidence of a case: data, a document to read, files, the log's proof, signed."""
    target = str(Path(file or f"case-{number}.zip").resolve())

    def told(result: dict[str, Any]) -> None:
        say(f"{result['file']}: {result['bytes']:,} bytes.")

    perform("case.export", as_json, told, case_id=number, file=target, names_team=names_team)


def verify(
    file: Annotated[Path, typer.Argument(help="The pack, or the file whose signature is FILE.sig.")],
    key: Annotated[
        str,
        typer.Option(
            help="The public key that it has to be signed with; a server shows its own at /.well-known/holdfast."
        ),
    ] = "",
    as_json: Json = False,
) -> None:
    """Check what a server has signed, on any machine: an evidence pack, or a file with its signature beside it."""
    from holdfast.evidence import verify_pack, verify_signed  # needs no server and no database

    try:
        beside = file.with_name(file.name + ".sig")
        if beside.exists():
            found = verify_signed(file.read_bytes(), beside.read_bytes(), key or None)
        else:
            found = verify_pack(file.read_bytes(), key or None)
    except Problem as problem:
        fail(problem, as_json)
    except OSError as fault:
        fail(Invalid(f"'{file}' cannot be read: {fault.strerror}."), as_json)

    def told(result: dict[str, Any]) -> None:
        say(f"{result['files']} files, {result['rows']} rows of the log; signed with {result['public_key']}.")
        if result["head_seq"]:
            say(f"The log went up to change {result['head_seq']} with digest {result['head_digest']}.")
        for words in result["faults"]:
            say(words)
        say("It does not hold." if result["faults"] else "It holds.")

    show(msgspec.to_builtins(found), as_json, told)
    if found.faults:
        raise typer.Exit(1)
