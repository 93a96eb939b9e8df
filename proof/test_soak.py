"""Members write and read for a long time while the server is killed again and again.

What was acknowledged is there once, what follows from it happened once, the chain of the change log holds, and a
server that is left alone does not grow.
"""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable

import httpx
import pytest

from proof.recording import MINUTES, record
from tests.databases import ENGINES
from tests.faults.checking import idle
from tests.faults.posting import Load
from tests.faults.test_killed import check_all, community, repeat_unanswered
from tests.servers import NewMember, RunningServer

LIFE_S = 60.0
"""How long the server lives before it is killed."""
MOST_GROWTH_BYTES = 48 * 1024 * 1024
"""Over the last part, which nobody kills: the ring and the caches fill up to their bounds, and no further."""
PATHS = ("/api/v1/timelines/home?limit=40", "/api/v1/timelines/public", "/api/v1/notifications", "/public")


class Readers:
    """Members who read one page after the other until told to stop; a server that is away is asked again."""

    def __init__(self, server: RunningServer, members: list[NewMember]) -> None:
        self.pages = 0
        self.wrong: list[str] = []
        self._server = server
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._read, args=(member,)) for member in members]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End the threads."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(timeout=30)

    def _read(self, member: NewMember) -> None:
        with self._server.client(member.token) as client:
            while not self._stopping.is_set():
                for path in PATHS:
                    try:
                        answer = client.get(path)
                    except httpx.TransportError:
                        continue
                    self.pages += 1
                    if answer.status_code != 200:
                        self.wrong.append(f"{answer.status_code} {path}: {answer.text[:200]}")
                self._stopping.wait(0.2)


def memory(server: RunningServer) -> float:
    """Resident memory of the server, in bytes, as it tells it."""
    with server.client() as client:
        lines = client.get("/metrics").text.splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith("holdfast_memory_bytes "))


@pytest.mark.parametrize("engine", ENGINES)
def test_nothing_is_lost_and_nothing_grows(engine: str, new_server: Callable[..., RunningServer]) -> None:
    server = new_server(engine).start().set_up()
    ada, members = community(server)
    loads: list[Load] = []
    readers = Readers(server, [ada, *members])
    life_s = min(LIFE_S, MINUTES * 60 / 6)
    kills = max(1, round(MINUTES * 60 * 0.7 / life_s))
    for kill in range(kills):
        load = Load(server, members, mention=f"@{ada.name}", start=1_000_000 * kill)
        time.sleep(life_s)
        server.stop(kill=True)
        load.stop()
        loads.append(load)
        server.start()
        repeat_unanswered(server, load, members)
    grown, peak = left_alone(server, ada, members, loads, MINUTES * 60 * 0.3)
    readers.stop()
    idle(server, 300)
    check_all(server, ada, members, loads)
    acknowledged = sum(len(told.acknowledged) for load in loads for told in load.told.values())
    record(
        f"soak-{engine}",
        kills=kills,
        posts_acknowledged=acknowledged,
        posts_lost=0,
        posts_doubled=0,
        pages_read=readers.pages,
        memory_grown_mb=round(grown / 1e6, 1),
        memory_peak_mb=round(peak / 1e6, 1),
    )
    assert not readers.wrong, readers.wrong[:5]
    assert acknowledged > 20 * kills
    assert grown < MOST_GROWTH_BYTES


def left_alone(
    server: RunningServer, ada: NewMember, members: list[NewMember], loads: list[Load], seconds: float
) -> tuple[float, float]:
    """The same load without a kill; by how much the memory grew from the second quarter to the last, and its peak."""
    load = Load(server, members, mention=f"@{ada.name}", start=900_000_000)
    loads.append(load)
    samples = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        samples.append(memory(server))
        time.sleep(min(2.0, seconds / 20))
    load.stop()
    quarter = len(samples) // 4
    before, after = samples[quarter : 2 * quarter], samples[-quarter:]
    return statistics.median(after) - statistics.median(before), max(samples)
