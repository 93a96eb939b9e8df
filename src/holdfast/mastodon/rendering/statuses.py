"""Statuses as the client API shows them.

What everybody sees alike is encoded once per revision and cached; the author's part has its own
revision; counters and what the viewer has done are spliced in as bytes. The whole of a status without
marks is kept under its facts: as long as no revision and no counter has changed, it is the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

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
from holdfast.mastodon.rendering.cards import card_entity
from holdfast.mastodon.rendering.emojis import emoji_entities
from holdfast.mastodon.rendering.filtered import Filtered
from holdfast.mastodon.rendering.interaction import LOCKED, interaction_policy
from holdfast.mastodon.rendering.polls import poll_bytes
from holdfast.mastodon.rendering.quotes import approval, link_for_old_apps, shallow_quote, whole_quote
from holdfast.posts import Content, Emojis, Facts, PollFacts, Quoted, Sight
from holdfast.store import Read, RevisionCache, json_value
from holdfast.writes import Database

_encode = msgspec.json.Encoder().encode

CACHE_BYTES = 32 * 1024 * 1024
KEPT_POLLS = 20_000
WHOLE_BYTES = 16 * 1024 * 1024  # of whole statuses as strangers and as members without a mark on them see them
_WHOLE = (
    b'%b%b,"replies_count":%d,"reblogs_count":%d,"favourites_count":%d,"quotes_count":%d,'
    b'"quote":%b,"quote_approval":%b,"poll":%b,"reblog":%b%b}'
)


class Statuses:
    """Renders statuses; one object per process keeps the cache."""

    def __init__(self, db: Database, accounts: Accounts, emojis: Emojis, filtered: Filtered) -> None:
        self._db = db
        self._accounts = accounts
        self._emojis = emojis
        self._filtered = filtered
        self._cache: RevisionCache[int, bytes] = RevisionCache(CACHE_BYTES)
        self._polls: dict[tuple[int | None, int], tuple[int, PollFacts]] = {}
        self._stranger: RevisionCache[Facts, bytes] = RevisionCache(WHOLE_BYTES)
        self._plain: RevisionCache[Facts, bytes] = RevisionCache(WHOLE_BYTES)

    def clear(self) -> None:
        """Forget everything, because the server's address has changed."""
        for kept in (self._cache, self._stranger, self._plain):
            kept.clear()

    def many(
        self,
        r: Read,
        viewer: int | None,
        ids: Sequence[int],
        known: dict[int, Facts] | None = None,
        sight: Sight | None = None,
        context: str | None = None,
    ) -> list[bytes]:
        """Statuses in the order of their ids; those that the viewer may not see are left out.

        ``known`` are facts that this same look has found already, those of boosted statuses included. In a
        ``context`` (home, notifications) what the viewer's filters hide there is left out too.
        """
        page = self.by_id(r, viewer, ids, known, sight, context)
        return [page[number] for number in ids if number in page]

    def one(self, r: Read, viewer: int | None, number: int, sight: Sight | None = None) -> bytes:
        """A status. Raises :class:`NotFound` when there is none that the viewer may see."""
        found = self.by_id(r, viewer, [number], sight=sight)
        if number not in found:
            raise NotFound()
        return found[number]

    def just_published(self, r: Read, author_id: int, number: int) -> bytes:
        """A status for its author, who has just published it and so has marked it with nothing; one exchange.

        Raises :class:`NotFound` when it is gone already.
        """
        found = posts.just_published(r, author_id, number)
        if found is None:
            raise NotFound()
        facts, content = found
        is_apart = facts.quote_of_id is not None or facts.quote_policy != "public"
        if is_apart or facts.thread_id != number:  # the author may have muted the conversation
            return self.one(r, author_id, number)
        self._keep(r, content)
        done: dict[int, bytes] = {}
        self._make(posts.unaided(r, author_id), [facts], _Personal({number: posts.OWN}, {}, {}), done)
        return done[number]

    def by_id(
        self,
        r: Read,
        viewer: int | None,
        ids: Sequence[int],
        known: dict[int, Facts] | None = None,
        sight: Sight | None = None,
        context: str | None = None,
    ) -> dict[int, bytes]:
        """Statuses under their ids: one query for facts, one for marks, one for who may quote them, more where there
        are boosts, polls or quotes; none of them for what the sight holds in memory."""
        sight = sight or posts.unaided(r, viewer)
        facts = sight.facts(ids) if known is None else known
        inner = [f.boost_of_id for f in facts.values() if f.boost_of_id is not None and f.boost_of_id not in facts]
        if inner:
            facts = facts | sight.facts(inner)
        quoted = posts.quoted(sight, facts.values(), self._db.clock.now())
        done = self._bytes(sight, facts, self._quotes(sight, quoted) if quoted else {})
        self._filtered.mark(sight, facts, done, context)
        return done

    def _quotes(self, sight: Sight, quoted: dict[int, Quoted]) -> dict[int, bytes]:
        """Quotes with the quoted statuses in them, as this viewer sees them, under the ids of those that quote."""
        facts = {one.facts.id: one.facts for one in quoted.values() if one.facts is not None}
        inner = posts.quoted(sight, facts.values(), self._db.clock.now())
        bodies = self._bytes(sight, facts, {number: shallow_quote(one) for number, one in inner.items()})
        self._filtered.mark(sight, facts, bodies, None)
        return {
            number: whole_quote(one, bodies.get(one.facts.id) if one.facts is not None else None)
            for number, one in quoted.items()
        }

    def _bytes(self, sight: Sight, facts: dict[int, Facts], quotes: dict[int, bytes]) -> dict[int, bytes]:
        """Statuses of which facts and quotes are known, without what filters found in them."""
        viewer = sight.viewer
        marks, exceptions = sight.marks(facts.values()), posts.quoting_exceptions(sight, facts.values())
        done: dict[int, bytes] = {}
        other: list[Facts] = []
        whole = (self._stranger if viewer is None else self._plain).get
        for number, f in facts.items():
            is_usual = number not in marks and f.quote_of_id is None and number not in exceptions
            kept = whole(number, f) if is_usual else None
            if kept is None:
                other.append(f)
            else:
                done[number] = kept
        if other:
            self._make(sight, other, _Personal(marks, exceptions, quotes), done)
        return done

    def _make(self, sight: Sight, wanted: list[Facts], own: _Personal, done: dict[int, bytes]) -> None:
        """Put together what is not kept whole: new, changed, marked by the viewer, boosts, polls and quotes."""
        viewer, marks = sight.viewer, own.marks
        shared = self._shared(sight.r, wanted)
        authors = self._authors(sight.r, wanted)
        polls = self._polls_of(sight, wanted)
        boosts: list[Facts] = []
        for f in wanted:
            if f.boost_of_id is not None:
                boosts.append(f)
                continue
            poll = polls.get(f.poll_id) if f.poll_id is not None else None
            encoded = b"null" if poll is None else poll_bytes(poll, viewer, self._emojis, self._db.base_url)
            bits = marks.get(f.id, 0)
            may_quote = own.exceptions.get(f.id, posts.is_usually_quotable(viewer, f))
            parts = _Parts(
                quote=own.quotes.get(f.id, b"null"),
                approval=approval(f.quote_policy, may_quote=may_quote),
                poll=encoded,
                personal=_personal(bits, viewer is None),
            )
            done[f.id] = made = _joined(f, shared[f.id], authors[f.author_id], parts)
            if poll is None and not bits and f.quote_of_id is None and f.id not in own.exceptions:
                (self._stranger if viewer is None else self._plain).put(f.id, f, made, len(made))
        for f in boosts:
            if f.boost_of_id in done:
                personal = _personal(marks.get(f.id, 0), viewer is None)
                parts = _Parts(reblog=done[f.boost_of_id], personal=personal)
                done[f.id] = _joined(f, shared[f.id], authors[f.author_id], parts)

    def _polls_of(self, sight: Sight, wanted: list[Facts]) -> dict[int, PollFacts]:
        """The polls of statuses; kept as each viewer sees them, until somebody votes, it is edited or its time ends."""
        viewer, now = sight.viewer, self._db.clock.now()
        found: dict[int, PollFacts] = {}
        missing: list[int] = []
        for f in wanted:
            if f.poll_id is None:
                continue
            kept = self._polls.get((viewer, f.poll_id))
            if kept is not None and sight.holds(kept[0], f.poll_id, f.id, viewer or 0):
                poll = kept[1]
                if poll.expired or poll.expires_at is None or now < poll.expires_at:
                    found[f.poll_id] = poll
                    continue
            missing.append(f.poll_id)
        if missing:
            asked = posts.poll_facts(sight.r, viewer, missing)
            found |= asked
            if len(self._polls) >= KEPT_POLLS:
                self._polls.clear()
            self._polls.update({(viewer, number): (sight.number, poll) for number, poll in asked.items()})
        return found

    def _authors(self, r: Read, everything: Sequence[Facts]) -> dict[int, bytes]:
        """The authors' accounts, each put together once for a page."""
        authors = {f.author_id: f for f in everything}
        heads = self._accounts.heads(r, {number: f.author_revision for number, f in authors.items()})
        return {
            number: heads[number] + tail(f.followers_count, f.following_count, f.statuses_count, f.last_status_at)
            for number, f in authors.items()
        }

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
                found[number] = self._keep(r, content)
        return found

    def _keep(self, r: Read, content: Content) -> bytes:
        encoded = self._encoded(r, content)
        self._cache.put(content.id, content.revision, encoded, len(encoded))
        return encoded

    def _encoded(self, r: Read, c: Content) -> bytes:
        """Everything but author, counters and flags, open at the end for the author's account."""
        base = self._db.base_url
        url = c.uri if c.domain else f"{base}/@{c.username}/{c.id}"
        entity: dict[str, Any] = {
            "id": str(c.id),
            "uri": c.uri,
            "url": url if c.boost_of_id is None else c.uri,
            "created_at": datetime_text(c.created_at),
            "edited_at": datetime_text(c.edited_at) if c.edited_at else None,
            "content": link_for_old_apps(c, base) + c.html,
            "text": None,
            "visibility": c.visibility,
            "sensitive": bool(c.is_sensitive),
            "spoiler_text": c.spoiler_text,
            "language": c.language,
            "in_reply_to_id": str(c.in_reply_to_id) if c.in_reply_to_id else None,
            "in_reply_to_account_id": str(c.in_reply_to_account_id) if c.in_reply_to_account_id else None,
            "media_attachments": [media_entity(base, row, is_withheld=c.restriction is not None) for row in c.media],
            "mentions": [self._mention(row) for row in c.mentions],
            "tags": [StatusTag(name=name, url=f"{base}/tags/{name}") for name in c.tags],
            "emojis": emoji_entities(base, self._emojis.used_in(c.html, c.spoiler_text)),
            "card": self._card(r, c),
            "tagged_collections": [],
        }
        if c.reply_policy is not None or c.locked_at is not None:
            policy = LOCKED if c.locked_at is not None else c.reply_policy
            entity["interaction_policy"] = interaction_policy(c.visibility, policy or LOCKED)
        moderation = {"restriction": c.restriction, "label": c.label, "locked": c.locked_at is not None}
        if any(moderation.values()):
            entity["moderation"] = moderation
        if c.folded_by_id is not None:
            entity["folded"] = True
        if c.app_name:
            entity["application"] = StatusApplication(name=c.app_name, website=c.app_website)
        return _encode(entity)[:-1] + b',"account":'

    def _card(self, r: Read, c: Content) -> dict[str, object] | None:
        """The preview of the post's link. Its author is shown as at the time at which the post was encoded."""
        if c.card is None:
            return None
        author = self._accounts.many(r, [c.card.author_id]) if c.card.author_id is not None else []
        return card_entity(self._db.base_url, c.card, author[0] if author else None)

    def _mention(self, row: tuple[Any, ...]) -> StatusMention:
        number, username, domain, uri = row
        return StatusMention(
            id=str(number),
            username=username,
            url=self._accounts.url(username, domain, uri),
            acct=self._accounts.handle(username, domain),
        )


