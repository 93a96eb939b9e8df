"""What must hold of a server's data after whatever it went through."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pysqlite3.dbapi2 as sqlite
import pytest

from tests.faults.posting import Told
from tests.servers import NewMember, RunningServer


def eventually(holds: Callable[[], bool], what: str, seconds: float = 15.0) -> None:
    """Wait until something holds; fail with ``what`` when it does not come to hold in time."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            pytest.fail(f"after {seconds} s still not so: {what}")
        time.sleep(0.05)


def pages(client: httpx.Client, path: str, **params: Any) -> Iterator[dict[str, Any]]:
    """Every entry of a list, page after page."""
    url: str | None = str(client.build_request("GET", path, params=params | {"limit": 40}).url)
    while url:
        answer = client.get(url)
        assert answer.status_code == 200, answer.text
        yield from answer.json()
        url = answer.links.get("next", {}).get("url")


def words(status: dict[str, Any]) -> str:
    """A status as its author wrote it, mentions included."""
    return re.sub(r"<[^>]+>", "", status["content"])


def check_posts(server: RunningServer, member: NewMember, told: Told) -> list[str]:
    """Every acknowledged post is there once, under its id; what hangs on them adds up. The ids of all posts."""
    with server.client(member.token) as client:
        found = list(pages(client, f"/api/v1/accounts/{member.id}/statuses"))
        account = client.get("/api/v1/accounts/verify_credentials").json()
    texts = [words(status) for status in found]
    ids = dict(zip(texts, (status["id"] for status in found), strict=True))
    assert len(set(texts)) == len(texts), "a post is there twice"
    lost = {text for text, status_id in told.acknowledged.items() if ids.get(text) != status_id}
    assert not lost, f"{len(lost)} of {len(told.acknowledged)} acknowledged posts are not there: {sorted(lost)[:3]}"
    assert account["statuses_count"] == len(found)
    favourited = {text for text, status in zip(texts, found, strict=True) if status["favourited"]}
    assert told.favourited <= favourited
    for text, status in zip(texts, found, strict=True):
        assert status["favourites_count"] == (text in favourited)
    return [status["id"] for status in found]


def check_whole(server: RunningServer) -> None:
    """The change log's chain holds, no job failed, and the SQLite file is sound."""
    audit = server.call("audit.verify")
    assert audit["holds"], audit["faults"]
    assert server.call("jobs.list")["counts"].get("failed", 0) == 0, server.call("jobs.list", state="failed")
    if server.engine == "sqlite":
        connection = sqlite.connect(server.data_dir / "holdfast.db")
        try:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        finally:
            connection.close()


def idle(server: RunningServer, seconds: float = 30.0) -> None:
    """Wait until no job is due any more; those that repeat by the clock always wait."""

    def is_idle() -> bool:
        waiting = server.call("jobs.list", most=100_000)["jobs"]
        return not [job for job in waiting if job["attempts"] or job["run_at"] <= time.time() * 1000]

    eventually(is_idle, f"the jobs are done: {server.call('jobs.list')['counts']}", seconds)
