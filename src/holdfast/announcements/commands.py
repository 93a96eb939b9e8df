"""Writing announcements, which takes a permission, and answering them, which every member may."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import msgspec
from sqlalchemy import delete, func, insert, select, update

from holdfast import posts
from holdfast.acting import SYSTEM, Acting
from holdfast.announcements import queries
from holdfast.announcements.errors import TooManyEmoji, UnknownEmoji
from holdfast.announcements.events import (
    AnnouncementPublished,
    AnnouncementReacted,
    AnnouncementRead,
    AnnouncementWithdrawn,
    AnnouncementWritten,
)
from holdfast.announcements.queries import Announcement
from holdfast.announcements.tables import announcement_reactions, announcement_reads, announcements
from holdfast.errors import Invalid, Refused
from holdfast.languages import say
from holdfast.writes import Ability, Database, Write

LONGEST = 5_000  # characters
MOST_DIFFERENT = 8  # emoji that answer one announcement
PUBLISH = "announcements.publish"


class NotAllowed(Refused):
    """Announcements are written by administrators."""

    key = "announcements_not_permitted"


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """An announcement as handed in; times in milliseconds.

    ``starts_at`` and ``ends_at`` are of what it speaks about; after its end it is shown no more. ``publish_at`` is
    when everybody sees it: None keeps a draft, a moment that has passed publishes at once.
    """

    text: str
    starts_at: int | None = None
    ends_at: int | None = None
    is_all_day: bool = False
    publish_at: int | None = None


class Publish(msgspec.Struct, frozen=True):
    """Publish an announcement whose moment has come."""

    announcement_id: int


def write(db: Database, acting: Acting, draft: Draft) -> int:
    """Write an announcement; its id. Raises :class:`NotAllowed`, :class:`Invalid`."""
    with db.write(acting, Ability.ADMINISTRATION) as w:
        _may(acting)
        number = w.new_id()
        values = _checked(w, db, draft)
        row = {"id": number, "author_id": acting.account_id, "published_at": None, "created_at": w.now}
        w.run(insert(announcements).values(row | values))
        w.record(AnnouncementWritten(announcement_id=number))
        _publish_in_time(w, number, draft.publish_at)
        return number


def change(db: Database, acting: Acting, announcement_id: int, draft: Draft) -> None:
    """Write an announcement anew. One that is published stays so unless ``publish_at`` is None or still to come.

    Raises :class:`NotAllowed`, :class:`AnnouncementNotFound`, :class:`Invalid`.
    """
    with db.write(acting, Ability.ADMINISTRATION) as w:
        _may(acting)
        found = queries.announcement(w, announcement_id)
        w.run(update(announcements).where(announcements.c.id == found.id).values(_checked(w, db, draft)))
        stays = draft.publish_at is not None and draft.publish_at <= w.now
        if found.published_at is not None and not stays:
            _withdraw(w, found)
        elif found.published_at is not None:
            w.record(AnnouncementPublished(announcement_id=found.id))
        else:
            w.record(AnnouncementWritten(announcement_id=found.id))
        if found.published_at is None or not stays:
            _publish_in_time(w, found.id, draft.publish_at)


def withdraw(db: Database, acting: Acting, announcement_id: int) -> None:
    """Take an announcement back; it stays as a draft. Raises :class:`NotAllowed`, :class:`AnnouncementNotFound`."""
    with db.write(acting, Ability.ADMINISTRATION) as w:
        _may(acting)
        found = queries.announcement(w, announcement_id)
        w.run(update(announcements).where(announcements.c.id == found.id).values(publish_at=None))
        if found.published_at is not None:
            _withdraw(w, found)


def remove(db: Database, acting: Acting, announcement_id: int) -> None:
    """Delete an announcement and all answers to it. Raises as :func:`withdraw`."""
    with db.write(acting, Ability.ADMINISTRATION) as w:
        _may(acting)
        found = queries.announcement(w, announcement_id)
        for table in (announcement_reads, announcement_reactions):
            w.run(delete(table).where(table.c.announcement_id == found.id))
        w.run(delete(announcements).where(announcements.c.id == found.id))
        gone = AnnouncementWritten if found.published_at is None else AnnouncementWithdrawn  # nobody has seen a draft
        w.record(gone(announcement_id=found.id))


def publish_when_due(db: Database, payload: Publish) -> None:
    """Publish an announcement, if it still waits for this moment."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        due = (announcements.c.id == payload.announcement_id) & (announcements.c.publish_at <= w.now)
        waiting = update(announcements).where(due, announcements.c.published_at.is_(None))
        if w.run(waiting.values(published_at=w.now)):
            w.record(AnnouncementPublished(announcement_id=payload.announcement_id))


def dismiss(db: Database, acting: Acting, announcement_id: int) -> None:
    """Put an announcement aside. Asked again: nothing happens. Raises :class:`AnnouncementNotFound`."""
    with db.write(acting, Ability.PROFILE) as w:
        found = queries.published(w, announcement_id)
        me = acting.known_id
        if queries.read_by(w, me, [found.id]):
            return
        w.run(insert(announcement_reads).values(announcement_id=found.id, account_id=me, read_at=w.now))
        w.record(AnnouncementRead(announcement_id=found.id, account_id=me))


