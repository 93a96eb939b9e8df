"""The process in which one file is worked on, and with which it ends. ``child_work`` starts it.

It takes limits on itself before it reads a byte of the file, and loads neither the database nor any other
room: a file that takes libvips or FFmpeg over finds nothing here. When the server dies, it dies as well.
"""

from __future__ import annotations

import ctypes
import dataclasses
import json
import os
import resource
import signal
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux


def main() -> None:
    """Read one task as JSON from standard input; write what came of it as JSON to standard output."""
    answers = os.dup(1)
    os.dup2(2, 1)  # whatever a native library prints must not be taken for the answer
    task = json.load(sys.stdin)
    _take_limits(task["memory_bytes"], task["cpu_seconds"], task["file_bytes"])
    answer = _worked(task)
    with os.fdopen(answers, "w") as out:
        json.dump(answer, out)


def _take_limits(memory_bytes: int, cpu_seconds: int, file_bytes: int) -> None:
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, int(signal.SIGKILL))
    os.nice(10)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))


def _worked(task: dict[str, Any]) -> dict[str, Any]:
    # An empty stand-in for the room's package: its own would bring everything that the room offers.
    room = types.ModuleType("holdfast.posts")
    room.__path__ = [str(Path(__file__).parent)]
    sys.modules[room.__name__] = room
    from holdfast.errors import Invalid, Unavailable
    from holdfast.languages import packed, say

    try:
        done = _does(task["does"])(Path(task["source"]), Path(task["destination"]), task["limits"])
    except Invalid as problem:
        fields = [(field.field, field.reason, packed(field.said)) for field in problem.fields]
        return {"invalid": fields, "details": dict(problem.details)}
    except Unavailable as problem:
        return {"unavailable": packed(problem.said)}
    except MemoryError:
        return {"invalid": [("file", "ERR_TOO_LARGE", say("The file needs too much memory"))], "details": {}}
    return {"done": dataclasses.asdict(done) if dataclasses.is_dataclass(done) else done}  # type: ignore[arg-type]


def _does(name: str) -> Callable[[Path, Path, dict[str, Any]], Any]:
    """What a task is called for; each loads no more than it needs."""
    if name == "record":
        from holdfast.posts import recordings, transcoding

        return lambda source, place, limits: transcoding.process_recording(
            source, place, recordings.RecordingLimits(**limits)
        )
    from holdfast.posts import pictures

    if name == "emoji":
        from holdfast.posts import emoji_pictures

        return lambda source, place, limits: emoji_pictures.emoji_picture(source, place, pictures.Limits(**limits))

    def preview(source: Path, place: Path, limits: pictures.Limits) -> dict[str, Any]:
        rendition, blurhash = pictures.preview_of(source, place, limits)
        return {"preview": dataclasses.asdict(rendition), "blurhash": blurhash}

    known: dict[str, Callable[..., Any]] = {
        "process": pictures.process_picture,
        "preview": preview,
        "avatar": pictures.square_avatar,
        "header": pictures.header_picture,
    }
    does = known[name]
    return lambda source, place, limits: does(source, place, pictures.Limits(**limits))


if __name__ == "__main__":
    main()
