"""Polls: look at one, vote in one."""

from __future__ import annotations

from msgspec import Struct

from holdfast import posts
from holdfast.errors import NotFound
from holdfast.mastodon.binding import Id
from holdfast.mastodon.endpoints import Call, Endpoints
from holdfast.mastodon.entities import Poll
from holdfast.mastodon.rendering import poll_entity
from holdfast.store import Read

api = Endpoints()


class PollById(Struct, kw_only=True):
    """The poll in the path."""

    id: Id


class VoteParams(PollById, kw_only=True):
    """The chosen options, counted from zero."""

    choices: list[int]


def _shown(r: Read, call: Call, poll_id: int) -> Poll:
    viewer = call.viewer
    found = posts.poll_facts(r, viewer, [poll_id]).get(poll_id)
    if found is None or found.status_id not in posts.visible_ids(r, viewer, [found.status_id]):
        raise NotFound()
    return poll_entity(found, viewer, call.renderer.emojis, call.db.base_url)


@api.get("/api/v1/polls/{id}", auth="public-or-user", scopes="read:statuses", params=PollById, returns=Poll, tier=2)
def show(call: Call, params: PollById) -> Poll:
    """A poll with its results so far."""
    return _shown(call.r, call, params.id)


@api.post("/api/v1/polls/{id}/votes", scopes="write:statuses", params=VoteParams, returns=Poll, tier=2)
async def vote(call: Call, params: VoteParams) -> Poll:
    """Vote; every member once."""
    await call.write(posts.vote, params.id, tuple(params.choices))
    return await call.read(_shown, call, params.id)
