"""Statuses as the client API shows them.

What everybody sees alike is encoded once per revision and cached; the author's part has its own
revision; counters and what the viewer has done are spliced in as bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from holdfast import posts
from holdfast.errors import NotFound
from holdfast.mastodon.entities import (
    MediaAttachment,
    MediaFocus,
    MediaMeta,
    MediaSize,
    StatusApplication,
    StatusMention,
    StatusTag,
)
from holdfast.mastodon.entities.base import datetime_text
from holdfast.mastodon.rendering.accounts import Accounts, tail
from holdfast.mastodon.rendering.cache import RevisionCache
from holdfast.mastodon.rendering.polls import poll_bytes
from holdfast.posts import Content, Facts, Flags
from holdfast.store import Read, json_value
from holdfast.writes import Database

_encode = msgspec.json.Encoder().encode

CACHE_BYTES = 48 * 1024 * 1024
_NO_QUOTES = {"automatic": [], "manual": [], "current_user": "denied"}
_ANONYMOUS = b'"card":null,"reblog":'
_PLAIN = b',"favourited":false,"reblogged":false,"muted":false,"bookmarked":false,"filtered":[]'


class Statuses:
    """Renders statuses; one object per process keeps the cache."""

    def __init__(self, db: Database, accounts: Accounts) -> None:
        self._db = db
        self._accounts = accounts
        self._cache: RevisionCache[bytes] = RevisionCache(CACHE_BYTES)

    def clear(self) -> None:
        """Forget everything, because the server's address has changed."""
        self._cache.clear()

    def many(self, r: Read, viewer: int | None, ids: Sequence[int]) -> list[bytes]:
        """Statuses in the order of their ids; those that the viewer may not see are left out."""
        page = self.by_id(r, viewer, ids)
        return [page[number] for number in ids if number in page]

    def one(self, r: Read, viewer: int | None, number: int) -> bytes:
        """A status. Raises :class:`NotFound` when there is none that the viewer may see."""
        found = self.by_id(r, viewer, [number])
        if number not in found:
            raise NotFound()
        return found[number]

    def by_id(self, r: Read, viewer: int | None, ids: Sequence[int]) -> dict[int, bytes]:
        """Statuses under their ids: one query for facts, one for flags, one more where there are boosts or polls."""
        facts = posts.facts(r, viewer, ids)
        inner = [f.boost_of_id for f in facts.values() if f.boost_of_id is not None and f.boost_of_id not in facts]
        if inner:
            facts |= posts.facts(r, viewer, inner)
        everything = list(facts.values())
        flags = posts.flags(r, viewer, facts.keys(), {f.thread_id for f in everything})
        shared = self._shared(r, everything)
        heads = self._accounts.heads(r, {f.author_id: f.author_revision for f in everything})
        poll_ids = [f.poll_id for f in everything if f.poll_id is not None]
        polls = posts.poll_facts(r, viewer, poll_ids) if poll_ids else {}
        done: dict[int, bytes] = {}
        for f in sorted(everything, key=lambda f: f.boost_of_id is not None):  # originals before their boosts
            reblog = b"null"
            if f.boost_of_id is not None:
                if f.boost_of_id not in done:
                    continue
                reblog = done[f.boost_of_id]
            poll = poll_bytes(polls[f.poll_id], viewer) if f.poll_id in polls and f.poll_id is not None else b"null"
            done[f.id] = self._joined(f, shared[f.id], heads[f.author_id], poll, reblog, flags, viewer)
        return done

    def _joined(
        self, f: Facts, shared: bytes, author: bytes, poll: bytes, reblog: bytes, flags: Flags, viewer: int | None
    ) -> bytes:
        counts = (
            f'"replies_count":{f.replies_count},"reblogs_count":{f.boosts_count},'
            f'"favourites_count":{f.favourites_count},"quotes_count":{f.quotes_count},'
        ).encode()
        account = author + tail(f.followers_count, f.following_count, f.statuses_count, f.last_status_at)
        personal = b"" if viewer is None else _personal(f, flags, viewer)
        return b"".join((shared, account, b",", counts, b'"poll":', poll, b",", _ANONYMOUS, reblog, personal, b"}"))

    def _shared(self, r: Read, everything: Sequence[Facts]) -> dict[int, bytes]:
        found: dict[int, bytes] = {}
        missing = []
        for f in everything:
            kept = self._cache.get(f.id, f.revision)
            if kept is None:
                missing.append(f.id)
            else:
                found[f.id] = kept
        if missing:
            for number, content in posts.contents(r, missing).items():
                encoded = self._encoded(content)
                self._cache.put(number, content.revision, encoded, len(encoded))
                found[number] = encoded
        return found

    def _encoded(self, c: Content) -> bytes:
        """Everything but author, counters and flags, open at the end for the author's account."""
        base = self._db.base_url
        url = c.uri if c.domain else f"{base}/@{c.username}/{c.id}"
        entity: dict[str, Any] = {
            "id": str(c.id),
            "uri": c.uri,
            "url": url if c.boost_of_id is None else c.uri,
            "created_at": datetime_text(c.created_at),
            "edited_at": datetime_text(c.edited_at) if c.edited_at else None,
            "content": c.html,
            "text": None,
            "visibility": c.visibility,
            "sensitive": bool(c.is_sensitive),
            "spoiler_text": c.spoiler_text,
            "language": c.language,
            "in_reply_to_id": str(c.in_reply_to_id) if c.in_reply_to_id else None,
            "in_reply_to_account_id": str(c.in_reply_to_account_id) if c.in_reply_to_account_id else None,
            "media_attachments": [media_entity(base, row) for row in c.media],
            "mentions": [self._mention(row) for row in c.mentions],
            "tags": [StatusTag(name=name, url=f"{base}/tags/{name}") for name in c.tags],
            "emojis": [],
            "quote": None,
            "quote_approval": _NO_QUOTES,
            "tagged_collections": [],
        }
        if c.app_name:
            entity["application"] = StatusApplication(name=c.app_name, website=c.app_website)
        return _encode(entity)[:-1] + b',"account":'

    def _mention(self, row: tuple[Any, ...]) -> StatusMention:
        number, username, domain, uri = row
        return StatusMention(
            id=str(number),
            username=username,
            url=self._accounts.url(username, domain, uri),
            acct=self._accounts.handle(username, domain),
        )


