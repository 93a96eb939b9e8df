"""The server killed while it publishes what was written for later: each post is out in the end, once."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from holdfast import posts, store
from holdfast.jobs.tables import jobs
from holdfast.posts.tables import scheduled_statuses
from holdfast.store import SECOND
from tests.databases import ENGINES
from tests.faults.checking import check_whole, eventually, idle, pages, words
from tests.servers import NewMember, RunningServer

pytestmark = pytest.mark.long

EACH = 25  # as many as a member may have on one day
KILLS = 2
APART_MS = 25  # between two posts, so that a kill falls among them


def now_due(server: RunningServer) -> None:
    """Let the time of what waits come, one post after the other; for a server that is stopped."""
    url = server.environment.get("HOLDFAST_DATABASE") or f"sqlite:///{server.data_dir / 'holdfast.db'}"
    opened = store.open_store(url)
    now = opened.clock.now()
    with opened.transaction() as tx:
        tx.run(update(scheduled_statuses).values(scheduled_at=now - SECOND))
        waiting = tx.ids(select(jobs.c.id).where(jobs.c.kind == posts.PUBLISH_SCHEDULED).order_by(jobs.c.id))
        for n, number in enumerate(waiting):
            tx.run(update(jobs).where(jobs.c.id == number).values(run_at=now + 6 * SECOND + APART_MS * n))
    opened.close()


def written(server: RunningServer, member: NewMember) -> list[str]:
    """What stands on a member's profile."""
    with server.client(member.token) as client:
        return [words(one) for one in pages(client, f"/api/v1/accounts/{member.id}/statuses")]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_post_for_later_is_published_once_whenever_the_server_is_killed(
    engine: str, new_server: Callable[..., RunningServer]
) -> None:
    server = new_server(engine).start().set_up()
    server.call("settings.set", values={"new_account_posts_per_hour": 0})
    members = [server.member(f"tern{n}") for n in range(4)]
    expected: dict[str, list[str]] = {}
    day = (datetime.now(UTC) + timedelta(days=2)).replace(hour=12)
    for member in members:
        expected[member.name] = sorted(f"{member.name} later {n}" for n in range(EACH))
        with server.client(member.token) as client:
            for text in expected[member.name]:
                made: Any = client.post("/api/v1/statuses", json={"status": text, "scheduled_at": day.isoformat()})
                assert made.status_code == 200, made.text
    server.stop()
    now_due(server)
    for kill in range(KILLS):
        server.start()
        least = 4 + 20 * kill

        def are_out(least: int = least) -> bool:
            return sum(len(written(server, one)) for one in members[:2]) >= least

        eventually(are_out, "some are out")
        time.sleep(random.uniform(0, 0.1))
        server.stop(kill=True)
    server.start()
    eventually(lambda: all(len(written(server, one)) >= EACH for one in members), "all are out", seconds=90)
    idle(server)
    for member in members:
        assert sorted(written(server, member)) == expected[member.name]
        with server.client(member.token) as client:
            assert client.get("/api/v1/scheduled_statuses").json() == []
    check_whole(server)
