"""Hashtags: found by name, followed, counted by day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import delete, func, select

from holdfast.acting import Acting
from holdfast.errors import Invalid
from holdfast.languages import say
from holdfast.posts import finding, words
from holdfast.posts.errors import NoSuchTag
from holdfast.posts.events import TagFollowed, TagUnfollowed
from holdfast.posts.tables import tag_days, tag_follows, tags
from holdfast.posts.text import LONGEST_TAG, Tag, normalise_tag
from holdfast.store import DAY, Hot, Read, Window, page, starts_with
from holdfast.writes import Ability, Database, Write

HISTORY_DAYS = 7
MOST_FOUND = 80

_FOLLOW = Hot(
    "INSERT INTO tag_follows (id, account_id, tag_id, created_at) VALUES (:id, :account, :tag, :now) "
    "ON CONFLICT (account_id, tag_id) DO NOTHING"
)
_REVISE = Hot("UPDATE accounts SET relations_revision = relations_revision + 1 WHERE id = :id")


class TagFacts(NamedTuple):
    """A hashtag: the normalised name and how it was first written. ``id`` is None while nobody has used it."""

    id: int | None
    name: str
    display_name: str


class TagDay(NamedTuple):
    """A hashtag's use on a day (the day's first second since 1970)."""

    day_s: int
    uses: int
    accounts: int


class FollowedTag(NamedTuple):
    """A followed hashtag; ``follow_id`` is what pages go by."""

    follow_id: int
    tag: TagFacts


def tag_key(written: str) -> str:
    """The normalised name of a hashtag, with or without its sign. Raises :class:`NoSuchTag` when it is none."""
    name = normalise_tag(written.lstrip("#＃"))
    if not name or len(name) > LONGEST_TAG:
        raise NoSuchTag()
    return name


def tags_named(r: Read, names: Sequence[str]) -> dict[str, TagFacts]:
    """Known hashtags under their normalised names."""
    found = r.rows(select(tags.c.id, tags.c.name, tags.c.display_name).where(tags.c.name.in_(list(names))))
    return {row.name: TagFacts(*row) for row in found}


def tag_named(r: Read, written: str) -> TagFacts:
    """A hashtag by its name, used or not. Raises :class:`NoSuchTag` when it cannot be one."""
    name = tag_key(written)
    return tags_named(r, [name]).get(name) or TagFacts(None, name, written.lstrip("#＃"))


def tag_history(r: Read, tag_ids: Sequence[int], now: int) -> dict[int, list[TagDay]]:
    """The last seven days of hashtags, newest first, days without use included. ``now`` in milliseconds."""
    today = now // DAY
    days = range(today, today - HISTORY_DAYS, -1)
    found = r.rows(select(tag_days).where(tag_days.c.tag_id.in_(list(tag_ids)), tag_days.c.day > today - HISTORY_DAYS))
    used = {(row.tag_id, row.day): (row.uses, row.accounts) for row in found}
    return {tag_id: [TagDay(day * DAY // 1000, *used.get((tag_id, day), (0, 0))) for day in days] for tag_id in tag_ids}


def search_tags(r: Read, prefix: str, now: int, limit: int = 20, offset: int = 0) -> list[TagFacts]:
    """Hashtags that begin like this, those most used in the last seven days first."""
    name = normalise_tag(prefix.strip().lstrip("#＃"))
    if not name:
        return []
    recent = (
        select(func.coalesce(func.sum(tag_days.c.uses), 0))
        .where(tag_days.c.tag_id == tags.c.id, tag_days.c.day > now // DAY - HISTORY_DAYS)
        .scalar_subquery()
    )
    statement = (
        select(tags.c.id, tags.c.name, tags.c.display_name)
        .where(starts_with(r, tags.c.name, name))
        .order_by(recent.desc(), func.length(tags.c.name), tags.c.name)
        .limit(min(limit, MOST_FOUND))
        .offset(offset)
    )
    return [TagFacts(*row) for row in r.rows(statement)]


def followed_tags(r: Read, account_id: int, window: Window) -> list[FollowedTag]:
    """The hashtags that a member follows, newest first; the window goes by ``follow_id``."""
    statement = (
        select(tag_follows.c.id, tags.c.id, tags.c.name, tags.c.display_name)
        .join(tags, tags.c.id == tag_follows.c.tag_id)
        .where(tag_follows.c.account_id == account_id)
    )
    return [FollowedTag(row[0], TagFacts(*row[1:])) for row in page(r, statement, tag_follows.c.id, window)]


def followed_among(r: Read, account_id: int, tag_ids: Sequence[int]) -> set[int]:
    """Those of these hashtags that a member follows."""
    return set(
        r.values(
            select(tag_follows.c.tag_id).where(
                tag_follows.c.account_id == account_id, tag_follows.c.tag_id.in_(list(tag_ids))
            )
        )
    )


def follow_tag(db: Database, acting: Acting, written: str) -> str:
    """Follow a hashtag, used before or not; its normalised name. Raises :class:`NoSuchTag`, :class:`Invalid`."""
    name = tag_key(written)
    with db.write(acting, Ability.RELATIONS) as w:
        account_id = finding.active(w, acting).id
        _refuse_too_many(w, account_id, db.settings.most_follows)
        (tag_id,) = words.tag_ids(w, [Tag(name, written.lstrip("#＃"))])
        if w.run_fast(_FOLLOW, id=w.new_id(), account=account_id, tag=tag_id, now=w.now):
            w.run_fast(_REVISE, id=account_id)
            w.record(TagFollowed(account_id=account_id, tag_id=tag_id))
        return name


def _refuse_too_many(w: Write, account_id: int, most: int) -> None:
    w.serialise(account_id)
    count = w.value(select(func.count()).select_from(tag_follows).where(tag_follows.c.account_id == account_id))
    if count >= most:
        raise Invalid(say("You can follow up to %(most)s hashtags", most=most))


def unfollow_tag(db: Database, acting: Acting, written: str) -> str:
    """Follow a hashtag no longer; its normalised name. Raises :class:`NoSuchTag` when it cannot be one."""
    name = tag_key(written)
    with db.write(acting, Ability.RELATIONS) as w:
        account_id = finding.active(w, acting).id
        found = tags_named(w, [name]).get(name)
        if found is None or found.id is None:
            return name
        held = (tag_follows.c.account_id == account_id) & (tag_follows.c.tag_id == found.id)
        if w.run(delete(tag_follows).where(held)):
            w.run_fast(_REVISE, id=account_id)
            w.record(TagUnfollowed(account_id=account_id, tag_id=found.id))
        return name
