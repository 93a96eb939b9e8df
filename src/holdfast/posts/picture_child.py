"""The process in which one picture is worked on, and with which it ends. ``picture_worker`` starts it.

It takes limits on itself before it reads a byte of the picture, and loads neither the database nor any other
room: a file that takes libvips over finds nothing here.
"""

from __future__ import annotations

import dataclasses
import json
import os
import resource
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any


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
    from holdfast.posts import pictures

    does: Callable[..., Any] = {
        "process": pictures.process_picture,
        "avatar": pictures.square_avatar,
        "header": pictures.header_picture,
    }[task["does"]]
    try:
        done = does(Path(task["source"]), Path(task["destination"]), pictures.Limits(**task["limits"]))
    except Invalid as problem:
        fields = [(field.field, field.reason, field.message) for field in problem.fields]
        return {"invalid": fields, "details": dict(problem.details)}
    except Unavailable as problem:
        return {"unavailable": problem.message}
    except MemoryError:
        return {"invalid": [("file", "ERR_TOO_LARGE", "The picture needs too much memory")], "details": {}}
    return {"done": dataclasses.asdict(done)}


if __name__ == "__main__":
    main()
