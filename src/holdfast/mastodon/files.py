"""The files of media, profiles and emoji, under addresses that cannot be guessed or name what they hold.

They are sent whole or in part (RFC 9110, section 14): browsers ask for parts of a film to play and to jump in it.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from typing import Any

from litestar import Request
from litestar.enums import HttpMethod
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp, Receive, Scope, Send

from holdfast import posts
from holdfast.access import Gate, NetworkBlocked, client_ip
from holdfast.mastodon.endpoints import CORS, Reply
from holdfast.posts.uploading import Uploads
from holdfast.vendors import BlobMissing
from holdfast.writes import Database

_FOREVER = (b"cache-control", b"public, max-age=31536000, immutable")
_SAFE = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; sandbox"),
    (b"cross-origin-resource-policy", b"cross-origin"),
)
_PIECE = 512 * 1024  # bytes that are read from the disk at a time
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_PICTURES = {"image/png", "image/jpeg", "image/webp"}


class FileReply:
    """A stored file, or a part of it, as an answer; it is an ASGI application of one use."""

    def __init__(self, uploads: Uploads, key: str, kind: str, size: int, part: tuple[int, int] | None) -> None:
        self._uploads = uploads
        self._key = key
        self._start, self._length = (0, size) if part is None else (part[0], part[1] - part[0] + 1)
        self._status = 200 if part is None else 206
        self.headers = [
            (b"content-type", kind.encode()),
            (b"content-length", str(self._length).encode()),
            (b"etag", _tag(key).encode()),
            (b"accept-ranges", b"bytes"),
            _FOREVER,
            *_SAFE,
            *CORS,
        ]
        if part is not None:
            self.headers.append((b"content-range", f"bytes {part[0]}-{part[1]}/{size}".encode()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Send it, a piece at a time."""
        pieces = self._uploads.storage.stream(self._key, self._start, self._length)
        await send({"type": "http.response.start", "status": self._status, "headers": self.headers})
        if scope["method"] != "HEAD":  # type: ignore[typeddict-item]
            while data := await asyncio.to_thread(_gathered, pieces):
                await send({"type": "http.response.body", "body": data, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def _gathered(pieces: Iterator[bytes]) -> bytes:
    found = bytearray()
    for piece in pieces:
        found += piece
        if len(found) >= _PIECE:
            break
    return bytes(found)


def routes(db: Database, uploads: Uploads, gate: Gate) -> list[HTTPRouteHandler]:
    """Litestar handlers for the files."""

    async def original(request: Request[Any, Any, Any]) -> ASGIApp:
        return await _named(request, is_preview=False)

    async def small(request: Request[Any, Any, Any]) -> ASGIApp:
        return await _named(request, is_preview=True)

    async def by_key(request: Request[Any, Any, Any]) -> ASGIApp:
        if gate.refuses(client_ip(request.scope, db.config)):
            return _refused()
        return await db.run_read(_blob, uploads, request, request.path_params["key"], None)

    async def _named(request: Request[Any, Any, Any], *, is_preview: bool) -> ASGIApp:
        name = request.path_params["name"]
        if gate.refuses(client_ip(request.scope, db.config)):
            return _refused()

        def find() -> ASGIApp:
            with db.read() as r:
                found = posts.media_file(r, name, is_preview=is_preview)
            return _blob(uploads, request, found.key, found.mime_type) if found else _missing()

        return await db.run_read(find)

    methods = [HttpMethod.GET, HttpMethod.HEAD]
    return [
        HTTPRouteHandler("/media/{name:str}", http_method=methods)(original),
        HTTPRouteHandler("/media/small/{name:str}", http_method=methods)(small),
        HTTPRouteHandler("/media/profile/{key:str}", http_method=methods)(by_key),
        HTTPRouteHandler("/media/emoji/{key:str}", http_method=methods)(by_key),
    ]


def _refused() -> Reply:
    return Reply(NetworkBlocked().message.encode(), 403, ((b"content-type", b"text/plain; charset=utf-8"), *CORS))


def _missing() -> Reply:
    return Reply(b"", 404, CORS)


def _blob(uploads: Uploads, request: Request[Any, Any, Any], key: str, mime_type: str | None) -> ASGIApp:
    """A stored file; without a known type only what this server has drawn itself."""
    if len(key) != 64 or not key.isalnum():
        return _missing()
    try:
        size = uploads.storage.size(key)
        kind = mime_type or _sniffed(b"".join(uploads.storage.stream(key, 0, 16)))
    except BlobMissing:
        return _missing()
    if mime_type is None and kind not in _PICTURES:
        return _missing()
    headers = request.headers
    if _tag(key) in headers.get("if-none-match", ""):
        return Reply(b"", 304, ((b"etag", _tag(key).encode()), _FOREVER, *CORS))
    asked = headers.get("range", "")
    if headers.get("if-range", _tag(key)) != _tag(key):
        asked = ""  # the sender holds a part of another file, or goes by dates: all of it is sent
    part = part_of(asked, size)
    if part == (0, -1):
        return Reply(b"", 416, ((b"content-range", f"bytes */{size}".encode()), *CORS))
    return FileReply(uploads, key, kind, size, part)


def part_of(asked: str, size: int) -> tuple[int, int] | None:
    """The first and last byte that a Range header asks for; None for all, (0, -1) for what lies outside the file.

    Several parts at once are answered with the whole, as RFC 9110 (14.2) allows.
    """
    found = _RANGE.fullmatch(asked.strip())
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        length = min(int(last), size)
        return (size - length, size - 1) if length else (0, -1)
    start = int(first)
    end = min(int(last), size - 1) if last else size - 1
    if last and int(last) < start:
        return None  # no range at all: the header is ignored
    return (start, end) if start < size else (0, -1)


def _tag(key: str) -> str:
    return f'"{key[:32]}"'


def _sniffed(head: bytes) -> str:
    """The type of a picture that this server has made itself."""
    if head.startswith(b"\x89PNG"):
        return "image/png"
    if head.startswith(b"\xff\xd8"):
        return "image/jpeg"
    return "image/webp" if head[8:12] == b"WEBP" else "application/octet-stream"
