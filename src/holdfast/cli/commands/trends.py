"""``trend …`` and ``views``."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from holdfast.cli.asking import Json, group, perform
from holdfast.cli.output import say, table

_STATES = {True: "allowed", False: "blocked", None: ""}


class Kind(StrEnum):
    """What can be a trend."""

    TAG = "tag"
    STATUS = "status"
    LINK = "link"


What = Annotated[Kind, typer.Argument(help="What kind of trend.")]
Subject = Annotated[str, typer.Argument(help="The hashtag's name; of a status or link its id.")]


def add(app: typer.Typer) -> None:
    """Put the commands into the program."""
    trend = group("trend", "What is talked about, and what may be a trend.")
    trend.command("list")(listing)
    trend.command("allow")(allow)
    trend.command("block")(block)
    trend.command("reset")(reset)
    app.add_typer(trend)
    app.command("views")(views)


def listing(kind: What = Kind.TAG, as_json: Json = False) -> None:
    """List trends, blocked ones included, the strongest first."""

    def told(result: list[dict[str, Any]]) -> None:
        rows = [
            [
                one["subject_id"],
                f"{one['score']:.2f}",
                _STATES[one["is_allowed"]],
                "" if one["views"] is None else str(one["views"]),
                one["label"][:60],
            ]
            for one in result
        ]
        table(["id", "score", "verdict", "shown", "what"], rows)

    perform("trend.list", as_json, told, kind=kind.value)


def allow(kind: What, subject: Subject, as_json: Json = False) -> None:
    """Let something be a trend however few people it takes."""
    _judge(kind, subject, as_json, "It may be a trend.", is_allowed=True)


def block(kind: What, subject: Subject, as_json: Json = False) -> None:
    """Never show something as a trend."""
    _judge(kind, subject, as_json, "It is no trend any more.", is_allowed=False)


def reset(kind: What, subject: Subject, as_json: Json = False) -> None:
    """Leave something to the numbers again."""
    _judge(kind, subject, as_json, "The numbers decide again.", is_allowed=None)


def _judge(kind: Kind, subject: str, as_json: bool, words: str, *, is_allowed: bool | None) -> None:
    perform("trend.judge", as_json, lambda _: say(words), kind=kind.value, subject=subject, is_allowed=is_allowed)


def views(
    status_id: Annotated[int, typer.Argument(help="The post's id, as in its address.")], as_json: Json = False
) -> None:
    """Say how often a post was shown, to everybody together; nobody else is told."""
    perform("post.views", as_json, lambda result: say(f"Shown {result['views']:,} times."), status_id=status_id)
