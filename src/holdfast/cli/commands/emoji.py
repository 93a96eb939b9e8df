"""``emoji …``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from holdfast.cli.asking import Json, group, perform
from holdfast.cli.output import say, table

Name = Annotated[str, typer.Argument(help="The emoji's name, without colons.")]
Category = Annotated[str, typer.Option(help="The section of the picker.")]
Replace = Annotated[bool, typer.Option("--replace", help="Replace an emoji of the same name.")]


def add(app: typer.Typer) -> None:
    """Put the commands into the program."""
    emoji = group("emoji", "Custom emoji.")
    emoji.command("add")(add_one)
    emoji.command("import")(import_zip)
    emoji.command("list")(listing)
    emoji.command("disable")(disable)
    emoji.command("enable")(enable)
    emoji.command("remove")(remove)
    app.add_typer(emoji)


def add_one(
    name: Name,
    file: Annotated[Path, typer.Argument(help="A picture: PNG, GIF, WebP, JPEG or AVIF.")],
    category: Category = "",
    replace: Replace = False,
    as_json: Json = False,
) -> None:
    """Add one emoji."""

    def people(result: dict[str, Any]) -> None:
        say(f":{result['shortcode']}: can be used.")

    perform(
        "emoji.add",
        as_json,
        people,
        shortcode=name,
        file=str(file.resolve()),
        category=category,
        replace=replace,
    )


def import_zip(
    file: Annotated[Path, typer.Argument(help="A ZIP file of pictures, each named as its emoji.")],
    category: Category = "",
    replace: Replace = False,
    as_json: Json = False,
) -> None:
    """Add the pictures of a ZIP file."""

    def people(result: dict[str, Any]) -> None:
        say(f"{len(result['added'])} emoji can be used.")
        for one in result["refused"]:
            say(f"Left out {one['name']}: {one['problem']}")

    perform("emoji.import", as_json, people, file=str(file.resolve()), category=category, replace=replace)


def listing(as_json: Json = False) -> None:
    """Show every emoji."""

    def people(result: list[dict[str, Any]]) -> None:
        table(
            ["name", "category", "state"],
            [[one["shortcode"], one["category"], "disabled" if one["is_disabled"] else "in use"] for one in result],
        )

    perform("emoji.list", as_json, people)


def disable(name: Name, as_json: Json = False) -> None:
    """Let an emoji be used no longer; its name is shown instead."""
    perform("emoji.disable", as_json, lambda result: say(f":{result['shortcode']}: is disabled."), shortcode=name)


def enable(name: Name, as_json: Json = False) -> None:
    """Let a disabled emoji be used again."""
    perform(
        "emoji.disable",
        as_json,
        lambda result: say(f":{result['shortcode']}: can be used again."),
        shortcode=name,
        disabled=False,
    )


def remove(name: Name, as_json: Json = False) -> None:
    """Take an emoji away for good."""
    perform("emoji.remove", as_json, lambda result: say(f":{result['shortcode']}: is gone."), shortcode=name)
