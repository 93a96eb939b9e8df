"""Announcements as they are read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import Select, case, func, or_, select

from holdfast.announcements.errors import AnnouncementNotFound
from holdfast.announcements.tables import announcement_reactions, announcement_reads, announcements
from holdfast.store import Read


class Announcement(msgspec.Struct, frozen=True):
    """One announcement; times in milliseconds, ``publish_at`` is None for a draft."""

    id: int
    author_id: int | None
    text: str
    html: str
    mentions: list[int]
    tags: list[str]
    status_ids: list[int]
    starts_at: int | None
    ends_at: int | None
    is_all_day: bool
    publish_at: int | None
    published_at: int | None
    created_at: int
    updated_at: int


class Reactions(msgspec.Struct, frozen=True):
    """How often an emoji answered an announcement, and whether the viewer is among those."""

    name: str
    count: int
    is_mine: bool


def _rows(r: Read, statement: Select[tuple[object, ...]]) -> list[Announcement]:
    return [Announcement(*row) for row in r.rows(statement)]


def _all() -> Select[tuple[object, ...]]:
    return select(*(announcements.c[name] for name in Announcement.__struct_fields__))


def announcement(r: Read, announcement_id: int) -> Announcement:
    """One announcement, published or not. Raises :class:`AnnouncementNotFound`."""
    found = _rows(r, _all().where(announcements.c.id == announcement_id))
    if not found:
        raise AnnouncementNotFound()
    return found[0]


def listing(r: Read) -> list[Announcement]:
    """Every announcement, drafts included, the newest first: for those who write them."""
    return _rows(r, _all().order_by(announcements.c.id.desc()))


def active(r: Read, now: int) -> list[Announcement]:
    """What is published and not over, the oldest first. ``now`` in milliseconds."""
    is_on = or_(announcements.c.ends_at.is_(None), announcements.c.ends_at > now)
    statement = _all().where(announcements.c.published_at.is_not(None), is_on)
    return _rows(r, statement.order_by(announcements.c.published_at, announcements.c.id))


def published(r: Read, announcement_id: int) -> Announcement:
    """One published announcement. Raises :class:`AnnouncementNotFound`."""
    found = announcement(r, announcement_id)
    if found.published_at is None:
        raise AnnouncementNotFound()
    return found


def read_by(r: Read, account_id: int, ids: Iterable[int]) -> set[int]:
    """Which of these announcements a member has put aside."""
    reads = announcement_reads.c
    statement = select(reads.announcement_id).where(
        reads.account_id == account_id, reads.announcement_id.in_(list(ids))
    )
    return set(r.ids(statement))


def reactions(r: Read, viewer: int | None, ids: Sequence[int]) -> dict[int, list[Reactions]]:
    """The emoji that answered each announcement, in the order of their first use."""
    given = announcement_reactions.c
    mine = func.sum(case((given.account_id == viewer, 1), else_=0))
    statement = (
        select(given.announcement_id, given.name, func.count(), mine)
        .where(given.announcement_id.in_(list(ids)))
        .group_by(given.announcement_id, given.name)
        .order_by(func.min(given.created_at), given.name)
    )
    found: dict[int, list[Reactions]] = defaultdict(list)
    for number, name, count, own in r.rows(statement):
        found[number].append(Reactions(name, count, bool(own)))
    return found


def count_of(r: Read, announcement_id: int, name: str) -> int:
    """How many members answered with this emoji."""
    given = announcement_reactions.c
    found = r.value(select(func.count()).where(given.announcement_id == announcement_id, given.name == name))
    return int(found or 0)
