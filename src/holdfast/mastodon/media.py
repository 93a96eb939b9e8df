"""Media: upload, describe, delete; and the files themselves under addresses that cannot be guessed."""

from __future__ import annotations

from typing import Any

from litestar import Request
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp
from msgspec import UNSET, Struct, UnsetType

from holdfast import posts
from holdfast.errors import Invalid, NotFound
from holdfast.mastodon.binding import Id, Upload
from holdfast.mastodon.endpoints import CORS, Call, Endpoints, Reply
from holdfast.mastodon.entities import MediaAttachment
from holdfast.mastodon.rendering import media_entity
from holdfast.mastodon.statuses import focus_of
from holdfast.mastodon.uploads import Uploads
from holdfast.store import Read
from holdfast.vendors import BlobMissing
from holdfast.writes import Ability, Database, check_mode

api = Endpoints()

UPLOAD_LIMIT = 64 * 1024 * 1024  # bytes of a request; the smaller limit for pictures is a server setting
_FOREVER = (b"cache-control", b"public, max-age=31536000, immutable")
_SAFE = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; sandbox"),
    (b"cross-origin-resource-policy", b"cross-origin"),
)


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


async def _upload(call: Call, params: UploadParams) -> MediaAttachment:
    if params.file is None:
        raise Invalid.field("file", "ERR_BLANK", "Choose a picture to upload.")
    focus = focus_of(params.focus)
    await call.read(check_mode, Ability.MEDIA, call.db.clock.now())
    stored = await call.in_thread(call.uploads.picture, params.file)
    media_id = await call.write(
        posts.accept_upload,
        stored.processed,
        original_key=stored.original_key,
        preview_key=stored.preview_key,
        description=params.description,
        focus=focus,
        place=call.uploads.storage.places()[0],
    )
    return await call.read(_own, call, media_id)


def _own(r: Read, call: Call, media_id: int) -> MediaAttachment:
    rows = posts.media_rows(r, [media_id], owner=call.me)
    if not rows:
        raise NotFound()
    return media_entity(call.db.base_url, rows[0])


@api.post("/api/v2/media", scopes="write:media", params=UploadParams, returns=MediaAttachment, tier=1,
          body_limit=UPLOAD_LIMIT, budget="upload")  # fmt: skip
async def upload(call: Call, params: UploadParams) -> MediaAttachment:
    """Upload a picture with its description."""
    return await _upload(call, params)


@api.post("/api/v1/media", scopes="write:media", params=UploadParams, returns=MediaAttachment, tier=2,
          body_limit=UPLOAD_LIMIT, budget="upload")  # fmt: skip
async def upload_v1(call: Call, params: UploadParams) -> MediaAttachment:
    """Upload a picture (old name)."""
    return await _upload(call, params)


@api.get("/api/v1/media/{id}", scopes="write:media", params=MediaById, returns=MediaAttachment, tier=1)
def show(call: Call, params: MediaById) -> MediaAttachment:
    """An own attachment."""
    return _own(call.r, call, params.id)


@api.put("/api/v1/media/{id}", scopes="write:media", params=UpdateParams, returns=MediaAttachment, tier=2,
         body_limit=UPLOAD_LIMIT)  # fmt: skip
async def update(call: Call, params: UpdateParams) -> MediaAttachment:
    """Describe an attachment, or say what must stay visible of it."""
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


def file_routes(db: Database, uploads: Uploads) -> list[HTTPRouteHandler]:
    """The files themselves."""

    async def original(request: Request[Any, Any, Any]) -> ASGIApp:
        return await _file(request.path_params["name"], is_preview=False)

    async def small(request: Request[Any, Any, Any]) -> ASGIApp:
        return await _file(request.path_params["name"], is_preview=True)

    async def profile(request: Request[Any, Any, Any]) -> ASGIApp:
        key = request.path_params["key"]
        return await db.run_read(_blob, uploads, key, None)

    async def _file(name: str, *, is_preview: bool) -> Reply:
        def find() -> Reply:
            with db.read() as r:
                found = posts.media_file(r, name, is_preview=is_preview)
            return _blob(uploads, found.key, found.mime_type) if found else Reply(b"", 404, CORS)

        return await db.run_read(find)

    return [
        HTTPRouteHandler("/media/{name:str}", http_method="GET")(original),
        HTTPRouteHandler("/media/small/{name:str}", http_method="GET")(small),
        HTTPRouteHandler("/media/profile/{key:str}", http_method="GET")(profile),
    ]


def _blob(uploads: Uploads, key: str, mime_type: str | None) -> Reply:
    if len(key) != 64 or not key.isalnum():
        return Reply(b"", 404, CORS)
    try:
        data = uploads.storage.read(key)
    except BlobMissing:
        return Reply(b"", 404, CORS)
    kind = (mime_type or sniffed(data)).encode()
    return Reply(data, 200, ((b"content-type", kind), _FOREVER, *_SAFE, *CORS))


def sniffed(data: bytes) -> str:
    """The type of a picture that this server has made itself."""
    if data.startswith(b"\x89PNG"):
        return "image/png"
    if data.startswith(b"\xff\xd8"):
        return "image/jpeg"
    return "image/webp" if data[8:12] == b"WEBP" else "application/octet-stream"
