"""Blobs on a local disk, addressed by the SHA-256 of their bytes.

A blob appears under its name only when it is complete and on disk, so a crash leaves either the
whole blob or nothing under that name. Drafts lie in a folder of their own, out of the names' sight.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import stat
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from holdfast.errors import Invalid
from holdfast.vendors.errors import BlobCorrupt, BlobMissing, StorageFailed, StorageFull
from holdfast.vendors.protocols import Blob
from holdfast.vendors.vendor_urls import VendorUrl

_HASH = re.compile(r"[0-9a-f]{64}")
_DRAFTS = ".drafts"
_PIECE_BYTES = 65_536
_DRAFT_SECONDS = 86_400  # older ones belong to nobody: no upload takes a day
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class DiskStore:
    """A folder full of blobs; safe to share between threads and processes. Files are 0600, folders 0700."""

    def __init__(self, url: VendorUrl) -> None:
        options = url.options(("name",))
        if url.scheme != "file" or url.host or not url.path.startswith("/") or url.path == "/":
            raise url.wrong("it does not name a folder", "write file:///absolute/path")
        self._root = Path(os.path.normpath(url.path))
        self.name = options.get("name") or f"file:{self._root}"
        self._settled: set[Path] = set()
        try:
            self._make_root()
            self._make_folder(self._root / _DRAFTS)
        except OSError as error:
            raise url.wrong(f"the folder cannot be made ({error.strerror})", "check path and owner") from error
        if not os.access(self._root, os.R_OK | os.W_OK | os.X_OK):
            raise url.wrong("the folder cannot be written to", "give it to the server's user")
        self.sweep()

    def __repr__(self) -> str:
        return f"DiskStore({self.name!r})"

    def put(self, content: bytes | Iterable[bytes]) -> Blob:
        """Store bytes; when this returns they are on disk under their hash. Asked again, it is a no-op.

        Raises StorageFull or StorageFailed; nothing is left behind then.
        """
        with self._failing():
            if isinstance(content, bytes):
                known = self._already(content)
                if known is not None:
                    return known
                content = (content,)
            draft = self._root / _DRAFTS / secrets.token_hex(16)
            try:
                digest, size = _write_draft(draft, content)
                self._settle(draft, self._place(digest))
            except BaseException:
                with suppress(OSError):  # a draft that stays is swept later; the first error is the news
                    draft.unlink(missing_ok=True)
                raise
            return Blob(hash=digest, size=size, place=self.name)

    def exists(self, blob: str) -> bool:
        """Whether a blob of this hash is here."""
        with self._failing():
            return self._place(blob).is_file()

    def size(self, blob: str) -> int:
        """The blob's bytes. Raises BlobMissing."""
        with self._failing(blob):
            return self._place(blob).stat().st_size

    def path(self, blob: str) -> Path:
        """The blob's file, for reading only. Raises BlobMissing."""
        found = self._place(blob)
        if not self.exists(blob):
            raise BlobMissing(blob=blob)
        return found

    def read(self, blob: str) -> bytes:
        """All bytes. Raises BlobMissing, and BlobCorrupt if they are not what the hash says."""
        with self._failing(blob):
            content = self._place(blob).read_bytes()
        if hashlib.sha256(content).hexdigest() != blob:
            raise BlobCorrupt(f"The blob {blob} on {self.name} is damaged.", vendor=self.name)
        return content

    def stream(self, blob: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """Bytes from an offset on, in pieces of at most 64 KiB. Raises BlobMissing at once."""
        with self._failing(blob):
            file = self._place(blob).open("rb")
        return self._pieces(file, start, length)

    def delete(self, blob: str) -> bool:
        """Remove a blob; when this returns, it is gone from the disk's directory. Says if it was here."""
        place = self._place(blob)
        with self._failing():
            try:
                place.unlink()
            except FileNotFoundError:
                return False
            _sync_folder(place.parent)
            return True

    def blobs(self) -> Iterator[str]:
        """The hashes of all blobs here, in no order."""
        for place in self._root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"):
            if _HASH.fullmatch(place.name):
                yield place.name

    def sweep(self, older_than_seconds: float = _DRAFT_SECONDS) -> int:
        """Remove drafts that a crash has left; says how many."""
        limit = time.time() - older_than_seconds
        swept = 0
        with self._failing():
            for draft in (self._root / _DRAFTS).iterdir():
                with suppress(FileNotFoundError):  # its writer was faster
                    if draft.stat().st_mtime <= limit:
                        draft.unlink()
                        swept += 1
        return swept

    def _already(self, content: bytes) -> Blob | None:
        digest = hashlib.sha256(content).hexdigest()
        place = self._place(digest)
        try:
            found = place.stat()
        except FileNotFoundError:
            return None
        if not stat.S_ISREG(found.st_mode) or found.st_size != len(content):
            return None  # damaged: write it anew
        _sync_folder(place.parent)  # whoever renamed it may not have got as far as this
        return Blob(hash=digest, size=len(content), place=self.name)

    def _settle(self, draft: Path, place: Path) -> None:
        self._make_folder(place.parent.parent)
        self._make_folder(place.parent)
        os.replace(draft, place)
        _sync_folder(place.parent)

    def _place(self, blob: str) -> Path:
        if not _HASH.fullmatch(blob):
            raise Invalid.field("blob", "ERR_INVALID", "A blob's name is the SHA-256 of its bytes in hex.")
        return self._root / blob[:2] / blob[2:4] / blob

    def _make_folder(self, folder: Path) -> None:
        """A folder of ours whose name is on disk, too, before anything is put into it."""
        if folder in self._settled:
            return
        folder.mkdir(mode=0o700, exist_ok=True)
        _sync_folder(folder.parent)  # even if it was there: whoever made it may not have got as far as this
        self._settled.add(folder)

    def _make_root(self) -> None:
        for folder in (*reversed(self._root.parents), self._root):
            if not folder.is_dir():
                self._make_folder(folder)

    @staticmethod
    def _pieces(file: BinaryIO, start: int, length: int | None) -> Iterator[bytes]:
        with file:
            file.seek(start)
            left = length
            while left is None or left > 0:
                piece = file.read(_PIECE_BYTES if left is None else min(_PIECE_BYTES, left))
                if not piece:
                    return
                left = None if left is None else left - len(piece)
                yield piece

    @contextmanager
    def _failing(self, blob: str = "") -> Iterator[None]:
        """The operating system's errors, as errors of this room."""
        try:
            yield
        except FileNotFoundError as error:
            if blob:
                raise BlobMissing(blob=blob) from error
            raise StorageFailed(f"{self.name}: {error.strerror}", vendor=self.name) from error
        except OSError as error:
            if error.errno in _FULL:
                raise StorageFull(f"{self.name} is full.", vendor=self.name) from error
            raise StorageFailed(f"{self.name}: {error.strerror}", vendor=self.name) from error


def _write_draft(draft: Path, content: Iterable[bytes]) -> tuple[str, int]:
    digest = hashlib.sha256()
    size = 0
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        for piece in content:
            digest.update(piece)
            size += len(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest(), size


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
