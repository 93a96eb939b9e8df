"""From a file that somebody sent to pictures that are safe to show: decoded, turned upright, written anew.

What is stored is never what was sent: pixels alone pass, so neither metadata (places, names, comments) nor
anything hidden behind a picture comes through. Run it in a process of its own (``picture_worker``): the
caller's limits on memory and time are what stops a hostile file from costing more than itself.
"""

from __future__ import annotations

import errno
import hashlib
import math
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from holdfast.errors import Invalid, Unavailable
from holdfast.languages import say

KINDS = {
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "avif": "image/avif",
    "gif": "image/gif",
}
"""What is accepted: kind and media type."""

AVATAR_SIZE = (400, 400)
HEADER_SIZE = (1500, 500)

_LOADERS = {"jpeg": "jpegload", "png": "pngload", "webp": "webpload", "avif": "heifload", "gif": "gifload"}
_TRUSTED = ("Jpeg", "Png", "Webp", "Heif", "Nsgif")
# A browser shows every one of these; AVIF costs seconds to write, and a single frame of GIF is better a PNG.
_WRITTEN_AS = {"jpeg": "jpeg", "png": "png", "webp": "webp", "avif": "jpeg", "gif": "png"}
_EXTENSIONS = {"jpeg": "jpg", "png": "png", "webp": "webp"}
_HEAD = 256  # bytes that tell one kind from another
_BLURHASH_SIDE = 32
_MOST_CUT_OFF = 16  # times the longer side: a line of pixels must not be blown up into millions of them


@dataclass(frozen=True, slots=True)
class Limits:
    """What may come in, and what is kept of it."""

    bytes: int = 16 * 1024 * 1024
    pixels: int = 33_177_600  # 7680 x 4320
    side: int = 16_383  # pixels; what WebP can hold
    frames: int = 1_000
    kept_pixels: int = 8_294_400  # 3840 x 2160
    preview_pixels: int = 230_400  # 640 x 360


@dataclass(frozen=True, slots=True)
class Inspected:
    """What a file's own header says; width and height are those of the upright picture."""

    kind: str
    mime: str
    width: int
    height: int
    frames: int


@dataclass(frozen=True, slots=True)
class Rendition:
    """A file that was written: its name inside the destination, and what is in it."""

    name: str
    mime: str
    width: int
    height: int
    bytes: int
    sha256: str

    def meta(self) -> dict[str, int | float | str]:
        """Give the measures as the client API shows them."""
        return {
            "width": self.width,
            "height": self.height,
            "size": f"{self.width}x{self.height}",
            "aspect": self.width / self.height,
        }


@dataclass(frozen=True, slots=True)
class Processed:
    """A picture in full and in small, and the blur that stands in for it while it loads."""

    original: Rendition
    preview: Rendition
    blurhash: str


def sniff(head: bytes) -> str | None:
    """Tell a picture's kind by its first bytes (256 are enough); None when it is none that is accepted."""
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n") and head[12:16] == b"IHDR":
        return "png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return "gif"
    if head[4:8] == b"ftyp":
        box = head[8 : min(int.from_bytes(head[:4], "big"), _HEAD)]
        brands = {box[:4], *(box[at : at + 4] for at in range(8, len(box) - 3, 4))}
        if brands & {b"avif", b"avis"}:
            return "avif"
    return None


