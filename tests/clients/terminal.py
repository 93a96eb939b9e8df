"""Somebody at a terminal with `toot` from PyPI, unchanged.

Starting `toot` takes half a second, nearly all of it imports. So a process that has imported it once waits
aside, and each command is a fork of it, with its own arguments, environment, input and output, as if it had
been typed. Signing in, which is a dialogue, starts the program itself.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.clients.conftest import code_for
from tests.servers import NewMember, RunningServer

TOOT = Path(sys.executable).with_name("toot")
LOGIN_SECONDS = 20

NURSERY = """
import gc, json, os, sys
from toot.cli import cli
gc.freeze()
for line in iter(sys.stdin.readline, ""):
    words, files = json.loads(line)
    child = os.fork()
    if not child:
        for number, (path, flags) in enumerate(files):
            os.dup2(os.open(path, flags, 0o600), number)
        sys.stdin = open(0, closefd=False)
        try:
            cli(words, prog_name="toot")
        except SystemExit as end:  # left at once: tidying up what was imported costs more than the command
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(end.code)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class Terminal:
    """A home folder of its own and the program in it; a context manager, closed at the end."""

    def __init__(self, server: RunningServer, home: Path) -> None:
        self.server = server
        self.home = home
        self.domain = server.base_url.removeprefix("http://")
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("TOOT_", "XDG_"))}
        self.environment = kept | {
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_CACHE_HOME": str(home / "cache"),
            "NO_PROXY": "localhost",
            "COLUMNS": "120",
            "LINES": "100000",  # a screen so high that toot's pager turns every page without asking
        }
        self._nursery = subprocess.Popen(
            [sys.executable, "-c", NURSERY],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=self.environment,
            cwd=home,
        )

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _fault: BaseException | None, _: TracebackType | None
    ) -> None:
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        self._nursery.stdin.close()
        self._nursery.wait(timeout=10)
        self._nursery.stdout.close()

    def run(self, *words: str, typed: str = "") -> tuple[int, str, str]:
        """Type ``toot`` and words, and perhaps something into it: exit code, output, complaints."""
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        said, out, err = (self.home / name for name in ("stdin", "stdout", "stderr"))
        said.write_text(typed)
        fresh = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        files = [(str(said), os.O_RDONLY), (str(out), fresh), (str(err), fresh)]
        self._nursery.stdin.write(json.dumps([words, files]) + "\n")
        self._nursery.stdin.flush()
        code = int(self._nursery.stdout.readline())
        return code, out.read_text(), err.read_text()

    def toot(self, *words: str, typed: str = "") -> str:
        """What a command prints that succeeds."""
        code, out, err = self.run(*words, typed=typed)
        assert (code, "Traceback" in err) == (0, False), f"toot {' '.join(words)}\ncode {code}\n{out}\n{err}"
        return out

    def json(self, *words: str, typed: str = "") -> Any:
        """What a command prints in JSON."""
        return json.loads(self.toot(*words, "--json", typed=typed))

    def refused(self, *words: str, typed: str = "") -> str:
        """The complaint of a command that fails."""
        code, out, err = self.run(*words, typed=typed)
        assert code == 1 and err.startswith("Error: "), f"toot {' '.join(words)}\ncode {code}\n{out}\n{err}"
        return err.removeprefix("Error: ").strip()

    def login(self, member: NewMember, code: str | None = None) -> tuple[int, str]:
        """Sign in with the browser: open the link, say yes, type the code (or another). Exit code, output."""
        with subprocess.Popen(
            [TOOT, "login", "--instance", self.server.base_url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=self.environment,
        ) as process:
            assert process.stdout is not None
            lines: list[str] = []
            for line in process.stdout:
                lines.append(line)
                if line.startswith("http"):
                    break
            else:
                raise AssertionError("toot named no address:\n" + "".join(lines))
            code = code or code_for(self.server, member, lines[-1].strip())
            rest, _ = process.communicate(f"n\n{code}\n", timeout=LOGIN_SECONDS)
        return process.returncode, "".join(lines) + rest
