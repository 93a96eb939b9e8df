"""Pictures that come in: processed in a process of their own, stored, and only then known to the database."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Literal

from holdfast.errors import FieldError, Invalid
from holdfast.languages import say
from holdfast.posts.kinds import kind_of
from holdfast.posts.picture_worker import picture_worker
from holdfast.posts.pictures import Limits, Processed, Rendition
from holdfast.posts.processing import Source, Thumbnail, store_source
from holdfast.posts.profile_pictures import store_profile_picture
from holdfast.posts.storage import storage
from holdfast.vendors import StoragePool
from holdfast.writes import Database


class Stored:
    """A processed picture whose files are on disk at the storage vendors."""

    __slots__ = ("original_key", "preview_key", "processed")

    def __init__(self, processed: Processed, original_key: str, preview_key: str) -> None:
        self.processed = processed
        self.original_key = original_key
        self.preview_key = preview_key


class Uploads:
    """Takes pictures in; one object per process holds the worker and the storage pool."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._worker = picture_worker()
        self.storage: StoragePool = storage(db)

    def picture(self, upload: IO[bytes]) -> Stored:
        """Process and store a picture for a post; blocks. Raises Invalid for what is no acceptable picture."""
        with tempfile.TemporaryDirectory(prefix="holdfast-") as name:
            folder = Path(name)
            source = self._spooled(upload, folder)
            target = folder / "out"
            target.mkdir()
            processed = self._worker.process(source, target, self._limits())
            return Stored(processed, self._keep(target, processed.original), self._keep(target, processed.preview))

    def recording(self, upload: IO[bytes], check: Callable[[], None]) -> Source | None:
        """Store a film, sound or animation as it came, to be worked on later; blocks. None for a picture at rest.

        ``check`` is called before anything is stored, and may refuse it.
        Raises Invalid for what is none of these, and for what is too large.
        """
        with tempfile.TemporaryDirectory(prefix="holdfast-") as name:
            source = self._spooled(upload, Path(name))
            kind = kind_of(source)
            if kind is None:
                if source.stat().st_size == 0:
                    raise Invalid.field("file", "ERR_BLANK", say("The file is empty"))
                words = say("The file is no picture, video or sound of a kind that is taken")
                raise Invalid.field("file", "ERR_INVALID", words)
            if kind.shows == "image":
                return None
            most = self._db.settings.most_video_bytes
            if source.stat().st_size > most:
                raise Invalid.field(
                    "file", "ERR_TOO_LARGE", say("The file is larger than %(most)s KB", most=most // 1024)
                )
            check()
            return store_source(self.storage, source, kind.shows)

    def thumbnail(self, upload: IO[bytes]) -> Thumbnail:
        """Process and store a still picture for an attachment; blocks. Raises Invalid, naming ``thumbnail``."""
        with tempfile.TemporaryDirectory(prefix="holdfast-") as name:
            folder = Path(name)
            source = self._spooled(upload, folder)
            target = folder / "out"
            target.mkdir()
            try:
                rendition, blurhash = self._worker.preview(source, target, self._limits())
            except Invalid as problem:
                fields = [FieldError("thumbnail", field.reason, field.said) for field in problem.fields]
                raise Invalid(fields=fields) from problem
            return Thumbnail(self._keep(target, rendition), rendition, blurhash)

    def profile_picture(self, upload: IO[bytes], kind: Literal["avatar", "header"]) -> str:
        """Process and store a profile picture; blocks. The key of its blob."""
        return store_profile_picture(self._db, self._worker, upload, kind)

    def _limits(self) -> Limits:
        settings = self._db.settings
        return Limits(bytes=settings.most_picture_bytes, pixels=settings.most_picture_pixels)

    @staticmethod
    def _spooled(upload: IO[bytes], folder: Path) -> Path:
        source = folder / "in"
        with source.open("wb") as file:
            shutil.copyfileobj(upload, file)
        return source

    def _keep(self, folder: Path, rendition: Rendition) -> str:
        return self.storage.put((folder / rendition.name).read_bytes()).hash
