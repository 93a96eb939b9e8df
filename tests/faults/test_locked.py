"""Another program holds the database: writes are refused in time and in words, reads go on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import psycopg
import pysqlite3.dbapi2 as sqlite
import pytest

from tests.databases import ENGINES
from tests.faults.checking import check_whole, idle
from tests.servers import NewMember, RunningServer

pytestmark = pytest.mark.long

KEY = {"idempotency-key": "one and the same"}
LONGEST_WAIT_S = 8.0  # both engines give up after five, on a busy machine a little later


@contextmanager
def held(server: RunningServer) -> Iterator[None]:
    """Nobody else can write while this block runs."""
    if server.engine == "sqlite":
        connection = sqlite.connect(server.data_dir / "holdfast.db", isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            connection.execute("ROLLBACK")
            connection.close()
    else:
        with psycopg.connect(server.environment["HOLDFAST_DATABASE"]) as other:
            other.execute("LOCK TABLE statuses IN EXCLUSIVE MODE")
            yield
            other.rollback()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_locked_database_refuses_writes_in_time_and_goes_on_reading(
    engine: str, new_server: Callable[..., RunningServer]
) -> None:
    server = new_server(engine).start().set_up()
    members = [server.member(f"gull{n}") for n in range(3)]
    answers: list[tuple[httpx.Response, float]] = []

    def post(member: NewMember) -> None:
        began = time.monotonic()
        with server.client(member.token) as client:
            answer = client.post("/api/v1/statuses", json={"status": "gull"}, headers=KEY, timeout=30)
        answers.append((answer, time.monotonic() - began))

    with server.client(members[0].token) as client, held(server):
        writers = [threading.Thread(target=post, args=(member,)) for member in members]
        for writer in writers:
            writer.start()
            time.sleep(0.3)  # the later ones do not come in the first one's batch
        took = []
        while any(writer.is_alive() for writer in writers):
            began = time.monotonic()
            for path in ("/api/v1/timelines/home", "/api/v1/accounts/verify_credentials"):
                assert client.get(path).status_code == 200
            took.append((time.monotonic() - began) / 2)
            time.sleep(0.02)
        for answer, seconds in answers:
            assert answer.status_code == 503, answer.text
            assert answer.json() == {"error": "The database is busy. Nothing was changed; try again in a moment."}
            assert answer.headers["retry-after"] == "2"
            assert seconds < LONGEST_WAIT_S
    assert sorted(took)[len(took) // 2] < 0.1
    answers.clear()
    for member in members:
        post(member)
        with server.client(member.token) as client:
            assert len(client.get(f"/api/v1/accounts/{member.id}/statuses").json()) == 1
    assert [answer.status_code for answer, _ in answers] == [200] * 3
    idle(server)
    check_whole(server)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_short_lock_is_waited_for(engine: str, new_server: Callable[..., RunningServer]) -> None:
    server = new_server(engine).start().set_up()
    ada = server.member("ada")
    with held(server):
        result: list[int] = []

        def post() -> None:
            with server.client(ada.token) as client:
                result.append(client.post("/api/v1/statuses", json={"status": "patient"}).status_code)

        writer = threading.Thread(target=post)
        writer.start()
        time.sleep(1)
        assert not result
    writer.join(timeout=10)
    assert result == [200]
