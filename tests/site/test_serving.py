"""One process: how it starts, what it refuses, how it stops."""

from __future__ import annotations

import contextlib
import json
import re
import resource
import signal
import socket
import time
from collections.abc import Callable

from tests.servers import RunningServer

NewServer = Callable[..., RunningServer]
SAFE = {"HOLDFAST_RATE_LIMITS": "on", "HOLDFAST_PASSWORD_MEMORY_KIB": "19456"}


def test_the_server_is_up_and_says_where(server: RunningServer) -> None:
    assert f"http://localhost:{server.port}" in server.said()
    with server.client() as http:
        assert http.get("/healthz").json() == {"alive": True}


def test_an_operation_goes_through_the_running_server(server: RunningServer) -> None:
    assert server.call("settings.set", values={"name": "Harbour"}) == {"name": "Harbour"}


def test_it_is_ready_within_two_seconds(new_server: NewServer) -> None:
    """Counted in the processor's time, which does not depend on what else the machine does."""
    server = new_server().start(anew=True)
    ready = next(line for line in map(json.loads, server.log().splitlines()) if line["event"] == "ready")
    assert ready["cpu_seconds"] < 2
    assert ready["seconds"] < 10


def test_an_unset_server_prints_a_set_up_link(new_server: NewServer) -> None:
    server = new_server().start()
    link = re.search(r"http://localhost:\d+/setup\?token=\S+", server.said())
    assert link
    token = link.group().rpartition("=")[2]
    assert token not in server.log()
    assert not [path for path in server.data_dir.rglob("*") if path.is_file() and token.encode() in path.read_bytes()]


def test_a_second_server_on_the_same_data_is_refused(new_server: NewServer) -> None:
    server = new_server().start()
    second = server.cli("up", HOLDFAST_LISTEN="127.0.0.1:1")
    assert second.code == 1
    assert server.process is not None
    assert f"process {server.process.pid}" in second.err
    assert str(server.data_dir) in second.err
    assert "Traceback" not in second.err


def test_a_port_in_use_is_refused(new_server: NewServer) -> None:
    server = new_server()
    with socket.socket() as other:
        other.bind(("127.0.0.1", server.port))
        other.listen()
        refused = server.cli("up", anew=True)
    assert refused.code == 1
    assert f"Port {server.port}" in refused.err
    assert "HOLDFAST_LISTEN" in refused.err


def test_started_again_it_goes_on_with_the_same_data(new_server: NewServer) -> None:
    server = new_server().start()
    server.call("settings.set", values={"name": "Harbour"})
    assert server.stop() == 0
    server.start()
    with server.client() as http:
        assert http.get("/readyz").json()["ready"]
    assert server.call("settings.set", values={}) == {}
    assert server.stop() == 0


def test_a_killed_server_leaves_nothing_in_the_way(new_server: NewServer) -> None:
    server = new_server().start(anew=True)
    server.stop(kill=True)
    server.cli("settings", "set", "name", "Harbour", anew=True).ok()
    server.start()


def test_sigterm_stops_within_five_seconds_although_requests_hang(new_server: NewServer) -> None:
    server = new_server().start(anew=True)
    slow = socket.create_connection(("127.0.0.1", server.port))
    slow.sendall(
        b"POST /api/v1/apps HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n{"
    )
    idle = socket.create_connection(("127.0.0.1", server.port))
    idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
    assert b"200" in idle.recv(1000)
    assert server.process is not None
    before = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(timeout=8) == 0
    assert time.monotonic() - before < 5
    slow.close()
    idle.close()


def test_rate_limits_off_are_loud_and_refused_in_public(new_server: NewServer) -> None:
    server = new_server().start()
    assert "RATE LIMITS ARE OFF" in server.log()
    server.stop()
    server.cli("settings", "set", "domain", "social.example", **SAFE).ok()
    refused = server.cli("up")
    assert refused.code == 1
    assert "social.example" in refused.err
    assert "HOLDFAST_RATE_LIMITS" in refused.err


def test_more_than_a_thousand_open_requests_do_not_keep_others_out(new_server: NewServer) -> None:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    server = new_server().start()
    waiting = b"POST /api/v1/apps HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n{"
    with contextlib.ExitStack() as opened:
        for _ in range(1_100):
            one = opened.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            one.sendall(waiting)
        with server.client() as http:
            assert http.get("/healthz").status_code == 200
