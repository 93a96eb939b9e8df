"""Polls as the client API shows them: never cached, since every vote changes them."""

from __future__ import annotations

import msgspec

from holdfast.mastodon.entities import Poll, PollOption
from holdfast.mastodon.entities.base import datetime_text
from holdfast.mastodon.rendering.emojis import emoji_entities
from holdfast.posts import Emojis, PollFacts

_encode = msgspec.json.Encoder().encode


def poll_entity(poll: PollFacts, viewer: int | None, emojis: Emojis, base: str) -> Poll:
    """A poll with the viewer's own votes; totals are null while they are hidden."""
    shown = poll.expired or not poll.hides_totals
    entity = Poll(
        id=str(poll.id),
        expires_at=datetime_text(poll.expires_at) if poll.expires_at else None,
        expired=poll.expired,
        multiple=poll.is_multiple,
        votes_count=sum(poll.votes),
        voters_count=poll.voters_count,
        options=[
            PollOption(title=title, votes_count=count if shown else None)
            for title, count in zip(poll.options, poll.votes, strict=True)
        ],
        emojis=emoji_entities(base, emojis.used_in(*poll.options)),
    )
    if viewer is not None:
        entity.voted = bool(poll.own_votes) or poll.author_id == viewer
        entity.own_votes = list(poll.own_votes)
    return entity


def poll_bytes(poll: PollFacts, viewer: int | None, emojis: Emojis, base: str) -> bytes:
    """The encoded poll."""
    return _encode(poll_entity(poll, viewer, emojis, base))
