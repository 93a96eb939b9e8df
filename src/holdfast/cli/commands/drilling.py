"""``drill …``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from holdfast import config
from holdfast.cli.asking import Json, group
from holdfast.cli.calling import call
from holdfast.cli.output import fail, progress_bar, say, show, table
from holdfast.errors import Invalid, Problem

if TYPE_CHECKING:
    from holdfast.cli.drills import Outcome, Plan

MODERATING = ("moderation_deadlines", "contains_overdue", "contains_above", "contains_gravest_above", "claim_minutes")
"""The settings that a drill takes over from this server."""

Texts = Annotated[
    Path | None,
    typer.Option(
        "--texts", help="The posts to plant: one a line, or a table (.csv) or JSON lines (.jsonl) with 'text'."
    ),
]


def add(app: typer.Typer) -> None:
    """Put the commands into the program."""
    drill = group("drill", "Try out what would happen, on a server that is thrown away.")
    drill.callback()(lambda: None)  # so that a single command keeps its name
    drill.command("notice")(notice)
    app.add_typer(drill)


def notice(
    texts: Texts = None,
    ordinary: Annotated[int, typer.Option(help="How many ordinary posts.", min=0, max=1_000_000)] = 100_000,
    planted: Annotated[int, typer.Option(help="How many violent ones among them.", min=1, max=5_000)] = 98,
    volunteers: Annotated[int, typer.Option(help="How many people are at work.", min=0, max=500)] = 5,
    reported: Annotated[
        int, typer.Option(help="Of a hundred planted posts, how many do members report?", min=0, max=100)
    ] = 60,
    errors: Annotated[int, typer.Option(help="Of a hundred decisions, how many are wrong?", min=0, max=50)] = 2,
    category: Annotated[str, typer.Option(help="The kind of harm that the host's letter names.")] = "threat",
    seed: Annotated[int, typer.Option(help="Another number is another day.")] = 1,
    own: Annotated[bool, typer.Option("--own/--plain", help="Screen, and set deadlines, as this server does.")] = True,
    answer: Annotated[Path | None, typer.Option(help="Write the finished answer into this file, too.")] = None,
    as_json: Json = False,
) -> None:
    """A host lists violent posts: how many are hidden in a minute and an hour, and what does the answer say?"""
    from holdfast.cli import drills  # the whole application, for this command alone
    from holdfast.moderation import HARMS

    try:
        if category not in HARMS:
            raise Invalid(f"'{category}' is no kind of harm. Write one of: {', '.join(HARMS)}.")
        found = drills.read_texts(texts) if texts is not None else drills.samples()
        terms, settings = _own() if own else ((), {})
        plan = drills.Plan(
            texts=found, planted=planted, ordinary=ordinary, volunteers=volunteers, reported=reported / 100,
            errors=errors / 100, category=category, seed=seed, terms=terms, settings=settings,
        )  # fmt: skip
        with progress_bar() as progress:
            outcome = drills.run(plan, progress)
        if answer is not None:
            _write(answer, outcome.answer)
    except Problem as problem:
        fail(problem, as_json)
    show(msgspec.to_builtins(outcome), as_json, lambda _: _describe(plan, outcome, answer))


def _own() -> tuple[tuple[dict[str, str], ...], dict[str, Any]]:
    """What this server looks for and how it is set, where there is one; it is only read."""
    settings = config.load()
    if not settings.boot.database and not (settings.data_dir / "holdfast.db").exists():
        return (), {}
    terms = call("screening.list", {}, settings=settings)
    shown = {one["key"]: one["value"] for one in call("config.show", {}, settings=settings)}
    return tuple(terms), {name: shown[f"server.{name}"] for name in MODERATING}


def _write(path: Path, words: str) -> None:
    try:
        path.write_text(words, encoding="utf-8")
    except OSError as fault:
        raise Invalid(f"'{path}' cannot be written: {fault.strerror}.") from fault


def _describe(plan: Plan, found: Outcome, answer: Path | None) -> None:
    say(
        f"{found.planted} violent posts among {found.ordinary:,} ordinary ones, {plan.volunteers} at work. Members "
        f"reported {found.reported_planted} of them, and {found.reported_ordinary} ordinary ones. The letter names "
        f"all; {found.hidden_before_letter} had been hidden or removed before it came."
    )
    if found.refused:
        say(f"{found.refused} more were refused by screening when they were posted.")
    rows = [
        [name, *(f"{value:g} %" for value in (one.within_minute, one.within_hour, one.decided_in_day))]
        for name, one in (
            ("the letter", found.after_letter),
            ("the first word of it", found.after_known),
            ("publication", found.after_posting),
        )
    ]
    table(["counted from", "out of sight within 1 min", "within 1 h", "decided by people within 24 h"], rows)
    say(f"Seen by others for: half of them {_span(found.visible_p50)}, 95 % {_span(found.visible_p95)} at most.")
    say(f"Still to be seen at the end: {found.still_visible}; people let stand by mistake: {found.let_stand}.")
    lasted = f", half of them for {_span(found.wrongly_contained_p50)}" if found.wrongly_contained else ""
    say(
        f"Ordinary posts wrongly contained: {found.wrongly_contained} ({found.wrongly_contained_share:g} %){lasted}; "
        f"removed by people by mistake: {found.wrongly_removed}."
    )
    say("")
    say(f"The answer is in {answer}." if answer is not None else found.answer.rstrip())


def _span(ms: int | None) -> str:
    from holdfast.documents import span

    return "no time" if ms is None else span(ms)
