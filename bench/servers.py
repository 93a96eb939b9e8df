"""The measured servers: Holdfast as people run it, and a bare one that gives back stored bytes."""

from __future__ import annotations

import contextlib
import functools
import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pysqlite3.dbapi2 as driver  # type: ignore[import-untyped]

from bench import processes
from bench.load import copy_sqlite, copy_to_postgres
from tests.postgres import own_server

ROOT = Path(__file__).resolve().parent.parent
START_S = 30.0
ENGINES = ("sqlite", "postgresql")


class DidNotStart(Exception):
    """A server ended or did not answer in time."""


@dataclass
class Running:
    """A server that answers on a port of 127.0.0.1; ``database`` is the PostgreSQL process it works with, if any."""

    port: int
    process: subprocess.Popen[bytes]
    ready_s: float
    database: int | None = None

    @property
    def pids(self) -> list[int]:
        """The processes whose children are all that belong to the server: Holdfast's, and PostgreSQL's if any."""
        return [self.process.pid] + ([self.database] if self.database else [])

    def cpu_s(self) -> float:
        """CPU seconds of all processes of the server so far, PostgreSQL's too."""
        return processes.cpu_s(self.pids)

    def get(self, path: str, token: str | None = None) -> tuple[int, bytes]:
        """Status and body of one request."""
        return fetch(self.port, path, token)


def fetch(port: int, path: str, token: str | None = None) -> tuple[int, bytes]:
    """Status and body of one request."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers={"Authorization": f"Bearer {token}"} if token else {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@dataclass(frozen=True)
class Loaded:
    """A data folder with the community in its database; ``url`` and ``database`` (a process) only on PostgreSQL."""

    data: Path
    url: str = ""
    database: int | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    def unfinished(self) -> int:
        """Jobs that are due and not done, and rows of the change log that are not sealed."""
        now = time.time_ns() // 1_000_000
        (row,) = self.rows(
            f"SELECT (SELECT COUNT(*) FROM jobs WHERE state <> 'failed' AND run_at <= {now}) + "
            "(SELECT COUNT(*) FROM changes WHERE seq IS NULL)"
        )
        return int(row[0])

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """What a statement finds."""
        if self.url:
            with psycopg.connect(self.url) as connection:
                return connection.execute(statement.encode()).fetchall()
        with contextlib.closing(driver.connect(f"file:{self.data / 'holdfast.db'}?mode=ro", uri=True)) as connection:
            found: list[tuple[Any, ...]] = connection.execute(statement).fetchall()
            return found

    @property
    def environment(self) -> dict[str, str]:
        """How Holdfast is told of the data."""
        own = {"HOLDFAST_DATA_DIR": str(self.data), "HOLDFAST_RATE_LIMITS": "off", "HOLDFAST_LOG_LEVEL": "warning"}
        return own | ({"HOLDFAST_DATABASE": self.url} if self.url else {})


@contextlib.contextmanager
def loaded(engine: str, source: Path, facts: dict[str, Any]) -> Iterator[Loaded]:
    """A copy of the community on an engine, thrown away afterwards."""
    with tempfile.TemporaryDirectory(prefix="holdfast-", dir=_scratch()) as folder:
        data = Path(folder) / "data"
        if engine == "sqlite":
            copy_sqlite(source, data)
            index(data)
            yield Loaded(data, facts=facts)
            return
        data.mkdir()
        with own_server(shared_buffers="128MB") as server:  # it flushes to the disk, as it has to in life
            url = server.fresh_database()
            copy_to_postgres(source, url)
            index(data, url)
            processes.pin(server.pid, processes.cores()[0])
            yield Loaded(data, url, server.pid, facts)


def index(data: Path, url: str = "") -> None:
    """Put the posts into the index that search goes by, as operators do."""
    environment = {**os.environ, "HOLDFAST_DATA_DIR": str(data), "PYTHONPATH": str(ROOT / "src")}
    if url:
        environment["HOLDFAST_DATABASE"] = url
    command = [sys.executable, "-m", "holdfast", "search", "rebuild", "--json"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)


def _scratch() -> str:
    """Data lie on the disk of the checkout: a folder in memory would make every flush free."""
    folder = ROOT / "build" / "bench-data"
    folder.mkdir(parents=True, exist_ok=True)
    return str(folder)


@contextlib.contextmanager
def holdfast(on: Loaded) -> Iterator[Running]:
    """Holdfast, started by its own command, pinned to the servers' core."""
    port = free_port()
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("HOLDFAST_")},
        **on.environment,
        "HOLDFAST_LISTEN": f"127.0.0.1:{port}",
        "PYTHONPATH": str(ROOT / "src"),
    }
    command = [sys.executable, "-m", "holdfast", "up"]
    with _started(command, environment, port, "/readyz", on.data.parent / "holdfast.log", on.database) as running:
        yield running


@contextlib.contextmanager
def bare(answers: dict[str, bytes]) -> Iterator[Running]:
    """Granian with one function that gives back stored bytes by path, pinned to the servers' core."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="holdfast-bare-") as folder:
        stored = Path(folder) / "answers.json"
        names = {}
        for number, (path, body) in enumerate(answers.items()):
            name = Path(folder) / f"{number}.body"
            name.write_bytes(body)
            names[path] = str(name)
        stored.write_text(json.dumps(names))
        environment = {**os.environ, "BARE_ANSWERS": str(stored)}
        command = [sys.executable, "-m", "granian", "bench.bare_app:app", "--host", "127.0.0.1", "--port", str(port)]
        command += ["--interface", "asginl", "--http", "1", "--no-ws", "--no-log", "--workers", "1", "--loop", "uvloop"]
        with _started(command, environment, port, next(iter(answers)), Path(folder) / "bare.log") as running:
            yield running


@contextlib.contextmanager
def _started(
    command: list[str], environment: dict[str, str], port: int, probe: str, log: Path, database: int | None = None
) -> Iterator[Running]:
    here, _ = processes.cores()
    started = time.monotonic()
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            preexec_fn=functools.partial(os.sched_setaffinity, 0, here),
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
        )
    try:
        _await(process, port, probe, log)
        yield Running(port, process, time.monotonic() - started, database)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(process: subprocess.Popen[bytes], port: int, probe: str, log: Path) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        try:
            if fetch(port, probe)[0] == 200:
                return
        except (OSError, http.client.HTTPException):
            pass  # it does not listen yet
        time.sleep(0.01)
    raise DidNotStart(log.read_text(errors="replace")[-3000:])


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
