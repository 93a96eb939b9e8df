"""Files of custom emoji: one picture, or a ZIP file full of them, checked before a byte of it is believed."""

from __future__ import annotations

import stat
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from holdfast.errors import Invalid
from holdfast.languages import say
from holdfast.posts.picture_worker import PictureWorker
from holdfast.posts.pictures import Limits
from holdfast.posts.storage import storage
from holdfast.writes import Database

MOST_FILES = 2_000
MOST_ZIP_BYTES = 256 * 1024 * 1024
_ENDINGS = {".png", ".gif", ".webp", ".jpg", ".jpeg", ".avif"}
_NOISE = ("__MACOSX", ".DS_Store", "Thumbs.db")


class EmojiFiles(NamedTuple):
    """The stored files of an emoji."""

    image_key: str
    still_key: str


class Packed(NamedTuple):
    """A picture in a ZIP file: the emoji's name, and its bytes; ``problem`` in words where it cannot be one."""

    shortcode: str
    data: bytes
    problem: str = ""


def store_emoji(db: Database, data: bytes, worker: PictureWorker | None = None) -> EmojiFiles:
    """Draw an emoji's picture anew and store it; blocks. Raises Invalid for what is no good picture."""
    most = db.settings.most_emoji_bytes
    if len(data) > most:
        raise Invalid.field("file", "ERR_TOO_LARGE", say("The file is larger than %(most)s KB", most=most // 1024))
    with tempfile.TemporaryDirectory(prefix="holdfast-") as name:
        source, out = Path(name) / "in", Path(name) / "out"
        out.mkdir()
        source.write_bytes(data)
        moving, still = (worker or PictureWorker()).emoji(source, out, Limits(bytes=most))
        pool = storage(db)
        keys = [pool.put((out / one.name).read_bytes()).hash for one in (moving, still)]
    return EmojiFiles(keys[0], keys[1])


def packed(file: Path, most_bytes: int) -> Iterator[Packed]:
    """The pictures in a ZIP file, each at most ``most_bytes`` large. Nothing is unpacked to the disk.

    Raises Invalid for what is no ZIP file, holds too much, or has names that lead out of it.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            entries = [one for one in archive.infolist() if not one.is_dir() and not _is_noise(one.filename)]
            _check(entries)
            for entry in entries:
                yield _unpacked(archive, entry, most_bytes)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as problem:
        raise Invalid.field(
            "file", "ERR_INVALID", say("This is no ZIP file that can be read: %(problem)s", problem=problem)
        ) from problem


def _is_noise(name: str) -> bool:
    return any(part in _NOISE for part in PurePosixPath(name).parts)


def _check(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_FILES:
        raise Invalid.field(
            "file", "ERR_TOO_LARGE", say("The ZIP file holds more than %(most)s files", most=MOST_FILES)
        )
    if sum(entry.file_size for entry in entries) > MOST_ZIP_BYTES:
        words = say("Unpacked, the ZIP file would be larger than %(most)s MB", most=MOST_ZIP_BYTES // 1024 // 1024)
        raise Invalid.field("file", "ERR_TOO_LARGE", words)
    for entry in entries:
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        is_link = stat.S_ISLNK(entry.external_attr >> 16)
        if path.is_absolute() or ".." in path.parts or ":" in entry.filename or is_link:
            words = say("The ZIP file has a name in it that leads out of it: %(name)s", name=repr(entry.filename[:100]))
            raise Invalid.field("file", "ERR_INVALID", words)


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most_bytes: int) -> Packed:
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    name = path.name.rpartition(".")[0] or path.name
    if path.suffix.lower() not in _ENDINGS:
        return Packed(name, b"", "It is no picture: PNG, GIF, WebP, JPEG and AVIF are taken")
    if entry.file_size > most_bytes:
        return Packed(name, b"", f"The file is larger than {most_bytes // 1024} KB")
    with archive.open(entry) as content:
        data = content.read(most_bytes + 1)  # what the entry says of its size need not be true
    if len(data) > most_bytes:
        return Packed(name, b"", f"The file is larger than {most_bytes // 1024} KB")
    return Packed(name, data)
