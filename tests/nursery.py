"""``holdfast`` as an operator starts it, without the second that each start takes to import it.

A process that has imported everything once waits aside, and each command is a fork of it with its own arguments,
environment, input and output, run to its end as ``python -m holdfast`` would be. Where starting itself is looked at,
`RunningServer.start` and `RunningServer.cli` are told to begin with a Python of their own (``anew``).
"""

from __future__ import annotations

import contextlib
import functools
import gc
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
OWN = ("HOLDFAST_", "PYTEST_")  # how names of the environment begin that no command here inherits


def environment(**own: str) -> dict[str, str]:
    """The environment of a command: this process's, without what says how Holdfast is configured."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(OWN)}
    return kept | {"PYTHONPATH": str(ROOT / "src"), "NO_COLOR": "1", "COLUMNS": "200"} | own


# ── in the tests ─────────────────────────────────────────────────────────────────────────────────────


class Process:
    """A process of the nursery, with what tests use of `subprocess.Popen`."""

    def __init__(self, nursery: Nursery, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._nursery = nursery
        self._watched = os.pidfd_open(pid)  # until it is asked for its end, nobody else gets its number

    def poll(self) -> int | None:
        """The exit code, or None while it runs."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self.wait(0)
        return None

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, once it has ended. Raises ``subprocess.TimeoutExpired``."""
        if self.returncode is None:
            if not select.select([self._watched], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("holdfast", timeout or 0)
            os.close(self._watched)
            self.returncode = self._nursery.ask("end", self.pid)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it has not ended."""
        if self.returncode is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)


class Nursery:
    """The process that waits aside; it ends, and all that it has begun, when this process does."""

    def __init__(self) -> None:
        command = [sys.executable, "-P", str(Path(__file__).resolve())]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self._process = subprocess.Popen(command, env=environment(), cwd=ROOT, **pipes)
        self._asking = threading.Lock()

    def ask(self, *words: Any) -> Any:
        """Ask it something; its answer."""
        assert self._process.stdin is not None and self._process.stdout is not None
        with self._asking:
            self._process.stdin.write(json.dumps(words) + "\n")
            self._process.stdin.flush()
            return json.loads(self._process.stdout.readline())

    def begin(self, words: list[str], env: dict[str, str], out: Path, err: Path) -> Process:
        """Start ``holdfast`` with these arguments; what it prints is added to two files."""
        return Process(self, self.ask("begin", words, env, str(out), str(err)))


@functools.cache
def nursery() -> Nursery:
    """The nursery of this process, opened on first use."""
    return Nursery()


# ── in the nursery ───────────────────────────────────────────────────────────────────────────────────


def _serve() -> None:
    """Begin what is asked for until nobody asks any more. Returns in each child, which is to run its command."""
    children: set[int] = set()
    for line in iter(sys.stdin.readline, ""):
        kind, *asked = json.loads(line)
        if kind == "begin":
            told = os.fork()
            if told == 0:
                _become(*asked)
                return
            children.add(told)
        else:
            children.discard(asked[0])
            told = os.waitstatus_to_exitcode(os.waitpid(asked[0], 0)[1])
        print(json.dumps(told), flush=True)
    for child in children:
        os.kill(child, signal.SIGKILL)
    os._exit(0)


def _become(words: list[str], env: dict[str, str], out: str, err: str) -> None:
    """Take on the arguments, the environment, the input and the output of a command."""
    adding = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    for number, (path, flags) in enumerate(((os.devnull, os.O_RDONLY), (out, adding), (err, adding))):
        opened = os.open(path, flags, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    os.environ.clear()
    os.environ.update(env)
    sys.argv = ["holdfast", *words]
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _main() -> None:
    from holdfast.cli import main, operations, program, starting  # noqa: F401  what each of the commands imports
    from holdfast.site import serving  # noqa: F401

    gc.freeze()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever interrupts the tests does not mean this process
    _serve()
    starting.STARTED = time.monotonic()
    main()


if __name__ == "__main__":
    _main()
