"""What operators ask a running server: health, readiness, metrics, request ids."""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlalchemy import text

from holdfast import ops
from holdfast.ops.metrics import BOUNDS_NS, RequestCounts
from holdfast.writes import Database
from tests.servers import RunningServer

NewServer = Callable[..., RunningServer]


def test_a_healthy_server_is_ready_and_says_what_it_looked_at(server: RunningServer) -> None:
    with server.client() as http:
        found = http.get("/readyz")
    assert found.status_code == 200
    assert {check["name"]: check["is_fine"] for check in found.json()["checks"]} == {
        "database": True,
        "disk": True,
        "jobs": True,
    }


def test_what_is_missing_makes_it_unready_in_words(db: Database) -> None:
    state = ops.State()
    assert ops.readiness(db, state).ready
    state.is_runner_alive = lambda: False
    state.is_stopping = lambda: True
    found = ops.readiness(db, state)
    assert not found.ready
    assert {check.name for check in found.checks if not check.is_fine} == {"jobs", "process"}
    with db.store.transaction() as tx:
        tx.run(text("UPDATE alembic_version SET version_num = '0000'"))
    words = {check.name: check.words for check in ops.readiness(db, ops.State()).checks}
    assert "holdfast db upgrade" in words["database"]


def test_switched_off_abilities_are_told(new_server: NewServer) -> None:
    server = new_server().start()
    server.cli("mode", "off", "posting", "--reason", "moving house", "--until", "2h").ok()
    with server.client() as http:
        found = http.get("/readyz").json()
    assert found["ready"]
    assert found["switched_off"] == {"posting": "moving house"}


def test_metrics_count_requests_by_route(server: RunningServer) -> None:
    with server.client() as http:
        for _ in range(3):
            http.get("/healthz")
        http.get("/nowhere/at/all")
        text_form = http.get("/metrics").text
    line = r'holdfast_request_seconds_count\{method="GET",route="/healthz",status="200"\} (\S+)'
    counted = re.search(line, text_form)
    assert counted
    assert float(counted.group(1)) >= 3
    assert "/nowhere" not in text_form
    for name in ("jobs", "database_bytes", "memory_bytes", "event_loop_lag_seconds"):
        assert f"holdfast_{name}" in text_form
    if server.engine == "sqlite":
        assert "holdfast_commits_total" in text_form


def test_metrics_are_for_the_machine_itself_or_for_who_has_the_token(new_server: NewServer) -> None:
    server = new_server(HOLDFAST_METRICS_TOKEN="only-for-the-scraper").start()
    with server.client() as http:
        assert http.get("/metrics").status_code == 403
        assert http.get("/metrics", headers={"authorization": "Bearer wrong"}).status_code == 403
        assert http.get("/metrics", headers={"authorization": "Bearer only-for-the-scraper"}).status_code == 200


def test_metrics_are_not_for_those_behind_a_proxy_on_this_machine(server: RunningServer) -> None:
    with server.client() as http:
        assert http.get("/metrics", headers={"x-forwarded-for": "203.0.113.9"}).status_code == 403


def test_every_answer_has_an_id_of_ours(server: RunningServer) -> None:
    with server.client() as http:
        first, second = http.get("/healthz"), http.get("/healthz", headers={"x-request-id": "chosen-by-a-stranger"})
    ids = {first.headers["x-request-id"], second.headers["x-request-id"]}
    assert len(ids) == 2
    assert "chosen-by-a-stranger" not in ids
    assert first.headers["x-request-id"] in server.log()


def test_a_trusted_proxy_chooses_the_id_and_tells_the_client(new_server: NewServer) -> None:
    server = new_server(HOLDFAST_TRUSTED_PROXIES="127.0.0.1").start()
    told = {"x-request-id": "from-the-proxy-1", "x-forwarded-for": "203.0.113.9"}
    with server.client() as http:
        assert http.get("/healthz", headers=told).headers["x-request-id"] == "from-the-proxy-1"
        strange = http.get("/healthz", headers=told | {"x-request-id": "two words\tand more"})
        assert "two words" not in strange.headers["x-request-id"]
    line = next(line for line in server.log().splitlines() if "from-the-proxy-1" in line)
    assert "203.0.113.9" in line


def test_the_histogram_puts_each_time_into_its_bucket() -> None:
    counts = RequestCounts()
    for took in (1, BOUNDS_NS[0], BOUNDS_NS[0] + 1, BOUNDS_NS[-1] + 1):
        counts.add("/x", "GET", 200, took)
    row = counts.counts[("/x", "GET", 200)]
    assert (row[0], row[1], row[len(BOUNDS_NS)], sum(row[:-1])) == (2, 1, 1, 4)
