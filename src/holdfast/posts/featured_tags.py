"""Hashtags that a member shows on the profile, with how often and when the member last used each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import delete, func, select

from holdfast.acting import SYSTEM, Acting
from holdfast.errors import Invalid
from holdfast.languages import say
from holdfast.people import AccountDeleted
from holdfast.posts import finding, words
from holdfast.posts.errors import NoSuchTag
from holdfast.posts.events import TagFeatured, TagUnfeatured
from holdfast.posts.tables import featured_tags as table
from holdfast.posts.tables import status_tags, statuses, tags
from holdfast.posts.tags import TagFacts, tag_key, tags_named
from holdfast.posts.text import Tag
from holdfast.posts.visibility import EVERYONE
from holdfast.store import Hot, Read
from holdfast.writes import Ability, Database, Write

MOST_SUGGESTED = 10
LOOKED_AT = 1_000  # of a member's newest posts, for what it uses often

_FEATURE = Hot(
    "INSERT INTO featured_tags (id, account_id, tag_id, created_at) VALUES (:id, :account, :tag, :now) "
    "ON CONFLICT (account_id, tag_id) DO NOTHING"
)


class FeaturedTag(NamedTuple):
    """A hashtag on a profile; ``last_used_at`` in milliseconds, None where no post that everybody may see has it."""

    id: int
    tag: TagFacts
    statuses_count: int
    last_used_at: int | None


def featured_tags(r: Read, account_id: int) -> list[FeaturedTag]:
    """What an account features, the most used first."""
    rows = r.rows(
        select(table.c.id, tags.c.id.label("tag"), tags.c.name, tags.c.display_name)
        .join(tags, tags.c.id == table.c.tag_id)
        .where(table.c.account_id == account_id)
    )
    if not rows:
        return []
    used = {
        tag: (count, last)
        for tag, count, last in r.rows(
            select(status_tags.c.tag_id, func.count(), func.max(statuses.c.created_at))
            .join(statuses, statuses.c.id == status_tags.c.status_id)
            .where(
                status_tags.c.tag_id.in_([row.tag for row in rows]),
                statuses.c.author_id == account_id,
                statuses.c.visibility.in_(EVERYONE),
                statuses.c.deleted_at.is_(None),
                statuses.c.restriction.is_(None),
            )
            .group_by(status_tags.c.tag_id)
        )
    }
    found = [FeaturedTag(row[0], TagFacts(*row[1:]), *used.get(row.tag, (0, None))) for row in rows]
    return sorted(found, key=lambda one: (-one.statuses_count, one.id))


def featured_among(r: Read, account_id: int, tag_ids: Sequence[int]) -> set[int]:
    """Those of these hashtags that an account features."""
    return set(
        r.values(select(table.c.tag_id).where(table.c.account_id == account_id, table.c.tag_id.in_(list(tag_ids))))
    )


def suggested_to_feature(r: Read, account_id: int) -> list[TagFacts]:
    """Hashtags that a member used most in the newest posts and does not feature."""
    newest = (
        select(statuses.c.id)
        .where(
            statuses.c.author_id == account_id,
            statuses.c.visibility.in_(EVERYONE),
            statuses.c.deleted_at.is_(None),
            statuses.c.boost_of_id.is_(None),
        )
        .order_by(statuses.c.id.desc())
        .limit(LOOKED_AT)
    )
    mine = select(table.c.tag_id).where(table.c.account_id == account_id)
    statement = (
        select(tags.c.id, tags.c.name, tags.c.display_name)
        .join(status_tags, status_tags.c.tag_id == tags.c.id)
        .where(status_tags.c.status_id.in_(newest), tags.c.id.not_in(mine))
        .group_by(tags.c.id, tags.c.name, tags.c.display_name)
        .order_by(func.count().desc(), tags.c.name)
        .limit(MOST_SUGGESTED)
    )
    return [TagFacts(*row) for row in r.rows(statement)]


def feature_tag(db: Database, acting: Acting, written: str) -> str:
    """Show a hashtag on the profile; its normalised name. Raises :class:`NoSuchTag`, :class:`Invalid`."""
    name = tag_key(written)
    with db.write(acting, Ability.PROFILE) as w:
        account_id = finding.active(w, acting).id
        (tag_id,) = words.tag_ids(w, [Tag(name, written.lstrip("#＃"))])
        w.serialise(account_id)
        if tag_id in featured_among(w, account_id, [tag_id]):
            return name
        _refuse_too_many(w, account_id, db.settings.most_featured_tags)
        w.run_fast(_FEATURE, id=w.new_id(), account=account_id, tag=tag_id, now=w.now)
        w.record(TagFeatured(account_id=account_id, tag_id=tag_id))
        return name


def _refuse_too_many(w: Write, account_id: int, most: int) -> None:
    count = w.value(select(func.count()).select_from(table).where(table.c.account_id == account_id))
    if count >= most:
        raise Invalid(say("You can feature up to %(most)s hashtags; take one away first.", most=most))


def unfeature_tag(db: Database, acting: Acting, written: str) -> str:
    """Show a hashtag on the profile no longer; its normalised name. Raises :class:`NoSuchTag`."""
    name = tag_key(written)
    with db.write(acting, Ability.PROFILE) as w:
        account_id = finding.active(w, acting).id
        found = tags_named(w, [name]).get(name)
        if found is not None and found.id is not None:
            _take_away(w, account_id, found.id)
        return name


def remove_featured_tag(db: Database, acting: Acting, featured_id: int) -> None:
    """Take away one of one's own featured hashtags by its id. Raises :class:`NoSuchTag`."""
    with db.write(acting, Ability.PROFILE) as w:
        account_id = finding.active(w, acting).id
        tag_id = w.value(select(table.c.tag_id).where(table.c.id == featured_id, table.c.account_id == account_id))
        if tag_id is None:
            raise NoSuchTag()
        _take_away(w, account_id, tag_id)


def _take_away(w: Write, account_id: int, tag_id: int) -> None:
    if w.run(delete(table).where(table.c.account_id == account_id, table.c.tag_id == tag_id)):
        w.record(TagUnfeatured(account_id=account_id, tag_id=tag_id))


def forget_featured_tags(db: Database, event: AccountDeleted) -> None:
    """Drop what a deleted account featured."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        w.run(delete(table).where(table.c.account_id == event.account_id))
