"""Media: upload, describe, delete. ``files`` has the files themselves."""

from __future__ import annotations

import asyncio
import time
from functools import partial

from msgspec import UNSET, Struct, UnsetType

from holdfast import posts
from holdfast.errors import Invalid, NotFound
from holdfast.mastodon.binding import Id, Upload
from holdfast.mastodon.endpoints import Call, Endpoints, Reply, reply
from holdfast.mastodon.entities import MediaAttachment
from holdfast.mastodon.rendering import media_entity
from holdfast.mastodon.statuses import focus_of
from holdfast.store import Read
from holdfast.writes import Ability, check_mode

api = Endpoints()

UPLOAD_LIMIT = 272 * 1024 * 1024  # bytes of a request; the smaller limits of a file are server settings
BLOCKING_SECONDS = 120.0
"""How long the old form of uploading waits for a recording; after that it answers as the new form does."""

_LOOK_SECONDS = 0.25


class UploadParams(Struct, kw_only=True):
    """A picture to upload."""

    file: Upload | None = None
    thumbnail: Upload | None = None
    description: str = ""
    focus: str | None = None


class MediaById(Struct, kw_only=True):
    """The attachment in the path."""

    id: Id


class UpdateParams(MediaById, kw_only=True):
    """What changes about an attachment that is not published yet."""

    description: str | UnsetType = UNSET
    focus: str | UnsetType = UNSET
    thumbnail: Upload | None = None


async def _upload(call: Call, params: UploadParams) -> int:
    """Take an upload in: a picture is ready afterwards, a recording waits. Its id."""
    if params.file is None:
        raise Invalid.field("file", "ERR_BLANK", "Choose a file to upload.")
    focus = focus_of(params.focus)
    place = call.uploads.storage.places()[0]
    await call.read(check_mode, Ability.MEDIA, call.db.clock.now())
    thumbnail = None
    if params.thumbnail is not None:
        thumbnail = await call.in_thread(call.uploads.thumbnail, params.thumbnail.file)
    check = partial(posts.check_recording, call.db, call.me, params.description, focus)
    source = await call.in_thread(call.uploads.recording, params.file.file, check)
    if source is not None:
        return await call.write(
            posts.accept_recording,
            source,
            place=place,
            description=params.description,
            focus=focus,
            thumbnail=thumbnail,
        )
    params.file.file.seek(0)
    stored = await call.in_thread(call.uploads.picture, params.file.file)
    media_id = await call.write(
        posts.accept_upload,
        stored.processed,
        original_key=stored.original_key,
        preview_key=stored.preview_key,
        description=params.description,
        focus=focus,
        place=place,
    )
    if thumbnail is not None:
        await call.write(posts.set_thumbnail, media_id, thumbnail, place=place)
    return media_id


def _state(r: Read, call: Call, media_id: int) -> tuple[str, Reply]:
    """Whether an own attachment waits, is ready or failed, and what is answered to that.

    Raises :class:`NotFound`; Invalid, with the reason in words, for one that failed.
    """
    found = posts.own_media(r, call.me, media_id)
    if found.state == "failed":
        raise Invalid(found.problem or "Error processing thumbnail for uploaded media")
    return found.state, reply(_own(r, call, media_id))


def _own(r: Read, call: Call, media_id: int) -> MediaAttachment:
    rows = posts.media_rows(r, [media_id], owner=call.me)
    if not rows:
        raise NotFound()
    return media_entity(call.db.base_url, rows[0])


@api.post("/api/v2/media", scopes="write:media", params=UploadParams, returns=MediaAttachment, tier=1,
          body_limit=UPLOAD_LIMIT, budget="upload")  # fmt: skip
async def upload(call: Call, params: UploadParams) -> Reply:
    """Upload a file with its description; 202 while it has to be worked on."""
    media_id = await _upload(call, params)
    state, answer = await call.read(_state, call, media_id)
    answer.status = 202 if state == "waiting" else 200
    return answer


@api.post("/api/v1/media", scopes="write:media", params=UploadParams, returns=MediaAttachment, tier=2,
          body_limit=UPLOAD_LIMIT, budget="upload")  # fmt: skip
async def upload_v1(call: Call, params: UploadParams) -> Reply:
    """Upload a file, and wait until it has been worked on (old form)."""
    media_id = await _upload(call, params)
    end = time.monotonic() + BLOCKING_SECONDS
    while True:
        state, answer = await call.read(_state, call, media_id)
        if state != "waiting" or time.monotonic() > end or call.db.stopping.is_set():
            answer.status = 202 if state == "waiting" else 200
            return answer
        await asyncio.sleep(_LOOK_SECONDS)


@api.get("/api/v1/media/{id}", scopes="write:media", params=MediaById, returns=MediaAttachment, tier=1)
def show(call: Call, params: MediaById) -> Reply:
    """An own attachment; 206 while it is worked on, 422 if that failed."""
    state, answer = _state(call.r, call, params.id)
    answer.status = 206 if state == "waiting" else 200
    return answer


@api.put("/api/v1/media/{id}", scopes="write:media", params=UpdateParams, returns=MediaAttachment, tier=2,
         body_limit=UPLOAD_LIMIT)  # fmt: skip
async def update(call: Call, params: UpdateParams) -> MediaAttachment:
    """Describe an attachment, say what must stay visible of it, or give it another still picture."""
    await call.read(_own, call, params.id)
    if params.thumbnail is not None:
        thumbnail = await call.in_thread(call.uploads.thumbnail, params.thumbnail.file)
        place = call.uploads.storage.places()[0]
        await call.write(posts.set_thumbnail, params.id, thumbnail, place=place)
    await call.write(
        posts.update_media,
        params.id,
        description=None if params.description is UNSET else params.description,
        focus=None if params.focus is UNSET else focus_of(params.focus),
    )
    return await call.read(_own, call, params.id)


@api.delete("/api/v1/media/{id}", scopes="write:media", params=MediaById, returns=dict[str, str], tier=3)
async def delete(call: Call, params: MediaById) -> dict[str, str]:
    """Delete an attachment that no post uses."""
    await call.write(posts.delete_media, params.id)
    return {}
