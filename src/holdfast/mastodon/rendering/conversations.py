"""Conversations as the client API shows them."""

from __future__ import annotations

from collections.abc import Sequence

from holdfast import posts
from holdfast.mastodon.rendering import Renderer, array
from holdfast.store import Read


def conversation_bytes(renderer: Renderer, r: Read, viewer: int, found: Sequence[posts.Conversation]) -> list[bytes]:
    """Conversations as one participant sees them: the others (in a talk with oneself, oneself), the newest post."""
    circles = {one.id: one.participants or (viewer,) for one in found}
    people = list({number for circle in circles.values() for number in circle})
    accounts = dict(zip(people, renderer.accounts.many(r, people), strict=True))
    statuses = renderer.statuses.by_id(r, viewer, [one.last_status_id for one in found])
    done = []
    for one in found:
        unread = b"true" if one.is_unread else b"false"
        others = array([accounts[number] for number in circles[one.id]])
        last = statuses.get(one.last_status_id, b"null")
        head = f'{{"id":"{one.id}","unread":'.encode()
        done.append(b"".join((head, unread, b',"accounts":', others, b',"last_status":', last, b"}")))
    return done
