"""``screening …``."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from holdfast.cli.asking import Json, group, perform
from holdfast.cli.output import say, table

Entry = Annotated[str, typer.Argument(help="The entry's number, as the list shows it.")]


def add(app: typer.Typer) -> None:
    """Put the commands into the program."""
    screening = group("screening", "What the server looks for in posts and profiles before they appear.")
    screening.command("list")(listing)
    screening.command("add")(add_one)
    screening.command("drop")(drop)
    screening.command("test")(try_text)
    screening.command("sweep")(sweep)
    app.add_typer(screening)


def listing(as_json: Json = False) -> None:
    """List what is looked for."""
    perform("screening.list", as_json, _told)


def _told(result: list[dict[str, Any]]) -> None:
    names = ["id", "kind", "value", "action", "category", "swept_count", "swept_found"]
    table(
        ["number", "kind", "value", "action", "category", "older posts", "found"],
        [[str(one[name]) for name in names] for one in result],
    )


def add_one(
    value: Annotated[str, typer.Argument(help="Words, a domain, a link or a hashtag.")],
    kind: Annotated[str, typer.Option(help="term, domain, link or hashtag.")] = "term",
    action: Annotated[str, typer.Option(help="signal, contain or refuse.")] = "signal",
    category: Annotated[str, typer.Option(help="The kind of harm, as docs/moderation.md names it.")] = "spam",
    note: Annotated[str, typer.Option(help="A note for the team.")] = "",
    as_json: Json = False,
) -> None:
    """Look for something from now on."""

    def told(result: dict[str, Any]) -> None:
        say(f"{result['kind']} “{result['value']}”: {result['action']}. Its number is {result['id']}.")

    perform("screening.add", as_json, told, kind=kind, value=value, category=category, action=action, note=note)


def drop(entry: Entry, as_json: Json = False) -> None:
    """Look for something no longer."""

    def told(result: dict[str, Any]) -> None:
        say(f"{result['kind']} “{result['value']}” is not looked for any more.")

    perform("screening.drop", as_json, told, term_id=entry)


def try_text(text: Annotated[str, typer.Argument(help="What somebody could post.")], as_json: Json = False) -> None:
    """Show what a text would meet if it were posted."""

    def told(result: list[dict[str, Any]]) -> None:
        if result:
            _told(result)
        else:
            say("It meets nothing.")

    perform("screening.test", as_json, told, text=text)


def sweep(
    entry: Entry,
    is_preview: Annotated[bool, typer.Option("--preview", help="Only count, and show some.")] = False,
    as_json: Json = False,
) -> None:
    """Look for an entry in the posts that are there already, as a job; the list shows how far it is."""

    def told(result: dict[str, Any]) -> None:
        say(f"Found in {result['found']} of the newest {result['looked_at']} posts.")
        for one in result["samples"]:
            say(f"  {one['id']}: {one['text']}")
        if result["begun"]:
            say("The sweep has begun.")

    perform("screening.sweep", as_json, told, term_id=entry, is_preview=is_preview)
