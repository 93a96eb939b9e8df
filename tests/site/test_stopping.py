"""The stop: streams end by themselves, nothing acknowledged is lost."""

from __future__ import annotations

import signal
import socket
import threading
import time
from collections.abc import Callable

import httpx
import pytest

from tests.databases import ENGINES
from tests.servers import RunningServer

NewServer = Callable[..., RunningServer]


def _stop(server: RunningServer) -> float:
    """Send SIGTERM; the seconds until the process has ended."""
    assert server.process is not None
    before = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(timeout=8) == 0
    return time.monotonic() - before


def test_open_streams_end_at_once(new_server: NewServer) -> None:
    server = new_server().start().set_up()
    member = server.member()
    stream = socket.create_connection(("127.0.0.1", server.port))
    asked = f"GET /api/v1/streaming/user HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {member.token}\r\n\r\n"
    stream.sendall(asked.encode())
    assert b" 200 " in stream.recv(4_096)
    assert _stop(server) < 2
    stream.settimeout(2)
    while stream.recv(4_096):
        pass  # the server closed it in order: the end comes as the end, not as a reset
    stream.close()
    assert "cut off" not in server.log()


@pytest.mark.parametrize("engine", ENGINES)
def test_every_post_that_was_acknowledged_during_a_stop_is_there(new_server: NewServer, engine: str) -> None:
    server = new_server(engine).start().set_up()
    member = server.member()
    acknowledged: list[str] = []

    def write() -> None:
        with server.client(member.token) as http:
            for number in range(10_000):
                try:
                    answer = http.post("/api/v1/statuses", json={"status": f"post {number}"})
                except httpx.TransportError:
                    return
                if answer.status_code != 200:
                    return
                acknowledged.append(answer.json()["id"])

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    while len(acknowledged) < 25:
        time.sleep(0.01)
    assert _stop(server) < 5
    for thread in threads:
        thread.join()
    server.start()
    with server.client(member.token) as http:
        kept: set[str] = set()
        newest = ""
        while page := http.get(f"/api/v1/accounts/{member.id}/statuses?limit=40{newest}").json():
            kept.update(status["id"] for status in page)
            newest = f"&max_id={page[-1]['id']}"
    assert set(acknowledged) <= kept
    assert "Traceback" not in server.log()


def test_a_second_signal_ends_the_server_at_once(new_server: NewServer) -> None:
    server = new_server().start(anew=True)
    assert server.process is not None
    with socket.create_connection(("127.0.0.1", server.port)) as hanging:
        hanging.sendall(
            b"POST /api/v1/apps HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n{"
        )
        time.sleep(0.2)
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(timeout=2) == 130
