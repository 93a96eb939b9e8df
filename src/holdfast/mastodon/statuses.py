"""Statuses: publish, read, edit, delete; their threads and history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, cast

import msgspec
from msgspec import UNSET, Struct, UnsetType

from holdfast import posts
from holdfast.errors import Invalid, NotFound
from holdfast.mastodon.binding import Id
from holdfast.mastodon.endpoints import Call, Endpoints, Reply, reply
from holdfast.mastodon.entities import (
    Account,
    Context,
    MediaAttachment,
    ScheduledStatus,
    ScheduledStatusParams,
    ScheduledStatusParamsPoll,
    Status,
    StatusEdit,
    StatusSource,
)
from holdfast.mastodon.entities.base import datetime_text
from holdfast.mastodon.paging import Page
from holdfast.mastodon.rendering import array, media_entity
from holdfast.mastodon.rendering.emojis import emoji_entities
from holdfast.store import Read
from holdfast.store.paging import Window

api = Endpoints()

_encode = msgspec.json.Encoder().encode

Visibility = Literal["public", "unlisted", "private", "direct"]
ReplyPolicy = Literal["public", "followers", "mentioned", "nobody"]
QuotePolicy = Literal["public", "followers", "nobody"]


class ById(Struct, kw_only=True):
    """The status in the path."""

    id: Id


class PollParams(Struct, kw_only=True):
    """A poll to attach."""

    options: list[str] = []
    expires_in: int | None = None
    multiple: bool = False
    hide_totals: bool = False


class PublishParams(Struct, kw_only=True):
    """A new status."""

    status: str = ""
    media_ids: list[Id] = []
    poll: PollParams | None = None
    in_reply_to_id: Id | None = None
    sensitive: bool | None = None
    spoiler_text: str = ""
    visibility: Visibility | None = None
    language: str | None = None
    scheduled_at: datetime | None = None
    reply_policy: ReplyPolicy | None = None
    quoted_status_id: Id | None = None
    quote_approval_policy: QuotePolicy | None = None


class MediaChange(Struct, kw_only=True):
    """A new description or focus for an attached picture."""

    id: Id
    description: str | UnsetType = UNSET
    focus: str | UnsetType = UNSET


class EditParams(ById, kw_only=True):
    """What a status shall read from now on."""

    status: str = ""
    spoiler_text: str = ""
    sensitive: bool | None = None
    language: str | None = None
    media_ids: list[Id] = []
    media_attributes: list[MediaChange] = []
    poll: PollParams | None = None
    quote_approval_policy: QuotePolicy | None = None


class DeleteParams(ById, kw_only=True):
    """Which status goes, and whether its pictures go at once."""

    delete_media: bool = False


class ManyParams(Struct, kw_only=True):
    """Several statuses by id."""

    id: list[Id] = []


class ListParams(Page, kw_only=True):
    """A page of what hangs on the status in the path."""

    id: Id


@api.post("/api/v1/statuses", scopes="write:statuses", params=PublishParams, returns=Status, tier=1)
async def publish(call: Call, params: PublishParams) -> bytes:
    """Publish a post, or keep it for later; the same Idempotency-Key within an hour gives the first result again."""
    draft = posts.Draft(
        text=params.status,
        visibility=params.visibility,
        spoiler_text=params.spoiler_text,
        is_sensitive=params.sensitive,
        language=params.language,
        in_reply_to_id=params.in_reply_to_id,
        media_ids=tuple(params.media_ids),
        poll=_poll(params.poll),
        idempotency_key=call.header("idempotency-key") or None,
        reply_policy=params.reply_policy,
        quote_of_id=params.quoted_status_id,
        quote_policy=params.quote_approval_policy,
    )
    if params.scheduled_at is not None:
        scheduled_id = await call.write(posts.schedule, draft, milliseconds(params.scheduled_at))
        return _encode(await call.read(scheduled_entity, call, scheduled_id))
    published = await call.write(posts.publish, draft)
    if not published.is_new:
        return await call.read(call.renderer.statuses.one, call.viewer, published.status_id)
    return await call.read(call.renderer.statuses.just_published, call.me, published.status_id)


def milliseconds(moment: datetime) -> int:
    """A moment in milliseconds since 1970."""
    return int(moment.timestamp() * 1000)


def scheduled_entity(r: Read, call: Call, scheduled_id: int) -> ScheduledStatus:
    """One of the caller's waiting posts. Raises :class:`NotFound`."""
    return scheduled_entities(r, call, [posts.scheduled_post(r, call.me, scheduled_id)])[0]


