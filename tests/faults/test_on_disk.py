"""Acknowledged means on disk: the log of the database is flushed before a byte of the answer leaves."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from holdfast import store
from tests.faults.checking import idle
from tests.servers import RunningServer

CALLS = "fsync,fdatasync,pwrite64,write,writev,sendto,sendmsg"


@pytest.mark.system
def test_a_post_is_flushed_before_its_answer_leaves(new_server: Callable[..., RunningServer], tmp_path: Path) -> None:
    server = new_server().start().set_up()
    ada = server.member("ada")
    idle(server)
    assert server.process is not None
    trace = tmp_path / "trace"
    with server.client(ada.token) as client:
        client.get("/api/v1/timelines/home")
        watch = subprocess.Popen(
            [
                "strace",
                "-f",
                "-yy",
                "-s",
                "4096",
                "-e",
                f"trace={CALLS}",
                "-o",
                str(trace),
                "-p",
                str(server.process.pid),
            ],
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            assert watch.stderr is not None
            assert "attached" in watch.stderr.readline()
            posts = [client.post("/api/v1/statuses", json={"status": f"flushed {n}"}).json()["id"] for n in range(5)]
        finally:
            watch.terminate()
            watch.wait(timeout=10)
    lines = whole_calls(trace.read_text())
    for status_id in posts:
        check_order(lines, status_id)


def whole_calls(trace: str) -> list[tuple[int, int, str]]:
    """Each call as (line where it began, line where it returned, what it was)."""
    begun: dict[str, tuple[int, str]] = {}
    found = []
    for number, line in enumerate(trace.splitlines()):
        thread, _, call = line.partition(" ")
        call = call.strip()
        if call.endswith("<unfinished ...>"):
            begun[thread] = (number, call)
        elif call.startswith("<... ") and thread in begun:
            began, first = begun.pop(thread)
            found.append((began, number, first + call))
        else:
            found.append((number, number, call))
    return found


def check_order(calls: list[tuple[int, int, str]], status_id: str) -> None:
    """The last write to the write-ahead log before the answer was flushed, and the flush had returned."""
    answer = next(
        began
        for began, _, call in calls
        if re.match(r"(write|writev|sendto|sendmsg)\(\d+<TCP", call) and "HTTP/1.1 200" in call and status_id in call
    )
    written = [began for began, _, call in calls if re.match(r"pwrite64\(\d+<[^>]*-wal>", call) and began < answer]
    flushed = [
        (began, ended)
        for began, ended, call in calls
        if re.match(r"f(data)?sync\(\d+<[^>]*-wal>", call) and re.search(r"=\s*0\b", call)
    ]
    post = [number for number in written if not any(began > number and ended < answer for began, ended in flushed)]
    assert written, "the post was written to the write-ahead log"
    assert not post, "everything written before the answer was flushed before the answer"


def test_postgresql_flushes_every_commit_whatever_the_default_of_the_database_is(postgres_database: str) -> None:
    name = postgres_database.rpartition("/")[2]
    with psycopg.connect(postgres_database, autocommit=True) as other:
        other.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    with psycopg.connect(postgres_database) as other:
        assert other.execute("SHOW synchronous_commit").fetchone() == ("off",)
    opened = store.open_store(postgres_database)
    try:
        with opened.transaction() as tx:
            assert tx.value(text("SHOW synchronous_commit")) == "on"
    finally:
        opened.close()


def test_sqlite_flushes_every_commit(tmp_path: Path) -> None:
    opened = store.open_store(f"sqlite:///{tmp_path / 'holdfast.db'}")
    try:
        with opened.transaction() as tx:
            assert tx.value(text("PRAGMA synchronous")) == 2  # FULL
            assert tx.value(text("PRAGMA journal_mode")) == "wal"
    finally:
        opened.close()