_NOT_QUOTABLE = approval("nobody", may_quote=False)


class _Personal(NamedTuple):
    """What is one viewer's own about the statuses of a page: marks, which they may unusually quote or not, quotes."""

    marks: dict[int, int]
    exceptions: dict[int, bool]
    quotes: dict[int, bytes]


class _Parts(NamedTuple):
    """What is put behind the part of a status that everybody sees alike. A boost cannot be quoted."""

    quote: bytes = b"null"
    approval: bytes = _NOT_QUOTABLE
    poll: bytes = b"null"
    reblog: bytes = b"null"
    personal: bytes = b""


def _joined(f: Facts, shared: bytes, author: bytes, parts: _Parts) -> bytes:
    return _WHOLE % (
        shared,
        author,
        f.replies_count,
        f.boosts_count,
        f.favourites_count,
        f.quotes_count,
        *parts,
    )


@cache
def _personal(bits: int, is_stranger: bool) -> bytes:
    """What the viewer has done with a status."""
    if is_stranger:
        return b""
    text = (
        f',"favourited":{_word(bits & posts.FAVOURITED)},"reblogged":{_word(bits & posts.BOOSTED)},'
        f'"muted":{_word(bits & posts.MUTED)},"bookmarked":{_word(bits & posts.BOOKMARKED)},"filtered":[]'
    )
    if bits & posts.OWN:
        text += f',"pinned":{_word(bits & posts.PINNED)}'
    return text.encode()


