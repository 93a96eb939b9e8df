"""Announcements as the client API shows them."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET

from holdfast import announcements, people, posts
from holdfast.announcements import Announcement, Reactions
from holdfast.mastodon import entities as e
from holdfast.mastodon.entities.base import datetime_text
from holdfast.mastodon.rendering.emojis import emoji_entities
from holdfast.people import Account
from holdfast.posts import Emoji
from holdfast.store import Read
from holdfast.writes import Database


def announcement_entities(
    r: Read, db: Database, viewer: int | None, found: Sequence[Announcement]
) -> list[e.Announcement]:
    """Announcements in their order, as a member sees them; without a viewer, as everybody does."""
    ids = [one.id for one in found]
    read = announcements.read_by(r, viewer, ids) if viewer is not None and ids else set()
    given = announcements.reactions(r, viewer, ids) if ids else {}
    named = people.accounts_by_ids(r, {number for one in found for number in one.mentions})
    linked = {number for one in found for number in one.status_ids}
    writers = _writers(r, sorted(linked))
    texts = {one.id: posts.named_in(one.html) for one in found}
    answers = [answer.name for some in given.values() for answer in some]
    emojis = posts.emojis_named(r, {*answers, *(name for names in texts.values() for name in names)})
    entities = []
    for one in found:
        entity = e.Announcement(
            id=str(one.id),
            content=one.html,
            starts_at=_moment(one.starts_at),
            ends_at=_moment(one.ends_at),
            all_day=one.is_all_day,
            published_at=datetime_text(one.published_at or one.created_at),
            updated_at=datetime_text(one.updated_at),
            read=one.id in read if viewer is not None else UNSET,
            mentions=[_account(db, named[number]) for number in one.mentions if number in named],
            statuses=[
                e.AnnouncementStatus(id=str(number), url=f"{db.base_url}/@{writers[number]}/{number}")
                for number in one.status_ids
                if number in writers
            ],
            tags=[e.StatusTag(name=name, url=f"{db.base_url}/tags/{name}") for name in one.tags],
            emojis=emoji_entities(
                db.base_url, [emojis[name] for name in dict.fromkeys(texts[one.id]) if name in emojis]
            ),
            reactions=[
                reaction_entity(answer, viewer is not None, db.base_url, emojis.get(answer.name))
                for answer in given.get(one.id, [])
            ],
        )
        entities.append(entity)
    return entities


def reaction_entity(answer: Reactions, shows_own: bool, base: str, emoji: Emoji | None) -> e.Reaction:
    """How often an emoji was given; with its pictures, if it is a custom one."""
    made = e.Reaction(name=answer.name, count=answer.count, me=answer.is_mine if shows_own else UNSET)
    if emoji is not None:
        (shown,) = emoji_entities(base, [emoji])
        made.url, made.static_url = shown.url, shown.static_url
    return made


def _writers(r: Read, ids: list[int]) -> dict[int, str]:
    """The names of those who wrote these posts, of which only those are left that everybody may see."""
    facts = posts.facts(r, None, ids)
    people_ = people.accounts_by_ids(r, {one.author_id for one in facts.values()})
    return {number: people_[one.author_id].username for number, one in facts.items() if one.author_id in people_}


def _account(db: Database, account: Account) -> e.AnnouncementAccount:
    url = account.uri if account.domain else f"{db.base_url}/@{account.username}"
    return e.AnnouncementAccount(id=str(account.id), username=account.username, url=url, acct=account.handle)


def _moment(ms: int | None) -> str | None:
    return None if ms is None else datetime_text(ms)
