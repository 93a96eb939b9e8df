"""Work on films, sounds and animations in processes of their own, one a file, under limits of memory and time."""

from __future__ import annotations

import threading
from dataclasses import asdict
from pathlib import Path

from holdfast.posts.child_work import ChildWork
from holdfast.posts.recordings import Recorded, RecordingLimits, recorded


class RecordingWorker:
    """Works on one recording at a time. Raises as ``PictureWorker`` does, also once ``stopping`` is set.

    The process takes a lower priority than the server's, so that pages are served while a film is encoded.
    """

    def __init__(
        self,
        *,
        memory_bytes: int = 2_560 * 1024 * 1024,
        cpu_seconds: int = 1_200,
        wall_seconds: float = 2_400,
        wait_seconds: float = 60,
        stopping: threading.Event | None = None,
    ) -> None:
        self._work = ChildWork(
            memory_bytes=memory_bytes,
            cpu_seconds=cpu_seconds,
            wall_seconds=wall_seconds,
            at_once=1,
            wait_seconds=wait_seconds,
            stopping=stopping,
        )

    def process(self, source: Path, destination: Path, limits: RecordingLimits) -> Recorded:
        """Do what ``transcoding.process_recording`` does."""
        return recorded(self._work.done("record", source, destination, asdict(limits)))
