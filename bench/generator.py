"""The load generator as the measurements see it: a process that takes orders."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


class LoadFailed(Exception):
    """The generator met an answer that it should not have met."""


class Generator:
    """Gives orders to ``bench.http_load``."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def do(self, order: str, **arguments: Any) -> dict[str, Any]:
        """Have an order carried out; its result. Raises :class:`LoadFailed`."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"order": order, **arguments}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        found: dict[str, Any] = json.loads(line) if line else {"fault": "the load generator has ended"}
        if "fault" in found:
            raise LoadFailed(found["fault"])
        return found


@contextlib.contextmanager
def generator() -> Iterator[Generator]:
    """Start the generator, and end it afterwards."""
    command = [sys.executable, "-m", "bench.http_load"]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=ROOT, **pipes) as process:
        try:
            yield Generator(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(10)