def inspect(source: bytes | Path, limits: Limits | None = None) -> Inspected:
    """Read a picture's header and hold it against the limits; no pixel is decoded.

    Raises Invalid on ``file`` with ERR_BLANK, ERR_INVALID or ERR_TOO_LARGE.
    """
    limits = limits or Limits()
    length, head = _beginning(source)
    if not length:
        raise _refused("ERR_BLANK", say("The file is empty"))
    if length > limits.bytes:
        raise _refused("ERR_TOO_LARGE", say("The file is larger than %(most)s KB", most=limits.bytes // 1024))
    kind = sniff(head)
    if kind is None:
        raise _refused("ERR_INVALID", say("The file is not a JPEG, PNG, WebP, AVIF or GIF picture"))
    found = _header(source, kind)
    if found.width > limits.side or found.height > limits.side or found.width * found.height > limits.pixels:
        raise _refused(
            "ERR_TOO_LARGE",
            say(
                "The picture is too large: %(width)sx%(height)s, at most %(pixels)s pixels and %(side)s on a side",
                width=found.width,
                height=found.height,
                pixels=limits.pixels,
                side=limits.side,
            ),
        )
    if found.frames > limits.frames:
        raise _refused("ERR_TOO_LARGE", say("The animation has more than %(frames)s frames", frames=limits.frames))
    return found


def process_picture(source: Path, destination: Path, limits: Limits | None = None) -> Processed:
    """Write ``original`` and ``small`` into the folder ``destination``, upright, in sRGB, without metadata.

    Of an animation the first frame is kept. Raises Invalid on ``file`` as ``inspect`` does, also for what
    turns out to be broken; Unavailable when there is no room to write.
    """
    limits = limits or Limits()
    found = inspect(source, limits)
    width, height = _within(found.width, found.height, limits.kept_pixels)
    pixels = _decoded(source, width, height, size="force")
    small_size = _within(width, height, limits.preview_pixels)
    small = pixels.thumbnail_image(small_size[0], height=small_size[1], size="force").copy_memory()
    kind = _output_kind(found.kind, pixels)
    return Processed(
        original=write(pixels, destination, "original", kind),
        preview=write(small, destination, "small", kind),
        blurhash=_blurhash(small),
    )


def preview_of(source: Path, destination: Path, limits: Limits | None = None) -> tuple[Rendition, str]:
    """Write ``small``, a picture's preview alone, into ``destination``; it and its blur. Raises as process_picture."""
    limits = limits or Limits()
    found = inspect(source, limits)
    width, height = _within(found.width, found.height, limits.preview_pixels)
    pixels = _decoded(source, width, height, size="force")
    return write(pixels, destination, "small", _output_kind(found.kind, pixels)), _blurhash(pixels)


def write_still(image: Any, destination: Path, limits: Limits | None = None) -> tuple[Rendition, str]:
    """Write ``small``, the preview of a picture that is in memory, into ``destination``; it and its blur."""
    width, height = _within(image.width, image.height, (limits or Limits()).preview_pixels)
    small = image.thumbnail_image(width, height=height, size="force").copy_memory()
    return write(small, destination, "small", "jpeg"), _blurhash(small)


def image_of(rows: bytes, width: int, height: int) -> Any:
    """A picture in memory from its rows, three bytes a pixel."""
    return _vips().Image.new_from_memory(rows, width, height, 3, "uchar").copy(interpretation="srgb")


def animation(source: Path) -> Any:
    """All frames of an animation below each other, decoded as they are asked for in their order."""
    vips = _vips()
    try:
        return vips.Image.new_from_file(str(source), n=-1, access="sequential", fail_on="error")
    except vips.Error as problem:
        raise _unreadable(problem) from problem


def small_pixels(source: Path, width: int, height: int) -> Any:
    """A picture, or the first frame of one that moves, decoded to this size."""
    return _decoded(source, width, height, size="force")


def write(image: Any, destination: Path, name: str, kind: str) -> Rendition:
    """Write a picture without metadata as ``name`` into ``destination``. Raises Unavailable when there is no room."""
    return _stored(_encoded(image, kind), destination, f"{name}.{_EXTENSIONS[kind]}", kind, image.width, image.height)


def write_animation(strip: Any, destination: Path, name: str, width: int, height: int) -> Rendition:
    """Write frames that lie below each other as an animated WebP. Raises Unavailable when there is no room."""
    data: bytes = strip.webpsave_buffer(Q=80, effort=3, keep="none", page_height=height)
    return _stored(data, destination, f"{name}.webp", "webp", width, height)


def integer_type() -> Any:
    """How libvips calls a number among a picture's fields."""
    return _vips().GValue.gint_type


def integers_type() -> Any:
    """How libvips calls a list of numbers among a picture's fields."""
    return _vips().GValue.array_int_type


def decoding_error() -> type[Exception]:
    """The kind of error that pixels raise which cannot be decoded."""
    found: type[Exception] = _vips().Error
    return found


def square_avatar(source: Path, destination: Path, limits: Limits | None = None) -> Rendition:
    """Write ``avatar``, 400x400 pixels out of the middle, into ``destination``. Raises as process_picture."""
    return _cropped(source, destination, "avatar", AVATAR_SIZE, limits)


def header_picture(source: Path, destination: Path, limits: Limits | None = None) -> Rendition:
    """Write ``header``, 1500x500 pixels out of the middle, into ``destination``. Raises as process_picture."""
    return _cropped(source, destination, "header", HEADER_SIZE, limits)


def _cropped(source: Path, destination: Path, name: str, size: tuple[int, int], limits: Limits | None) -> Rendition:
    found = inspect(source, limits)
    scale = max(size[0] / found.width, size[1] / found.height)
    if max(found.width, found.height) * scale > _MOST_CUT_OFF * max(size):
        raise _refused("ERR_INVALID", say("The picture is too long and narrow"))
    pixels = _decoded(source, *size, crop="centre")
    return write(pixels, destination, name, _output_kind(found.kind, pixels))


@cache
def _vips() -> Any:
    """Load libvips and forbid it every reader but the five that are needed, for the whole process."""
    # 60-90 ms and a native library: only where pictures are worked on.
    import pyvips  # type: ignore[import-untyped]

    pyvips.block_untrusted_set(True)
    pyvips.operation_block_set("VipsForeignLoad", True)
    for reader in _TRUSTED:
        pyvips.operation_block_set(f"VipsForeignLoad{reader}", False)
    pyvips.cache_set_max(0)  # results are cached by file name, and names may come again with other content
    return pyvips


def _beginning(source: bytes | Path) -> tuple[int, bytes]:
    if isinstance(source, bytes):
        return len(source), source[:_HEAD]
    with source.open("rb") as file:
        return os.fstat(file.fileno()).st_size, file.read(_HEAD)


def _header(source: bytes | Path, kind: str) -> Inspected:
    vips = _vips()
    try:
        if isinstance(source, bytes):
            image = vips.Image.new_from_buffer(source, "")
        else:
            image = vips.Image.new_from_file(str(source))
        loader = str(image.get("vips-loader"))
        fields = set(image.get_fields())
        frames = image.get("n-pages") if "n-pages" in fields else 1
        turned = "orientation" in fields and image.get("orientation") in (5, 6, 7, 8)
        codec = image.get("heif-compression") if "heif-compression" in fields else "av1"
    except vips.Error as problem:
        raise _unreadable(problem) from problem
    if loader.removesuffix("_buffer") != _LOADERS[kind] or codec != "av1":
        raise _refused("ERR_INVALID", say("The file is not the kind of picture that it says it is"))
    width, height = (image.height, image.width) if turned else (image.width, image.height)
    return Inspected(kind, KINDS[kind], width, height, frames)


def _decoded(source: Path, width: int, height: int, **how: str) -> Any:
    """Decode into memory: upright, 8 bits of sRGB, with or without alpha."""
    vips = _vips()
    try:
        image = vips.Image.thumbnail(str(source), width, height=height, output_profile="srgb", fail_on="error", **how)
        if image.interpretation != "srgb":
            image = image.colourspace("srgb")
        image = image.cast("uchar").copy_memory()
        if image.hasalpha() and image[image.bands - 1].min() == 255:  # transparent in name only
            image = image[: image.bands - 1].copy_memory()
        return image
    except vips.Error as problem:
        raise _unreadable(problem) from problem


def _output_kind(kind: str, image: Any) -> str:
    written = _WRITTEN_AS[kind]
    return "webp" if written == "jpeg" and image.hasalpha() else written


def _stored(data: bytes, destination: Path, name: str, kind: str, width: int, height: int) -> Rendition:
    part = destination / f"{name}.part"
    try:
        part.write_bytes(data)
        part.replace(destination / name)
    except OSError as problem:
        part.unlink(missing_ok=True)
        if problem.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Unavailable(say("There is no room for pictures at the moment")) from problem
        raise
    digest = hashlib.sha256(data).hexdigest()
    return Rendition(name, KINDS[kind], width, height, len(data), digest)


def _encoded(image: Any, kind: str) -> bytes:
    data: bytes
    if kind == "jpeg":
        data = image.jpegsave_buffer(Q=85, optimize_coding=True, interlace=True, keep="none")
    elif kind == "webp":
        data = image.webpsave_buffer(Q=85, effort=3, keep="none")
    else:
        data = image.pngsave_buffer(compression=6, keep="none")
    return data


def _blurhash(image: Any) -> str:
    # Loaded where pictures are worked on, as libvips is.
    import blurhash  # type: ignore[import-untyped]

    dot = image.thumbnail_image(_BLURHASH_SIDE, height=_BLURHASH_SIDE, size="down")
    if dot.hasalpha():
        dot = dot.flatten(background=255)
    data = dot.cast("uchar").write_to_memory()
    step = dot.width * 3
    rows = [[list(data[at : at + 3]) for at in range(row, row + step, 3)] for row in range(0, step * dot.height, step)]
    across, down = (3, 4) if dot.height > dot.width else (4, 3)
    return str(blurhash.encode(rows, components_x=across, components_y=down))


def _within(width: int, height: int, pixels: int) -> tuple[int, int]:
    """Give the largest size of the same shape that has at most so many pixels."""
    if width * height <= pixels:
        return width, height
    scale = math.sqrt(pixels / (width * height))
    return max(1, min(int(width * scale), pixels)), max(1, min(int(height * scale), pixels))


def _refused(reason: str, message: str) -> Invalid:
    return Invalid.field("file", reason, message)


def _unreadable(problem: Exception) -> Invalid:
    refused = _refused("ERR_INVALID", say("The picture is damaged or cannot be read"))
    refused.details = {"cause": str(problem)[:500]}
    return refused
