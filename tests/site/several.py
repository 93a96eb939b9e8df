"""Two processes on one PostgreSQL database: a data folder each, keys and pictures shared, as docs/scale.md says."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.postgres import Server
from tests.servers import RunningServer

WAIT_S = 10.0  # how long a test looks before it gives up


class Pair:
    """Two running servers, ``one`` and ``two``."""

    def __init__(self, folder: Path, url: str, **environment: str) -> None:
        shared = {
            "HOLDFAST_DATABASE": url,
            "HOLDFAST_SECRETS_DIR": str(folder / "shared" / "secrets"),
            "HOLDFAST_MEDIA_DIR": str(folder / "shared" / "media"),
            "HOLDFAST_THREADS": "4",
        }
        self.folder = folder
        self.one, self.two = (
            RunningServer("postgresql", folder / name, shared | environment) for name in ("one", "two")
        )

    def __iter__(self) -> Iterator[RunningServer]:
        return iter((self.one, self.two))

    def start(self) -> None:
        """Start both at the same time."""
        threads = [threading.Thread(target=server.start) for server in self]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for server in self:
            assert server.process is not None and server.process.poll() is None, server.log()[-2000:]


@contextmanager
def pair_on(postgres: Server, folder: Path, **environment: str) -> Iterator[Pair]:
    """Both, started at once on an empty database and set up through the first one."""
    url = postgres.fresh_database()
    pair = Pair(folder, url, **environment)
    try:
        pair.start()
        pair.one.set_up()
        yield pair
    finally:
        for server in pair:
            server.stop(kill=True)
        postgres.drop(url)


def until(look: Callable[[], Any], *, longest_s: float = WAIT_S) -> float:
    """Look again and again until something is true; the seconds that it took."""
    began = time.monotonic()
    while not look():
        assert time.monotonic() - began < longest_s, "it did not come"
        time.sleep(0.01)
    return time.monotonic() - began
