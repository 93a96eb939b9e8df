"""``announcement …``."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from holdfast.cli.asking import Json, clock, group, moment_ms, perform
from holdfast.cli.output import say, table

Number = Annotated[int, typer.Argument(help="The announcement's id.")]


def add(app: typer.Typer) -> None:
    """Put the commands into the program."""
    news = group("announcement", "Announcements that every member sees.")
    news.command("write")(write)
    news.command("list")(listing)
    news.command("withdraw")(withdraw)
    news.command("remove")(remove)
    app.add_typer(news)


def write(
    text: Annotated[str, typer.Argument(help="What you have to say.")],
    starts: Annotated[str, typer.Option(help="When what it is about starts: 2026-12-01T18:00 (UTC), or 2h.")] = "",
    ends: Annotated[str, typer.Option(help="When it ends; after that it is shown no more.")] = "",
    all_day: Annotated[bool, typer.Option(help="Only the days count.")] = False,
    at: Annotated[str, typer.Option(help="Publish at this moment instead of now.")] = "",
    draft: Annotated[bool, typer.Option(help="Do not publish it yet.")] = False,
    as_json: Json = False,
) -> None:
    """Write an announcement."""

    def people(result: dict[str, Any]) -> None:
        state = "is published" if result["published_at"] else "is a draft"
        if not result["published_at"] and result["publish_at"]:
            state = f"will be published at {clock(result['publish_at'])}"
        say(f"Announcement {result['id']} {state}.")

    perform(
        "announcement.write",
        as_json,
        people,
        text=text,
        starts_at=moment_ms(starts) if starts else None,
        ends_at=moment_ms(ends) if ends else None,
        all_day=all_day,
        at=moment_ms(at) if at else None,
        draft=draft,
    )


def listing(as_json: Json = False) -> None:
    """List announcements, the newest first."""

    def people(result: list[dict[str, Any]]) -> None:
        rows = [
            [one["id"], clock(one["published_at"]) or "not published", clock(one["ends_at"]), one["text"][:60]]
            for one in result
        ]
        table(["id", "published", "ends", "text"], rows)

    perform("announcement.list", as_json, people)


def withdraw(announcement_id: Number, as_json: Json = False) -> None:
    """Take an announcement back; it stays as a draft."""
    perform("announcement.withdraw", as_json, lambda _: say("It is a draft again."), announcement_id=announcement_id)


def remove(announcement_id: Number, as_json: Json = False) -> None:
    """Delete an announcement."""
    perform("announcement.remove", as_json, lambda _: say("It is deleted."), announcement_id=announcement_id)
