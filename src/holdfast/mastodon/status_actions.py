"""What a member does with somebody's status: boost, favourite, bookmark, pin, mute its thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from holdfast import posts
from holdfast.mastodon.endpoints import Call, Endpoints
from holdfast.mastodon.entities import Status
from holdfast.mastodon.statuses import ById, ReplyPolicy
from holdfast.posts import folding

api = Endpoints()


class BoostParams(ById, kw_only=True):
    """Which status is boosted, and for whom."""

    visibility: Literal["public", "unlisted", "private"] | None = None


class ReplyPolicyParams(ById, kw_only=True):
    """Who may reply to an own status from now on."""

    reply_policy: ReplyPolicy


@api.put("/api/v1/statuses/{id}/reply_policy", scopes="write:statuses", params=ReplyPolicyParams, returns=Status)
async def set_reply_policy(call: Call, params: ReplyPolicyParams) -> bytes:
    """Say who may reply to an own status from now on; an extension of this server."""
    await call.write(posts.set_reply_policy, params.id, params.reply_policy)
    return await call.read(call.renderer.statuses.one, call.viewer, params.id)


@api.post("/api/v1/statuses/{id}/fold", scopes="write:statuses", params=ById, returns=Status)
async def fold(call: Call, params: ById) -> bytes:
    """Fold a reply away in one's own conversation; an extension of this server."""
    await call.write(folding.fold, params.id)
    return await call.read(call.renderer.statuses.one, call.viewer, params.id)


@api.post("/api/v1/statuses/{id}/unfold", scopes="write:statuses", params=ById, returns=Status)
async def unfold(call: Call, params: ById) -> bytes:
    """Let a folded reply stand in its place again; an extension of this server."""
    await call.write(folding.unfold, params.id)
    return await call.read(call.renderer.statuses.one, call.viewer, params.id)


@api.post("/api/v1/statuses/{id}/reblog", scopes="write:statuses", params=BoostParams, returns=Status, tier=2)
async def reblog(call: Call, params: BoostParams) -> bytes:
    """Boost a status; the answer is the boost, with the original inside."""
    boost_id = await call.write(posts.boost, params.id, params.visibility)
    return await call.read(call.renderer.statuses.one, call.viewer, boost_id)


@api.post("/api/v1/statuses/{id}/unreblog", scopes="write:statuses", params=ById, returns=Status, tier=2)
async def unreblog(call: Call, params: ById) -> bytes:
    """Take a boost back; the answer is the original."""
    original_id = await call.write(posts.unboost, params.id)
    return await call.read(call.renderer.statuses.one, call.viewer, original_id)


def _declare(action: str, scope: str, command: Callable[..., Any], promise: str) -> None:
    """One endpoint for each mark: the command, then the status as it now is."""

    async def act(call: Call, params: ById) -> bytes:
        await call.write(command, params.id)
        return await call.read(call.renderer.statuses.one, call.viewer, params.id)

    act.__doc__ = promise
    act.__name__ = action
    act.__module__ = __name__
    api.post(f"/api/v1/statuses/{{id}}/{action}", scopes=scope, params=ById, returns=Status, tier=2)(act)


_declare("favourite", "write:favourites", posts.favourite, "Favourite a status.")
_declare("unfavourite", "write:favourites", posts.unfavourite, "Take a favourite back.")
_declare("bookmark", "write:bookmarks", posts.bookmark, "Bookmark a status; nobody else learns of it.")
_declare("unbookmark", "write:bookmarks", posts.unbookmark, "Remove a bookmark.")
_declare("pin", "write:accounts", posts.pin, "Put an own status at the top of the profile.")
_declare("unpin", "write:accounts", posts.unpin, "Take a status from the top of the profile.")
_declare("mute", "write:mutes", posts.mute_thread, "Hear no more of a conversation.")
_declare("unmute", "write:mutes", posts.unmute_thread, "Hear of a conversation again.")
