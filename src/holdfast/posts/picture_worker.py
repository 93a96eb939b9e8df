"""Work on pictures in processes of their own, one a picture, under limits of memory and time."""

from __future__ import annotations

from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from holdfast.posts.child_work import ChildWork
from holdfast.posts.pictures import Limits, Processed, Rendition


@cache
def picture_worker() -> PictureWorker:
    """The process's worker: however many doors and jobs have pictures, they wait for each other here."""
    return PictureWorker()


class PictureWorker:
    """Works on at most ``at_once`` pictures at a time; further callers wait up to ``wait_seconds``.

    Every method blocks (call it from a thread or a job), is safe to call from several threads, and raises
    Invalid for a file that is no good picture or costs more than the limits, Unavailable when it is not the
    file's fault: no room on the disk, too many pictures waiting, a worker that was stopped.
    After an error, whatever lies in the destination is to be thrown away.
    """

    def __init__(
        self,
        *,
        memory_bytes: int = 1536 * 1024 * 1024,
        cpu_seconds: int = 30,
        wall_seconds: float = 90,
        at_once: int = 1,
        wait_seconds: float = 60,
    ) -> None:
        self._work = ChildWork(
            memory_bytes=memory_bytes,
            cpu_seconds=cpu_seconds,
            wall_seconds=wall_seconds,
            at_once=at_once,
            wait_seconds=wait_seconds,
        )

    def process(self, source: Path, destination: Path, limits: Limits | None = None) -> Processed:
        """Do what ``pictures.process_picture`` does."""
        done = self._done("process", source, destination, limits)
        return Processed(Rendition(**done["original"]), Rendition(**done["preview"]), done["blurhash"])

    def preview(self, source: Path, destination: Path, limits: Limits | None = None) -> tuple[Rendition, str]:
        """Do what ``pictures.preview_of`` does."""
        done = self._done("preview", source, destination, limits)
        return Rendition(**done["preview"]), done["blurhash"]

    def avatar(self, source: Path, destination: Path, limits: Limits | None = None) -> Rendition:
        """Do what ``pictures.square_avatar`` does."""
        return Rendition(**self._done("avatar", source, destination, limits))

    def header(self, source: Path, destination: Path, limits: Limits | None = None) -> Rendition:
        """Do what ``pictures.header_picture`` does."""
        return Rendition(**self._done("header", source, destination, limits))

    def emoji(self, source: Path, destination: Path, limits: Limits | None = None) -> tuple[Rendition, Rendition]:
        """Do what ``emoji_pictures.emoji_picture`` does: the emoji, and how it looks at rest."""
        done = self._done("emoji", source, destination, limits)
        return Rendition(**done["moving"]), Rendition(**done["still"])

    def _done(self, does: str, source: Path, destination: Path, limits: Limits | None) -> dict[str, Any]:
        return self._work.done(does, source, destination, asdict(limits or Limits()))