def _word(value: int) -> str:
    return "true" if value else "false"


def media_entity(base: str, row: Sequence[Any], *, is_withheld: bool = False) -> MediaAttachment:
    """An attachment from a row of ``posts`` (id, status, kind, state, file, mime, meta, blurhash, text, focus).

    The files of a restricted post are withheld from everybody, so they have no address.
    """
    number, _, kind, state, file_name, _, meta, blurhash, description, x, y = row
    known = json_value(meta) or {}
    ready = state == "ready" and not is_withheld
    return MediaAttachment(
        id=str(number),
        type="unknown" if state == "failed" else kind,
        url=f"{base}/media/{file_name}" if ready else None,
        preview_url=None if is_withheld else _preview(base, file_name, known.get("small")),
        remote_url=None,
        meta=_meta(known, MediaFocus(x=x or 0.0, y=y or 0.0)) if ready else None,
        description=description or None,
        blurhash=blurhash,
    )


def _preview(base: str, file_name: str, small: dict[str, Any] | None) -> str | None:
    if not small:
        return None
    mark = small.get("mark")
    return f"{base}/media/small/{file_name}?{mark}" if mark else f"{base}/media/small/{file_name}"


_OF_RECORDINGS = ("length", "duration", "fps", "size", "width", "height", "aspect", "audio_encode", "audio_bitrate",
                  "audio_channels")  # fmt: skip


def _meta(known: dict[str, Any], focus: MediaFocus) -> MediaMeta:
    original = known.get("original") or {}
    if "length" not in known:
        return MediaMeta(focus=focus, original=_size(original), small=_size(known.get("small")))
    return MediaMeta(
        focus=focus,
        original=MediaSize(**original),
        small=_size(known.get("small")),
        **{key: known[key] for key in _OF_RECORDINGS if key in known},
    )


def _size(known: dict[str, Any] | None) -> MediaSize:
    if not known:
        return MediaSize()
    width, height = known["width"], known["height"]
    return MediaSize(width=width, height=height, size=f"{width}x{height}", aspect=round(width / max(height, 1), 4))