def react(db: Database, acting: Acting, announcement_id: int, name: str) -> None:
    """Answer an announcement with an emoji. Asked again: nothing happens.

    Raises :class:`AnnouncementNotFound`, :class:`UnknownEmoji`, :class:`TooManyEmoji`.
    """
    with db.write(acting, Ability.POSTING) as w:
        found = queries.published(w, announcement_id)
        w.serialise(found.id)
        given, me = announcement_reactions.c, acting.known_id
        names = {row.name for row in w.rows(select(given.name).where(given.announcement_id == found.id).distinct())}
        emoji = _answer(w, name)
        if emoji not in names and len(names) >= MOST_DIFFERENT:
            raise TooManyEmoji()
        mine = (given.announcement_id == found.id) & (given.account_id == me) & (given.name == emoji)
        if w.value(select(func.count()).where(mine)):
            return
        row = {"announcement_id": found.id, "account_id": me, "name": emoji, "created_at": w.now}
        w.run(insert(announcement_reactions).values(row))
        w.record(AnnouncementReacted(announcement_id=found.id, account_id=me, name=emoji))


def unreact(db: Database, acting: Acting, announcement_id: int, name: str) -> None:
    """Take an answer back. Where there is none: nothing happens.

    Raises :class:`AnnouncementNotFound`, :class:`UnknownEmoji`.
    """
    with db.write(acting, Ability.POSTING) as w:
        found = queries.published(w, announcement_id)
        given, me, emoji = announcement_reactions.c, acting.known_id, _answer(w, name)
        mine = (given.announcement_id == found.id) & (given.account_id == me) & (given.name == emoji)
        if w.run(delete(announcement_reactions).where(mine)):
            event = AnnouncementReacted(announcement_id=found.id, account_id=me, name=emoji, is_taken_back=True)
            w.record(event)


def forget_account(db: Database, event: Any) -> None:
    """Remove what a deleted account answered and put aside."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        for table in (announcement_reads, announcement_reactions):
            w.run(delete(table).where(table.c.account_id == event.account_id))


def _may(acting: Acting) -> None:
    if not acting.may("announcements.write"):
        raise NotAllowed()


def _checked(w: Write, db: Database, draft: Draft) -> dict[str, Any]:
    text = draft.text.strip()
    if not text:
        raise Invalid.field("text", "ERR_BLANK", say("An announcement can't be blank"))
    if len(text) > LONGEST:
        raise Invalid.field(
            "text",
            "ERR_TOO_LONG",
            say("An announcement is too long (maximum is %(most)s characters)", most=LONGEST),
        )
    if draft.starts_at is not None and draft.ends_at is not None and draft.ends_at < draft.starts_at:
        raise Invalid.field("ends_at", "ERR_INVALID", say("It can't end before it starts"))
    if draft.is_all_day and draft.starts_at is None:
        raise Invalid.field("starts_at", "ERR_BLANK", say("What lasts all day needs a day on which it starts"))
    made = posts.compose(w, db, text)
    return {
        "text": text,
        "html": made.html,
        "mentions": list(made.mentions),
        "tags": [tag.name for tag in made.tags],
        "status_ids": _linked(w, db, text),
        "starts_at": draft.starts_at,
        "ends_at": draft.ends_at,
        "is_all_day": draft.is_all_day,
        "publish_at": draft.publish_at,
        "updated_at": w.now,
    }


def _linked(w: Write, db: Database, text: str) -> list[int]:
    """Posts of this server whose address stands in the text and that everybody may see, in their order."""
    found = re.findall(re.escape(db.base_url) + r"/@[^/\s]+/([0-9]{1,18})(?![0-9])", text)
    numbers = list(dict.fromkeys(int(number) for number in found))
    seen = posts.visible_ids(w, None, numbers)
    return [number for number in numbers if number in seen]


def _publish_in_time(w: Write, number: int, publish_at: int | None) -> None:
    """Publish now or by a job when it is time."""
    if publish_at is None:
        return
    if publish_at > w.now:
        w.enqueue(PUBLISH, Publish(number), delay_ms=publish_at - w.now)
        return
    w.run(update(announcements).where(announcements.c.id == number).values(published_at=w.now))
    w.record(AnnouncementPublished(announcement_id=number))


def _withdraw(w: Write, found: Announcement) -> None:
    w.run(update(announcements).where(announcements.c.id == found.id).values(published_at=None))
    w.record(AnnouncementWithdrawn(announcement_id=found.id))


def _answer(w: Write, name: str) -> str:
    """The name of a custom emoji, or an emoji in its usual spelling. Raises :class:`UnknownEmoji`."""
    custom = name.strip()
    return custom if posts.emojis_named(w, [custom]) else _emoji(name)


def _emoji(name: str) -> str:
    """An emoji in its usual spelling. Raises :class:`UnknownEmoji`."""
    from emoji import is_emoji  # its table is large: loaded with the first answer

    written = unicodedata.normalize("NFC", name.strip())
    if not is_emoji(written):
        raise UnknownEmoji()
    return written
