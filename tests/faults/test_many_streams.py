"""One member opens streams without end: they are refused in words, and nobody else is held up."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest

from holdfast.mastodon.streams import MOST_PER_ACCOUNT
from tests.faults.flooding import Flood, connections_of, memory_of
from tests.mastodon.test_streaming import follow, say, stream
from tests.servers import RunningServer

pytestmark = pytest.mark.long

MANY = 10_000
MOST_BYTES = 25_000  # of the server's memory, for each connection
SOON_S = 2.0  # until others have what they ask for, whatever one member does
PATIENCE_S = 10.0


def test_ten_thousand_streams_of_one_member_are_refused_in_words_and_hold_up_nobody(
    new_server: Callable[..., RunningServer],
) -> None:
    server = new_server().start().set_up()
    mallory, ada, bo = server.member("mallory"), server.member("ada"), server.member("bo")
    follow(server, bo, ada)
    with stream(server, bo) as listening, server.client(bo.token) as http, Flood(server, mallory) as flood:
        http.get("/api/v1/timelines/home").raise_for_status()
        before, memory = connections_of(server), memory_of(server)
        with reading(http) as took:
            flood.open(MANY)
            made = say(server, ada)
            assert listening.next("update")["payload"]["id"] == made["id"]
        assert len(took) > 10 and max(took) < SOON_S, took
        assert flood.statuses[101] + flood.statuses[200] == MOST_PER_ACCOUNT
        assert flood.statuses[429] == MANY - MOST_PER_ACCOUNT
        assert flood.words == {"You have too many open streams; close one first."}
        assert memory_of(server) - memory < MANY * MOST_BYTES
        flood.close()
        until(lambda: connections_of(server) <= before)
        with stream(server, mallory) as again:
            made = say(server, mallory)
            assert again.next("update")["payload"]["id"] == made["id"]


@contextmanager
def reading(http: httpx.Client) -> Iterator[list[float]]:
    """Somebody who reads their home timeline all the time; the seconds that each answer took."""
    took: list[float] = []
    over = threading.Event()

    def read() -> None:
        while not over.is_set():
            began = time.monotonic()
            http.get("/api/v1/timelines/home").raise_for_status()
            took.append(time.monotonic() - began)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield took
    finally:
        over.set()
        reader.join()


def until(seen: Callable[[], bool]) -> None:
    """Wait until something is true."""
    end = time.monotonic() + PATIENCE_S
    while not seen():
        assert time.monotonic() < end
        time.sleep(0.02)
