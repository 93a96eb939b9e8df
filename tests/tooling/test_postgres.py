"""The throw-away PostgreSQL server of the suite."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg

from tests.postgres import Server, own_server

ROOT = Path(__file__).resolve().parent.parent.parent


def test_a_fresh_database_is_empty_and_gone_after_it_is_dropped(postgres: Server) -> None:
    url = postgres.fresh_database()
    with psycopg.connect(url) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    assert tables == (0,)
    postgres.drop(url)
    with psycopg.connect(postgres.url()) as connection:
        name = url.rpartition("/")[2]
        assert connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone() is None


def test_a_database_comes_as_a_copy_of_a_template_that_is_filled_once(postgres: Server) -> None:
    filled = []

    def fill(url: str) -> None:
        filled.append(url)
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE things (name text)")
            connection.execute("INSERT INTO things VALUES ('one')")

    template = f"tooling_{os.getpid()}"
    copies = [postgres.fresh_database(postgres.template(template, fill)) for _ in range(3)]
    for url in copies:
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT name FROM things").fetchall() == [("one",)]
            connection.execute("DELETE FROM things")  # its own copy
    assert len(filled) == 1
    for url in copies:
        postgres.drop(url)


def test_dropping_cuts_a_connection_that_a_test_left_open(postgres: Server) -> None:
    url = postgres.fresh_database()
    left_open = psycopg.connect(url)
    postgres.drop(url)
    try:
        left_open.execute("SELECT 1")
    except psycopg.OperationalError:
        return
    finally:
        left_open.close()
    raise AssertionError("the connection still works")


def test_the_server_has_utf8_and_lowers_letters_beyond_ascii(postgres_database: str) -> None:
    with psycopg.connect(postgres_database) as connection:
        assert connection.execute("SELECT lower('ÄÖÉ'), length('🦣')").fetchone() == ("äöé", 1)


def test_a_server_of_its_own_flushes_to_the_disk_and_leaves_nothing() -> None:
    with own_server() as server:
        with psycopg.connect(server.url()) as connection:
            assert connection.execute("SHOW fsync").fetchone() == ("on",)
            assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",)
            folder = Path(connection.execute("SHOW data_directory").fetchone()[0]).parent  # type: ignore[index]
        assert folder.exists()
    assert not folder.exists()
    assert not Path(f"/proc/{server.pid}").exists()


RUN = """
import os, pathlib, time
def test_it(postgres):
    pathlib.Path(os.environ["TOLD"]).write_text(f"{postgres.pid} {os.getpid()}")
    time.sleep(float(os.environ["SLEEP"]))
"""


def _inner_run(folder: Path, sleep: float) -> tuple[subprocess.Popen[bytes], Path]:
    (folder / "test_inner.py").write_text(RUN)
    told = folder / "told"
    command = [sys.executable, "-m", "pytest", "-p", "xdist", "-p", "tests.postgres", "-n", "1", "--rootdir"]
    environment = {**os.environ, "TOLD": str(told), "SLEEP": str(sleep), "PYTHONPATH": str(ROOT)}
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    environment.pop("PYTEST_XDIST_WORKER", None)
    process = subprocess.Popen(
        [*command, folder, folder / "test_inner.py"], cwd=folder, env=environment, stdout=subprocess.DEVNULL
    )
    return process, told


def _gone(pid: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    return not Path(f"/proc/{pid}").exists()


def test_the_server_has_stopped_when_the_run_has_ended(tmp_path: Path) -> None:
    process, told = _inner_run(tmp_path, sleep=0)
    assert process.wait(60) == 0
    assert not Path(f"/proc/{told.read_text().split()[0]}").exists()


def test_the_server_stops_by_itself_when_the_run_is_killed(tmp_path: Path) -> None:
    process, told = _inner_run(tmp_path, sleep=60)
    deadline = time.monotonic() + 60
    while not (told.exists() and told.read_text()) and time.monotonic() < deadline:
        time.sleep(0.02)
    server, worker = map(int, told.read_text().split())
    process.kill()
    process.wait(10)
    os.kill(worker, signal.SIGKILL)  # it sleeps
    assert _gone(server, 20)