def _personal(f: Facts, flags: Flags, viewer: int) -> bytes:
    favourited, boosted = f.id in flags.favourited, f.id in flags.boosted
    bookmarked, muted = f.id in flags.bookmarked, f.thread_id in flags.muted
    own = f.author_id == viewer and f.boost_of_id is None
    if not (favourited or boosted or bookmarked or muted or own):
        return _PLAIN
    text = (
        f',"favourited":{_word(favourited)},"reblogged":{_word(boosted)},"muted":{_word(muted)},'
        f'"bookmarked":{_word(bookmarked)},"filtered":[]'
    )
    if own:
        text += f',"pinned":{_word(f.id in flags.pinned)}'
    return text.encode()


def _word(value: bool) -> str:
    return "true" if value else "false"


def media_entity(base: str, row: Sequence[Any]) -> MediaAttachment:
    """An attachment from a row of ``posts`` (id, status, kind, state, file, mime, meta, blurhash, text, focus)."""
    number, _, kind, state, file_name, _, meta, blurhash, description, x, y = row
    known = json_value(meta) or {}
    ready = state == "ready"
    return MediaAttachment(
        id=str(number),
        type=kind,
        url=f"{base}/media/{file_name}" if ready else None,
        preview_url=f"{base}/media/small/{file_name}" if ready else None,
        remote_url=None,
        meta=MediaMeta(
            focus=MediaFocus(x=x or 0.0, y=y or 0.0),
            original=_size(known.get("original")),
            small=_size(known.get("small")),
        )
        if ready
        else None,
        description=description or None,
        blurhash=blurhash,
    )


def _size(known: dict[str, Any] | None) -> MediaSize:
    if not known:
        return MediaSize()
    width, height = known["width"], known["height"]
    return MediaSize(width=width, height=height, size=f"{width}x{height}", aspect=round(width / max(height, 1), 4))
