"""Work on pictures in processes of their own, one a picture, under limits of memory and time.

A process a picture costs about 130 ms and needs no care: nothing is left over
from one file to the next, nothing idles, and a crash ends with the file that caused it.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from typing import Any

from holdfast.errors import FieldError, Invalid, Unavailable
from holdfast.posts.pictures import Limits, Processed, Rendition

_CHILD = Path(__file__).with_name("picture_child.py")
_STOPPED_FROM_OUTSIDE = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


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
        self._task = {"memory_bytes": memory_bytes, "cpu_seconds": cpu_seconds, "file_bytes": memory_bytes}
        self._wall_seconds = wall_seconds
        self._wait_seconds = wait_seconds
        self._room = threading.BoundedSemaphore(at_once)

    def process(self, source: Path, destination: Path, limits: Limits | None = None) -> Processed:
        """Do what ``pictures.process_picture`` does."""
        done = self._done("process", source, destination, limits)
        return Processed(Rendition(**done["original"]), Rendition(**done["preview"]), done["blurhash"])

    def avatar(self, source: Path, destination: Path, limits: Limits | None = None) -> Rendition:
        """Do what ``pictures.square_avatar`` does."""
        return Rendition(**self._done("avatar", source, destination, limits))

    def header(self, source: Path, destination: Path, limits: Limits | None = None) -> Rendition:
        """Do what ``pictures.header_picture`` does."""
        return Rendition(**self._done("header", source, destination, limits))

    def _done(self, does: str, source: Path, destination: Path, limits: Limits | None) -> dict[str, Any]:
        task = {
            **self._task,
            "does": does,
            "source": str(source.absolute()),
            "destination": str(destination.absolute()),
            "limits": asdict(limits or Limits()),
        }
        if not self._room.acquire(timeout=self._wait_seconds):
            raise Unavailable("Too many pictures are waiting", retry_after=30)
        try:
            return _answer(*self._run(json.dumps(task).encode(), destination))
        finally:
            self._room.release()

    def _run(self, task: bytes, destination: Path) -> tuple[int, bytes, bytes]:
        try:
            child = subprocess.Popen(
                [sys.executable, "-P", str(_CHILD)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=destination,
                env=_environment(destination),
                start_new_session=True,  # a Ctrl-C at the terminal is for the server, which lets work finish
            )
        except OSError as problem:
            raise Unavailable("Pictures cannot be worked on at the moment", cause=str(problem)) from problem
        with child:
            try:
                out, errors = child.communicate(task, timeout=self._wall_seconds)
            except subprocess.TimeoutExpired as late:
                raise Unavailable("The picture took too long", retry_after=30) from late
            finally:
                child.kill()  # does nothing to one that has ended
        return child.returncode, out, errors


def _environment(destination: Path) -> dict[str, str]:
    """Give the child what it needs; settings and secrets of the server stay here."""
    return {
        "PATH": os.defpath,
        "PYTHONPATH": str(_CHILD.parents[2]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "LC_ALL": "C.UTF-8",
        "TMPDIR": str(destination.absolute()),
        "VIPS_CONCURRENCY": "1",
        "MALLOC_ARENA_MAX": "2",
    }


def _answer(code: int, out: bytes, errors: bytes) -> dict[str, Any]:
    if code < 0 and -code not in _STOPPED_FROM_OUTSIDE:
        # It crashed, or spent its time or memory, on this file, and would do so again.
        name = signal.Signals(-code).name
        raise Invalid.field("file", "ERR_INVALID", f"The picture cannot be worked on ({name})")
    if code != 0:
        cause = errors.decode(errors="replace")[-2000:]
        raise Unavailable("Working on the picture was interrupted", retry_after=10, code=code, cause=cause)
    answer: dict[str, Any] = json.loads(out)
    if "invalid" in answer:
        fields = [FieldError(*field) for field in answer["invalid"]]
        raise Invalid(fields=fields, **answer["details"])
    if "unavailable" in answer:
        raise Unavailable(answer["unavailable"])
    done: dict[str, Any] = answer["done"]
    return done
