"""What an uploaded file is, told by its content: neither its name nor what the sender says of it counts.

Only the beginning and the frame of a file are looked at here, in plain Python: no native library sees a byte before
the process that may be lost to it.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO, Literal, NamedTuple

from holdfast.posts import pictures

Shows = Literal["image", "gifv", "video", "audio"]
"""The types of an attachment in the client API."""

RECORDINGS = (
    "video/mp4",
    "video/quicktime",
    "video/webm",
    "video/x-matroska",
    "video/ogg",
    "video/3gpp",
    "audio/mpeg",
    "audio/mp4",
    "audio/x-m4a",
    "audio/aac",
    "audio/ogg",
    "audio/webm",
    "audio/flac",
    "audio/wav",
    "audio/x-wav",
)
"""Media types of the films and sounds that are taken, as apps name them."""

_HEAD = 4_096  # bytes; the first page of an Ogg file and the tracks of most WebM files lie within
_MOST_BLOCKS = 100_000  # of a GIF, PNG or WebP file until its second frame
_MOV, _MATROSKA, _OGG = "mov", "matroska", "ogg"
_OLD_QUICKTIME = (b"moov", b"mdat", b"wide", b"free", b"skip")
_STILLS = {b"avif", b"avis", b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"crx "}
_SOUND_BRANDS = {b"M4A ", b"M4B ", b"M4P "}


class Kind(NamedTuple):
    """What a file is: what it shows, and the one reader of the media library that may open it (none for stills)."""

    shows: Shows
    reader: str = ""


def kind_of(source: Path) -> Kind | None:
    """What a file is; None for what is not taken. A film may turn out to be a sound once its tracks are read."""
    with source.open("rb") as file:
        head = file.read(_HEAD)
        still = pictures.sniff(head[:256])
        if still is not None:
            reader = _animated(still, file)
            return Kind("gifv", reader) if reader else Kind("image")
    return _recording(head)


def _recording(head: bytes) -> Kind | None:
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        if brand in _STILLS:
            return None
        return Kind("audio" if brand in _SOUND_BRANDS else "video", _MOV)
    if head[4:8] in _OLD_QUICKTIME:
        return Kind("video", _MOV)
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return Kind("audio" if b"A_" in head and b"V_" not in head else "video", _MATROSKA)
    if head[:4] == b"OggS":
        return Kind("video" if b"\x80theora" in head[:512] else "audio", _OGG)
    return _sound(head)


def _sound(head: bytes) -> Kind | None:
    if head[:4] == b"fLaC":
        return Kind("audio", "flac")
    if head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE":
        return Kind("audio", "wav")
    if head[:3] == b"ID3":
        return Kind("audio", "mp3")
    if len(head) > 3 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0:
        layer = head[1] >> 1 & 3
        if layer == 0 and head[1] & 0xF6 == 0xF0:
            return Kind("audio", "aac")
        if layer and head[1] >> 3 & 3 != 1 and head[2] >> 4 != 15 and head[2] >> 2 & 3 != 3:
            return Kind("audio", "mp3")
    return None


def _animated(still: str, file: BinaryIO) -> str:
    """The reader for a picture that moves; empty for one that does not."""
    file.seek(0)
    if still == "png":
        return "apng" if _has_animation_chunk(file) else ""
    if still == "webp":
        head = file.read(21)
        return "webp" if head[12:16] == b"VP8X" and len(head) > 20 and head[20] & 2 else ""
    if still == "gif":
        return "gif" if _frames_of_gif(file, 2) > 1 else ""
    return ""


def _has_animation_chunk(file: BinaryIO) -> bool:
    file.seek(8)
    for _ in range(_MOST_BLOCKS):
        head = file.read(8)
        if len(head) < 8 or head[4:] in (b"IDAT", b"IEND"):
            return False
        if head[4:] == b"acTL":
            return int.from_bytes(file.read(4), "big") > 1
        file.seek(struct.unpack(">I", head[:4])[0] + 4, 1)
    return False


def _frames_of_gif(file: BinaryIO, enough: int) -> int:
    head = file.read(13)
    if len(head) == 13 and head[10] & 0x80:
        file.seek(3 << (head[10] & 7) + 1, 1)
    frames = 0
    for _ in range(_MOST_BLOCKS):
        mark = file.read(1)
        if mark == b",":
            frames += 1
            place = file.read(9)
            if frames >= enough or len(place) < 9:
                break
            if place[8] & 0x80:
                file.seek(3 << (place[8] & 7) + 1, 1)
            file.seek(1, 1)
        elif mark == b"!":
            file.seek(1, 1)
        else:
            break
        while (size := file.read(1)) not in (b"", b"\0"):
            file.seek(size[0], 1)
    return frames
