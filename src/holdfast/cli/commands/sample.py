"""``demo``."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer

from holdfast import config
from holdfast.cli.asking import Json
from holdfast.cli.output import progress_bar, say, show


def add(app: typer.Typer) -> None:
    """Put the command into the program."""
    app.command()(demo)


def demo(
    posts: Annotated[int, typer.Option(help="How many posts.", min=200, max=20_000)] = 2_000,
    pictures: Annotated[bool, typer.Option(help="Draw profile pictures and pictures of posts.")] = True,
    as_json: Json = False,
) -> None:
    """Fill the data folder with a sample community of fifty members; starts nothing."""
    from holdfast.cli import demo as sample  # its texts are for this command alone

    with progress_bar() as progress:
        told = sample.make(config.load(), progress, most_posts=posts, with_pictures=pictures)
    show(msgspec.to_builtins(told), as_json, lambda _: sample.describe(told, say))
