"""The server, and PostgreSQL under it, killed while members post: what was acknowledged is there, once."""

from __future__ import annotations

import http.client
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.databases import ENGINES
from tests.faults.checking import check_posts, check_whole, eventually, idle, pages
from tests.faults.posting import Load, publish
from tests.postgres import own_server
from tests.servers import NewMember, RunningServer

pytestmark = pytest.mark.long

KILLS = 2
NewServer = Callable[..., RunningServer]


def repeat_unanswered(server: RunningServer, load: Load, members: list[NewMember]) -> None:
    """What apps do after an error: send the same request, with the same key, again."""
    for member in members:
        told = load.told[member.name]
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        for text in [*told.unanswered, *told.refused]:
            status, answer = publish(connection, member.token, text)
            assert status == 200, answer
            told.acknowledged[text] = answer["id"]
        connection.close()


def community(server: RunningServer) -> tuple[NewMember, list[NewMember]]:
    """Ada, whom everybody mentions, and four who post without a limit."""
    server.call("settings.set", values={"new_account_posts_per_hour": 0})
    return server.member("ada"), [server.member(f"gull{n}") for n in range(4)]


def check_all(server: RunningServer, ada: NewMember, members: list[NewMember], loads: list[Load]) -> None:
    """Every post there once, and Ada told of each of them once."""
    idle(server)
    ids: list[str] = []
    for member in members:
        for load in loads:
            ids += check_posts(server, member, load.told[member.name])
    with server.client(ada.token) as client:
        told = [one["status"]["id"] for one in pages(client, "/api/v1/notifications", **{"types[]": "mention"})]
    assert sorted(told) == sorted(set(ids))
    check_whole(server)


@pytest.mark.parametrize("engine", ENGINES)
def test_every_acknowledged_post_survives_the_server_being_killed(engine: str, new_server: NewServer) -> None:
    server = new_server(engine).start().set_up()
    ada, members = community(server)
    loads = []
    for kill in range(KILLS):
        load = Load(server, members, mention=f"@{ada.name}", start=10_000 * kill)
        eventually(lambda load=load: load.acknowledged >= 8, "some posts are acknowledged")  # type: ignore[misc]
        time.sleep(random.uniform(0.05, 0.4))
        server.stop(kill=True)
        load.stop()
        assert all(not told.refused for told in load.told.values())
        loads.append(load)
        server.start()
        repeat_unanswered(server, load, members)
    check_all(server, ada, members, loads)


def test_every_acknowledged_post_survives_postgresql_being_killed(tmp_path: Path) -> None:
    with own_server() as postgres:
        server = RunningServer("postgresql", tmp_path / "data", {"HOLDFAST_DATABASE": postgres.fresh_database()})
        try:
            server.start().set_up()
            ada, members = community(server)
            load = Load(server, members, mention=f"@{ada.name}")
            eventually(lambda: load.acknowledged >= 8, "some posts are acknowledged")
            time.sleep(random.uniform(0.05, 0.4))
            postgres.kill()
            before = load.acknowledged
            with server.client(ada.token) as client:
                for _ in range(5):
                    answer = client.post("/api/v1/statuses", json={"status": "into the void"})
                    assert answer.status_code == 503, answer.text
                    assert int(answer.headers["retry-after"]) >= 1
                    assert "database" in answer.json()["error"]
                    assert client.get("/api/v1/timelines/home").status_code == 503
                    assert client.get("/readyz").status_code == 503
                assert client.get("/healthz").status_code == 200
            postgres.start_again()
            eventually(lambda: load.acknowledged >= before + 8, "posts are acknowledged again")
            load.stop()
            assert {code for told in load.told.values() for code in told.refused.values()} == {503}
            assert all(not told.unanswered for told in load.told.values())
            repeat_unanswered(server, load, members)
            check_all(server, ada, members, [load])
        finally:
            server.stop(kill=True)
