"""Pictures of profiles: drawn anew in a process of their own and stored, before the profile is told of them."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import IO, Literal

from holdfast.errors import FieldError, Invalid
from holdfast.posts.picture_worker import PictureWorker
from holdfast.posts.pictures import Limits
from holdfast.posts.storage import storage
from holdfast.writes import Database


def store_profile_picture(
    db: Database, worker: PictureWorker, file: IO[bytes], kind: Literal["avatar", "header"]
) -> str:
    """Draw a profile's picture anew and store it; blocks. The key of its blob.

    Raises Invalid, naming ``kind``, for what is no acceptable picture, and Unavailable when that is not its fault.
    """
    settings = db.settings
    limits = Limits(bytes=settings.most_picture_bytes, pixels=settings.most_picture_pixels)
    with tempfile.TemporaryDirectory(prefix="holdfast-") as name:
        source, out = Path(name) / "in", Path(name) / "out"
        out.mkdir()
        with source.open("wb") as copy:
            shutil.copyfileobj(file, copy)
        run = worker.avatar if kind == "avatar" else worker.header
        try:
            rendition = run(source, out, limits)
        except Invalid as problem:
            fields = [FieldError(kind, field.reason, field.said) for field in problem.fields]
            raise Invalid(problem.said, fields=fields) from problem
        return storage(db).put((out / rendition.name).read_bytes()).hash
