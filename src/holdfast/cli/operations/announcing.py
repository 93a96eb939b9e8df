"""Operations on announcements."""

from __future__ import annotations

from typing import Any

import msgspec

from holdfast import announcements
from holdfast.acting import SYSTEM
from holdfast.announcements import Draft
from holdfast.site.registry import operation
from holdfast.writes import Database


@operation("announcement.write")
def write(
    db: Database,
    *,
    text: str,
    starts_at: int | None = None,
    ends_at: int | None = None,
    all_day: bool = False,
    at: int | None = None,
    draft: bool = False,
) -> dict[str, Any]:
    """Write an announcement; published at once unless it is a draft or for later."""
    publish_at = None if draft else at if at is not None else db.clock.now()
    wanted = Draft(text=text, starts_at=starts_at, ends_at=ends_at, is_all_day=all_day, publish_at=publish_at)
    number = db.submit(lambda: announcements.write(db, SYSTEM, wanted)).result()
    with db.read() as r:
        found = announcements.announcement(r, number)
    return {"id": str(number), "published_at": found.published_at, "publish_at": found.publish_at}


@operation("announcement.list")
def listing(db: Database) -> list[dict[str, Any]]:
    """Every announcement, drafts too, the newest first."""
    with db.read() as r:
        return [msgspec.structs.asdict(one) | {"id": str(one.id)} for one in announcements.listing(r)]


@operation("announcement.withdraw")
def withdraw(db: Database, *, announcement_id: int) -> dict[str, Any]:
    """Take an announcement back; it stays as a draft."""
    db.submit(lambda: announcements.withdraw(db, SYSTEM, announcement_id)).result()
    return {"id": str(announcement_id)}


@operation("announcement.remove")
def remove(db: Database, *, announcement_id: int) -> dict[str, Any]:
    """Delete an announcement."""
    db.submit(lambda: announcements.remove(db, SYSTEM, announcement_id)).result()
    return {"id": str(announcement_id)}
