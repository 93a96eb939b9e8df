"""Conversations: the caller's threads of direct messages."""

from __future__ import annotations

from msgspec import Struct

from holdfast import posts
from holdfast.mastodon.binding import Id
from holdfast.mastodon.endpoints import Call, Endpoints, Reply
from holdfast.mastodon.entities import Conversation
from holdfast.mastodon.paging import Page
from holdfast.mastodon.rendering import array
from holdfast.mastodon.rendering.conversations import conversation_bytes
from holdfast.mastodon.statuses import window
from holdfast.store import Read

api = Endpoints()

DEFAULT, MOST = 20, 40


class ById(Struct, kw_only=True):
    """The conversation in the path."""

    id: Id


class Empty(Struct):
    """An object with nothing in it."""


@api.get("/api/v1/conversations", scopes="read:statuses", params=Page, returns=list[Conversation])
def listing(call: Call, params: Page) -> Reply:
    """The caller's conversations, that with the newest post first."""
    part = window(params, DEFAULT, MOST)
    found = posts.conversations(call.r, call.me, part)
    body = array(conversation_bytes(call.renderer, call.r, call.me, found))
    return call.page(body, [one.last_status_id for one in found], part.limit)


@api.delete("/api/v1/conversations/{id}", scopes="write:conversations", params=ById, returns=Empty)
async def remove(call: Call, params: ById) -> Empty:
    """Remove a conversation from the caller's list; its posts stay."""
    await call.write(posts.delete_conversation, params.id)
    return Empty()


async def _shown(call: Call, conversation_id: int) -> bytes:
    def look(r: Read) -> bytes:
        found = posts.conversation(r, call.me, conversation_id)
        return conversation_bytes(call.renderer, r, call.me, [found])[0]

    return await call.read(look)


@api.post("/api/v1/conversations/{id}/read", scopes="write:conversations", params=ById, returns=Conversation)
async def read(call: Call, params: ById) -> bytes:
    """Mark a conversation as read."""
    await call.write(posts.mark_read, params.id)
    return await _shown(call, params.id)
