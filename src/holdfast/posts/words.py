"""Mentions and hashtags of a post: found in its text, kept in their tables."""

from __future__ import annotations

from collections.abc import Sequence

from holdfast.posts.drafts import Words
from holdfast.posts.text import Mentioned, Tag, find_mentions, render
from holdfast.store import DAY, Hot, first_at
from holdfast.writes import Database, Write

_PEOPLE = Hot(
    "SELECT id, username, username_key, domain, uri FROM accounts "
    "WHERE username_key IN (@names) AND suspended_at IS NULL AND deleted_at IS NULL"
)
_MENTION = Hot("INSERT INTO mentions (status_id, account_id, position) VALUES (:status, :account, :position)")
_UNMENTION = Hot("DELETE FROM mentions WHERE status_id = :status")
_TAGS = Hot("SELECT name, id FROM tags WHERE name IN (@names)")
_NEW_TAG = Hot(
    "INSERT INTO tags (id, name, display_name, created_at) VALUES (:id, :name, :shown, :now) "
    "ON CONFLICT (name) DO NOTHING"
)
_TAG = Hot("INSERT INTO status_tags (tag_id, status_id) VALUES (:tag, :status)")
_UNTAG = Hot("DELETE FROM status_tags WHERE status_id = :status")
_USED_TODAY = Hot(
    "SELECT 1 FROM statuses s WHERE s.author_id = :author AND s.id >= :first AND s.id <> :status "
    "AND s.visibility = 'public' AND EXISTS (SELECT 1 FROM status_tags t WHERE t.tag_id = :tag AND t.status_id = s.id) "
    "LIMIT 1"
)
_USE = Hot(
    "INSERT INTO tag_days (tag_id, day, uses, accounts) VALUES (:tag, :day, 1, :fresh) "
    "ON CONFLICT (tag_id, day) DO UPDATE SET uses = tag_days.uses + 1, accounts = tag_days.accounts + :fresh"
)


def compose(w: Write, db: Database, text: str) -> Words:
    """Make a text into HTML; all its mentions are looked up in one query."""
    base_url, domain = db.base_url, db.local_domain
    people = _people(w, base_url, find_mentions(text, domain)) if "@" in text else {}
    made = render(text, domain=domain, base_url=base_url, resolve_mention=lambda name, at: people.get((name, at)))
    return Words(text, made.html, made.mentions, made.tags, made.links)


def _people(
    w: Write, base_url: str, handles: Sequence[tuple[str, str | None]]
) -> dict[tuple[str, str | None], Mentioned]:
    if not handles:
        return {}
    found: dict[tuple[str, str | None], Mentioned] = {}
    for number, username, key, domain, uri in w.fast(_PEOPLE, names=list({name for name, _ in handles})):
        url = f"{base_url}/@{username}" if domain is None else uri
        found[key, domain] = Mentioned(number, username, domain, url)
    return found


def keep_mentions(w: Write, status_id: int, mentions: Sequence[int]) -> None:
    """Note who is mentioned, in order."""
    for position, account_id in enumerate(mentions):
        w.run_later(_MENTION, status=status_id, account=account_id, position=position)


def replace_mentions(w: Write, status_id: int, mentions: Sequence[int]) -> None:
    """Note who is mentioned now."""
    w.run_later(_UNMENTION, status=status_id)
    keep_mentions(w, status_id, mentions)


def keep_tags(w: Write, status_id: int, author_id: int, tags: Sequence[Tag], *, counts: bool) -> None:
    """Note a post's hashtags; ``counts`` adds to their daily use."""
    if not tags:
        return
    for tag_id in tag_ids(w, tags):
        if counts:
            _count_use(w, tag_id, status_id, author_id)
        w.run_later(_TAG, tag=tag_id, status=status_id)


def replace_tags(w: Write, status_id: int, tags: Sequence[Tag]) -> None:
    """Note a post's hashtags as they are now; an edit adds nothing to their daily use."""
    w.run_later(_UNTAG, status=status_id)
    for tag_id in tag_ids(w, tags):
        w.run_later(_TAG, tag=tag_id, status=status_id)


def tag_ids(w: Write, tags: Sequence[Tag]) -> list[int]:
    """The ids of hashtags, which are made where there are none yet."""
    shown = {tag.name: tag.written for tag in tags}
    if not shown:
        return []
    known = dict(w.fast(_TAGS, names=list(shown)))
    missing = sorted(shown.keys() - known.keys())  # in one order everywhere, so that two posts cannot deadlock
    for name in missing:
        w.run_later(_NEW_TAG, id=w.new_id(), name=name, shown=shown[name], now=w.now)
    if missing:
        known |= dict(w.fast(_TAGS, names=missing))
    return sorted(known[name] for name in shown)


def _count_use(w: Write, tag_id: int, status_id: int, author_id: int) -> None:
    day = w.now // DAY
    used = w.fast(_USED_TODAY, author=author_id, first=first_at(day * DAY), status=status_id, tag=tag_id)
    w.run_later(_USE, tag=tag_id, day=day, fresh=0 if used else 1)