def scheduled_entities(r: Read, call: Call, found: Sequence[posts.ScheduledPost]) -> list[ScheduledStatus]:
    """Waiting posts as their author sees them."""
    wanted = [number for one in found for number in one.draft.media_ids]
    shown = {row[0]: media_entity(call.db.base_url, row) for row in posts.media_rows(r, wanted, owner=call.me)}
    return [
        ScheduledStatus(
            id=str(one.id),
            scheduled_at=datetime_text(one.scheduled_at),
            params=_scheduled_params(one.draft),
            media_attachments=[shown[number] for number in one.draft.media_ids if number in shown],
        )
        for one in found
    ]


def _scheduled_params(draft: posts.Draft) -> ScheduledStatusParams:
    poll = draft.poll
    return ScheduledStatusParams(
        text=draft.text,
        poll=None
        if poll is None
        else ScheduledStatusParamsPoll(
            options=list(poll.options),
            expires_in=poll.expires_in_s,
            multiple=poll.is_multiple,
            hide_totals=poll.hides_totals,
        ),
        media_ids=[str(number) for number in draft.media_ids] or None,
        sensitive=draft.is_sensitive,
        spoiler_text=draft.spoiler_text or None,
        visibility=cast(Visibility, draft.visibility),
        in_reply_to_id=draft.in_reply_to_id,
        quoted_status_id=None if draft.quote_of_id is None else str(draft.quote_of_id),
        quote_approval_policy=draft.quote_policy,
        language=draft.language,
        application_id=draft.app_id or 0,
        scheduled_at=None,
        idempotency=draft.idempotency_key,
        with_rate_limit=False,
    )


def _poll(params: PollParams | None) -> posts.PollDraft | None:
    if params is None or not params.options:
        return None
    if params.expires_in is None:
        raise Invalid.field("poll[expires_in]", "ERR_BLANK", "Say how many seconds the poll is open.")
    return posts.PollDraft(
        options=tuple(params.options),
        expires_in_s=params.expires_in,
        is_multiple=params.multiple,
        hides_totals=params.hide_totals,
    )


@api.get("/api/v1/statuses/{id}", auth="public-or-user", scopes="read:statuses", params=ById, returns=Status, tier=1,
         is_quick=True)  # fmt: skip
def show(call: Call, params: ById) -> bytes:
    """One status."""
    call.timelines.views.saw([params.id])
    return call.renderer.statuses.one(call.r, call.viewer, params.id, call.sight)


@api.get("/api/v1/statuses", auth="public-or-user", scopes="read:statuses", params=ManyParams, returns=list[Status])
def several(call: Call, params: ManyParams) -> bytes:
    """Several statuses by id; those that the caller may not see are left out."""
    return array(
        call.renderer.statuses.many(call.r, call.viewer, list(dict.fromkeys(params.id[:40])), sight=call.sight)
    )


@api.get("/api/v1/statuses/{id}/context", auth="public-or-user", scopes="read:statuses", params=ById, returns=Context,
         tier=1, is_quick=True)  # fmt: skip
def context(call: Call, params: ById) -> bytes:
    """What was said before and after a status."""
    (before, after, folded), facts = posts.thread_seen(call.sight, params.id)
    after += folded
    wanted = [*before, *after]
    call.timelines.views.saw(wanted)
    known = {number: facts[number] for number in wanted} if facts else None
    page = call.renderer.statuses.by_id(call.r, call.viewer, wanted, known, call.sight)
    ancestors = array([page[number] for number in before if number in page])
    descendants = array([page[number] for number in after if number in page])
    return b'{"ancestors":' + ancestors + b',"descendants":' + descendants + b"}"


@api.put("/api/v1/statuses/{id}", scopes="write:statuses", params=EditParams, returns=Status, tier=2)
async def edit(call: Call, params: EditParams) -> bytes:
    """Change what a status says; earlier versions stay in its history."""
    change = posts.StatusChange(
        text=params.status,
        spoiler_text=params.spoiler_text,
        is_sensitive=params.sensitive,
        language=params.language,
        media_ids=tuple(params.media_ids),
        media_changes=tuple(
            posts.MediaChange(
                media_id=one.id,
                description=None if one.description is UNSET else one.description,
                focus=None if one.focus is UNSET else focus_of(one.focus),
            )
            for one in params.media_attributes
        ),
        poll=_poll(params.poll),
        quote_policy=params.quote_approval_policy,
    )
    await call.write(posts.edit, params.id, change)
    return await call.read(call.renderer.statuses.one, call.viewer, params.id)


def focus_of(text: str | None) -> tuple[float, float] | None:
    """``"0.5,-0.2"`` as two numbers, each moved into [-1, 1]. Raises :class:`Invalid`."""
    if not text:
        return None
    try:
        x, y = (float(part) for part in text.split(","))
    except ValueError as fault:
        raise Invalid.field("focus", "ERR_INVALID", "focus must be two numbers with a comma between them.") from fault
    if not (x == x and y == y):  # NaN is not equal to itself
        raise Invalid.field("focus", "ERR_INVALID", "focus must be two numbers with a comma between them.")
    return max(-1.0, min(1.0, x)), max(-1.0, min(1.0, y))


