"""A real server for the tests of the doors: its own process, its own data, on both engines.

A pytest plugin.

- fixture ``server``: a `RunningServer` on SQLite and on PostgreSQL in turn, started once for each worker.
  Tests share it, so they make their own members (``server.member()``) and look only at what is theirs.
- fixture ``new_server``: starts servers of a test's own, ``new_server(engine, HOLDFAST_…="…")``, on SQLite by
  default; they are stopped at the end of the test.
"""

from __future__ import annotations

import json
import secrets
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from holdfast.cli import calling
from tests.databases import ENGINES, settings_for
from tests.nursery import ROOT, Process, environment, nursery

START_SECONDS = 20.0
PASSWORD = "correct horse 41 battery"
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For clients of the servers here: httpx reads every certificate authority for each client that is given none, which
takes longer than ten requests."""


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True, slots=True)
class NewMember:
    """A member that a test made; the password is ``PASSWORD``."""

    name: str
    id: str
    token: str
    email: str


class Done:
    """How a command ended."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code = code
        self.out = out
        self.err = err

    @property
    def json(self) -> Any:
        """What it printed, as JSON."""
        return json.loads(self.out)

    def ok(self) -> Done:
        """Itself, when it ended well."""
        assert self.code == 0, f"code {self.code}\n{self.out}\n{self.err}"
        return self


class RunningServer:
    """A server process: ``base_url`` to ask it, ``cli`` to command it, ``data_dir`` to look behind it."""

    def __init__(self, engine: str, data_dir: Path, environment: dict[str, str]) -> None:
        self.engine = engine
        self.data_dir = data_dir
        self.port = free_port()
        self.base_url = f"http://localhost:{self.port}"
        self.environment = {
            "HOLDFAST_DATA_DIR": str(data_dir),
            "HOLDFAST_LISTEN": f"127.0.0.1:{self.port}",
            "HOLDFAST_RATE_LIMITS": "off",
            "HOLDFAST_LOG_FORMAT": "json",
            "HOLDFAST_PASSWORD_MEMORY_KIB": "8",
        } | environment
        self.process: Process | subprocess.Popen[bytes] | None = None

    # ── its life ──

    def start(self, *, anew: bool = False) -> RunningServer:
        """Start it and wait until it is ready; ``anew`` in a Python of its own."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self.process = self._begin(["up"], self._out, self._err, self.environment, anew=anew)
        end = time.monotonic() + START_SECONDS
        lines = self.said().count("is ready")
        while self.said().count("is ready") <= lines:
            if self.process.poll() is not None or time.monotonic() > end:
                self.stop()
                raise AssertionError(f"the server did not start:\n{self.said()}\n{self.log()[-4000:]}")
            time.sleep(0.02)
        return self

    def stop(self, *, kill: bool = False) -> int:
        """Stop it (or kill it) and return its exit code."""
        if self.process is None:
            return 0
        if self.process.poll() is None:
            if kill:
                self.process.kill()
            else:
                self.process.terminate()
        code = self.process.wait(timeout=10)
        self.process = None
        return code

    def said(self) -> str:
        """What it printed on standard output."""
        return self._out.read_text() if self._out.exists() else ""

    def log(self) -> str:
        """Its log."""
        return self._err.read_text() if self._err.exists() else ""

    def set_up(self) -> RunningServer:
        """Make it a community called Harbour with open registration, owned by @owner."""
        self.call(
            "init", name="Harbour", registration="open", owner="owner", email="owner@example.org", password=PASSWORD
        )
        return self

    # ── talking to it ──

    def client(self, token: str | None = None, **options: Any) -> httpx.Client:
        """An HTTP client for it, signed in when a token is given; close it or use it in ``with``."""
        headers = {"authorization": f"Bearer {token}"} if token else {}
        return httpx.Client(
            base_url=self.base_url, headers=headers, timeout=10, trust_env=False, verify=NO_TLS, **options
        )

    def call(self, name: str, /, **arguments: Any) -> Any:
        """Run an operation of the command line through the command socket: quick, without a new process."""
        connection = calling.connect(self.data_dir)
        assert connection is not None, "the server is not running"
        with connection:
            return calling.ask(connection, name, arguments, calling.nothing)

    def member(self, prefix: str = "m", *, role: str = "member", scopes: str = "read write follow push") -> NewMember:
        """A new member with a name of their own that begins with ``prefix``, and a token."""
        name = f"{prefix}_{secrets.token_hex(5)}"
        made = self.call("user.create", name=name, email=f"{name}@example.org", password=PASSWORD, role=role)
        token = self.call("user.token", name=name, scopes=scopes)["token"]
        return NewMember(name, made["account_id"], token, f"{name}@example.org")

    def cli(self, *words: str, anew: bool = False, **environment: str) -> Done:
        """Run ``holdfast`` with arguments, as an operator would; ``anew`` in a Python of its own (half a second)."""
        with tempfile.TemporaryDirectory() as folder:
            out, err = Path(folder, "out"), Path(folder, "err")
            process = self._begin([*words], out, err, self.environment | environment, anew=anew)
            try:
                code = process.wait(timeout=60)
            finally:
                if process.poll() is None:
                    process.kill()
                    process.wait()
            return Done(code, out.read_text(), err.read_text())

    @staticmethod
    def _begin(
        words: list[str], out: Path, err: Path, own: dict[str, str], *, anew: bool
    ) -> Process | subprocess.Popen[bytes]:
        if not anew:
            return nursery().begin(words, environment(**own), out, err)
        command = [sys.executable, "-m", "holdfast", *words]
        with out.open("a") as to, err.open("a") as complaints:
            return subprocess.Popen(
                command, stdout=to, stderr=complaints, stdin=subprocess.DEVNULL, env=environment(**own), cwd=ROOT
            )

    @property
    def _out(self) -> Path:
        return self.data_dir.parent / f"{self.data_dir.name}.out"

    @property
    def _err(self) -> Path:
        return self.data_dir.parent / f"{self.data_dir.name}.log"


def _prepared(request: pytest.FixtureRequest, engine: str, folder: Path, **environment: str) -> RunningServer:
    settings = settings_for(engine, folder, lambda: request.getfixturevalue("postgres"))
    if engine == "postgresql":
        environment = {"HOLDFAST_DATABASE": settings.boot.database} | environment
    return RunningServer(engine, folder, environment)


@pytest.fixture(scope="session", params=ENGINES)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A running server, shared by the tests of a worker, on each engine in turn; it is set up."""
    running = _prepared(request, request.param, tmp_path_factory.mktemp(f"server-{request.param}") / "data").start()
    running.set_up()
    yield running
    running.stop()


@pytest.fixture
def new_server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., RunningServer]]:
    """A function that prepares a server of the test's own: ``new_server().start()``."""
    made: list[RunningServer] = []

    def make(engine: str = "sqlite", **environment: str) -> RunningServer:
        made.append(_prepared(request, engine, tmp_path / f"data{len(made)}", **environment))
        return made[-1]

    yield make
    for one in made:
        one.stop(kill=True)
