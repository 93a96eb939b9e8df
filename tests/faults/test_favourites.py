"""A hundred favourites and unfavourites of one post at the same time: its counter is right at the end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.databases import ENGINES
from tests.servers import NewMember, RunningServer

MEMBERS, ROUNDS = 25, 2
AT_ONCE = MEMBERS * ROUNDS * 2
NewServer = Callable[..., RunningServer]

pytestmark = pytest.mark.long


def storm(server: RunningServer, path: str, asked: list[tuple[NewMember, str]]) -> list[int]:
    """Send every request at the same moment, each over a connection of its own; the status codes."""
    gate = threading.Barrier(len(asked))

    def one(request: tuple[NewMember, str]) -> int:
        who, action = request
        with server.client(who.token) as client:
            gate.wait(timeout=60)
            return client.post(f"{path}/{action}").status_code

    with ThreadPoolExecutor(len(asked)) as pool:
        return list(pool.map(one, asked))


def counted(client: httpx.Client, path: str) -> tuple[int, set[str]]:
    """What the counter of a post says, and who is listed."""
    listed = client.get(f"{path}/favourited_by", params={"limit": 80}).json()
    return client.get(path).json()["favourites_count"], {one["id"] for one in listed}


@pytest.mark.parametrize("engine", ENGINES)
def test_counters_are_right_after_a_storm_of_favourites(engine: str, new_server: NewServer) -> None:
    server = new_server(engine).start().set_up()
    author, members = server.member("ada"), [server.member(f"gull{n}") for n in range(MEMBERS)]
    with server.client(author.token) as client:
        post = client.post("/api/v1/statuses", json={"status": "Everybody's darling"}).json()
        path = f"/api/v1/statuses/{post['id']}"
        both = [(who, action) for who in members for action in ("favourite", "unfavourite")] * ROUNDS
        assert len(both) == AT_ONCE == 100
        assert set(storm(server, path, both)) == {200}
        count, listed = counted(client, path)
        assert count == len(listed)
        for who in members:  # each sees what the list says
            with server.client(who.token) as own:
                assert own.get(path).json()["favourited"] == (who.id in listed)
        ends = [(who, "favourite" if n % 2 else "unfavourite") for n, who in enumerate(members)] * ROUNDS * 2
        assert set(storm(server, path, ends)) == {200}
        assert counted(client, path) == (MEMBERS // 2, {who.id for who in members[1::2]})
