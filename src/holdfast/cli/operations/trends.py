"""Operations on trends, and how often posts were shown."""

from __future__ import annotations

from typing import Any

from holdfast import posts, timelines
from holdfast.acting import SYSTEM
from holdfast.errors import NotFound
from holdfast.site.registry import operation
from holdfast.store import read_id
from holdfast.writes import Database


@operation("trend.list")
def listing(db: Database, *, kind: str, most: int = 50) -> list[dict[str, Any]]:
    """Trends of a kind, blocked ones included, the strongest first."""
    with db.read() as r:
        found = timelines.trends_for_staff(r, kind, most)
    return [one._asdict() | {"subject_id": str(one.subject_id)} for one in found]


@operation("trend.judge")
def judge(db: Database, *, kind: str, subject: str, is_allowed: bool | None = None) -> dict[str, Any]:
    """Allow or block something as a trend, or leave it to the numbers again."""
    number = _number(db, kind, subject)
    db.submit(lambda: timelines.judge(db, SYSTEM, kind, number, is_allowed=is_allowed)).result()
    return {"kind": kind, "subject_id": str(number), "is_allowed": is_allowed}


def _number(db: Database, kind: str, subject: str) -> int:
    if kind == timelines.TAG:
        with db.read() as r:
            found = posts.tag_named(r, subject)
        if found.id is None:
            raise NotFound(f"Nobody has used #{found.name} yet.")
        return found.id
    number = read_id(subject)
    if number is None:
        raise NotFound(f"'{subject}' is no id; `holdfast trend list {kind}` shows them.")
    return number


@operation("post.views")
def views(db: Database, *, status_id: int) -> dict[str, Any]:
    """How often a post was shown to anybody, some minutes ago."""
    with db.read() as r:
        return {"status_id": str(status_id), "views": posts.views_of(r, [status_id]).get(status_id, 0)}
