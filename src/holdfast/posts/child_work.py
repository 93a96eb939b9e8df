"""Processes of their own for work on files that strangers sent, one a file, under limits of memory and time.

A process a file costs about 130 ms and needs no care: nothing is left over
from one file to the next, nothing idles, and a crash ends with the file that caused it.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from holdfast.errors import FieldError, Invalid, Unavailable
from holdfast.languages import say, unpacked

CHILD = Path(__file__).with_name("picture_child.py")
_STOPPED_FROM_OUTSIDE = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_LOOK_SECONDS = 0.5  # between two looks at whether the server stops


class ChildWork:
    """Works on at most ``at_once`` files at a time; further callers wait up to ``wait_seconds``.

    Once ``stopping`` is set, what runs is ended.
    """

    def __init__(
        self,
        *,
        memory_bytes: int,
        cpu_seconds: int,
        wall_seconds: float,
        at_once: int,
        wait_seconds: float,
        stopping: threading.Event | None = None,
    ) -> None:
        self._task = {"memory_bytes": memory_bytes, "cpu_seconds": cpu_seconds, "file_bytes": memory_bytes}
        self._wall_seconds = wall_seconds
        self._wait_seconds = wait_seconds
        self._room = threading.BoundedSemaphore(at_once)
        self._stopping = stopping or threading.Event()

    def done(self, does: str, source: Path, destination: Path, limits: dict[str, Any]) -> dict[str, Any]:
        """What came of a task. Blocks.

        Raises Invalid for a file that is no good or costs more than the limits, Unavailable when it is not the file's
        fault: no room on the disk, too many files waiting, a process that was stopped.
        """
        task = {
            **self._task,
            "does": does,
            "source": str(source.absolute()),
            "destination": str(destination.absolute()),
            "limits": limits,
        }
        if not self._room.acquire(timeout=self._wait_seconds):
            raise Unavailable(say("Too many files are waiting"), retry_after=30)
        try:
            return self._answer(*self._run(json.dumps(task).encode(), destination))
        finally:
            self._room.release()

    def _run(self, task: bytes, destination: Path) -> tuple[int, bytes, bytes]:
        try:
            child = subprocess.Popen(
                [sys.executable, "-P", str(CHILD)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=destination,
                env=environment(destination),
                start_new_session=True,  # a Ctrl-C at the terminal is for the server, which lets work finish
            )
        except OSError as problem:
            raise Unavailable(say("No file can be worked on at the moment"), cause=str(problem)) from problem
        with child:
            try:
                out, errors = self._awaited(child, task)
            finally:
                child.kill()  # does nothing to one that has ended
        return child.returncode, out, errors

    def _awaited(self, child: subprocess.Popen[bytes], task: bytes) -> tuple[bytes, bytes]:
        end = time.monotonic() + self._wall_seconds
        sent: bytes | None = task
        while True:
            left = end - time.monotonic()
            try:
                return child.communicate(sent, timeout=max(min(left, _LOOK_SECONDS), 0.001))
            except subprocess.TimeoutExpired as late:
                sent = None  # what was to be sent is remembered
                if self._stopping.is_set():
                    raise Unavailable(say("The server stops"), retry_after=30) from late
                if left <= _LOOK_SECONDS:
                    raise Unavailable(say("Working on the file took too long"), retry_after=30) from late

    def _answer(self, code: int, out: bytes, errors: bytes) -> dict[str, Any]:
        if code < 0 and -code not in _STOPPED_FROM_OUTSIDE:
            # It crashed, or spent its time or memory, on this file, and would do so again.
            name = signal.Signals(-code).name
            raise Invalid.field("file", "ERR_INVALID", say("The file cannot be worked on (%(name)s)", name=name))
        if code != 0:
            cause = errors.decode(errors="replace")[-2000:]
            raise Unavailable(say("Working on the file was interrupted"), retry_after=10, code=code, cause=cause)
        answer: dict[str, Any] = json.loads(out)
        if "invalid" in answer:
            fields = [FieldError(name, reason, unpacked(words)) for name, reason, words in answer["invalid"]]
            raise Invalid(fields=fields, **answer["details"])
        if "unavailable" in answer:
            raise Unavailable(unpacked(answer["unavailable"]))
        done: dict[str, Any] = answer["done"]
        return done


def environment(destination: Path) -> dict[str, str]:
    """Give the child what it needs; settings and secrets of the server stay here."""
    return {
        "PATH": os.defpath,
        "PYTHONPATH": str(CHILD.parents[2]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "LC_ALL": "C.UTF-8",
        "TMPDIR": str(destination.absolute()),
        "VIPS_CONCURRENCY": "1",
        "MALLOC_ARENA_MAX": "2",
    }