@api.delete("/api/v1/statuses/{id}", scopes="write:statuses", params=DeleteParams, returns=Status, tier=1,
            budget="delete")  # fmt: skip
async def delete(call: Call, params: DeleteParams) -> Reply:
    """Delete a status; the answer has its source, for writing it anew."""
    rendered = await call.read(call.renderer.statuses.one, call.viewer, params.id)
    source = await call.write(posts.delete, params.id, deletes_media=params.delete_media)
    entity = msgspec.json.decode(rendered)
    entity["text"] = source.text
    entity["spoiler_text"] = source.spoiler_text
    if source.quote_of_id is not None:  # whatever became of the quote: it may be quoted anew
        quoted = await call.read(call.renderer.statuses.many, call.viewer, [source.quote_of_id])
        entity["quote"]["quoted_status"] = msgspec.Raw(quoted[0]) if quoted else None
    return reply(entity)


@api.get("/api/v1/statuses/{id}/source", scopes="read:statuses", params=ById, returns=StatusSource, tier=2)
def source(call: Call, params: ById) -> StatusSource:
    """What the author typed."""
    found = posts.source(call.r, call.me, params.id)
    return StatusSource(id=str(params.id), text=found.text, spoiler_text=found.spoiler_text)


@api.get("/api/v1/statuses/{id}/history", auth="public-or-user", scopes="read:statuses", params=ById,
         returns=list[StatusEdit], tier=2)  # fmt: skip
def history(call: Call, params: ById) -> bytes:
    """Every version of a status, the oldest first."""
    versions = posts.history(call.r, call.viewer, params.id)
    if not versions:
        raise NotFound()
    now = msgspec.json.decode(call.renderer.statuses.one(call.r, call.viewer, params.id, call.sight), type=_Unchanging)
    return _encode([_version(call, version, now) for version in versions])


class _Unchanging(Struct):
    """What no edit changes: every version shows it as it is now."""

    account: msgspec.Raw
    quote: msgspec.Raw


def _version(call: Call, version: posts.Version, now: _Unchanging) -> dict[str, Any]:
    entity: dict[str, Any] = {
        "content": version.html,
        "spoiler_text": version.spoiler_text,
        "sensitive": bool(version.is_sensitive),
        "created_at": datetime_text(version.created_at),
        "account": now.account,
        "media_attachments": attachments(call, version.media),
        "emojis": emoji_entities(call.db.base_url, call.renderer.emojis.used_in(version.html, version.spoiler_text)),
        "quote": now.quote,
    }
    if version.poll_options:
        entity["poll"] = {"options": [{"title": title} for title in version.poll_options]}
    return entity


def attachments(call: Call, rows: list[Any]) -> list[MediaAttachment]:
    """Attachments of rows of the posts room."""
    return [media_entity(call.db.base_url, row) for row in rows]


def _account_page(call: Call, found: Sequence[posts.MarkedBy], limit: int) -> Reply:
    accounts = call.renderer.accounts.many(call.r, [account for _, account in found])
    return call.page(array(accounts), [cursor for cursor, _ in found], limit)


def window(params: Page, default: int, most: int) -> Window:
    """The part of a list that a request asks for."""
    return Window(params.max_id, params.since_id, params.min_id, params.size(default, most))


def visible_or_missing(r: Read, viewer: int | None, status_id: int) -> None:
    """Raise :class:`NotFound` unless the viewer may see a status."""
    if status_id not in posts.visible_ids(r, viewer, [status_id]):
        raise NotFound()


@api.get("/api/v1/statuses/{id}/reblogged_by", auth="public-or-user", scopes="read:statuses", params=ListParams,
         returns=list[Account], tier=2)  # fmt: skip
def boosted_by(call: Call, params: ListParams) -> Reply:
    """Who boosted a status."""
    part = window(params, 40, 80)
    visible_or_missing(call.r, call.viewer, params.id)
    return _account_page(call, posts.boosted_by(call.r, call.viewer, params.id, part), part.limit)


@api.get("/api/v1/statuses/{id}/favourited_by", auth="public-or-user", scopes="read:statuses", params=ListParams,
         returns=list[Account], tier=2)  # fmt: skip
def favourited_by(call: Call, params: ListParams) -> Reply:
    """Who favourited a status."""
    part = window(params, 40, 80)
    visible_or_missing(call.r, call.viewer, params.id)
    return _account_page(call, posts.favourited_by(call.r, call.viewer, params.id, part), part.limit)
