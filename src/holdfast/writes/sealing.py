"""Sealing and following the change log on PostgreSQL, where commits of several processes interleave.

One process at a time seals (it holds an advisory lock); every process follows the sealed rows and tells
its own bus of them in order.
"""

from __future__ import annotations

import logging
import threading
import time

from holdfast import events
from holdfast.acting import SYSTEM
from holdfast.store import Hot
from holdfast.writes.abilities import Ability
from holdfast.writes.database import Database

log = logging.getLogger(__name__)

LOCK_KEY = 0x486F6C64  # any constant; "Hold" in ASCII
PAUSE_S = 0.05
GATHERING_S = 0.01  # after a commit: what others commit meanwhile goes into the same seal
MOST_AT_ONCE = 1_000  # rows of which the bus is told; where there are as many, there may be more

_LOCK = Hot("SELECT pg_try_advisory_xact_lock(:key)")


class Sealer:
    """A thread that seals when it may and tells the bus of what was sealed.

    ``after`` is the place in the chain from which on the bus is told: the newest one (``events.last_seq``) from
    before the first listener read anything, so that nothing falls between what it read and what it is told.
    """

    def __init__(self, db: Database, *, after: int | None = None) -> None:
        self._db = db
        self._wake = threading.Event()
        self._stopping = False
        if after is None:
            with db.read() as r:
                after = events.last_seq(r)
        self._seq = after
        db.wake_sealer = self._wake.set
        self._thread = threading.Thread(target=self._serve, name="sealer", daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while not self._stopping:
            if self._wake.wait(PAUSE_S) and not self._stopping:
                time.sleep(GATHERING_S)
            self._wake.clear()
            try:
                while self.step() >= MOST_AT_ONCE:
                    continue
            except Exception:
                log.exception("sealing failed; it is tried again")
                self._wake.wait(1)

    def step(self) -> int:
        """Seal what is there and tell the bus; how many rows it was told of."""
        with self._db.write(SYSTEM, Ability.JOBS) as w:
            if w.fast(_LOCK, key=LOCK_KEY)[0][0]:
                events.seal(w.tx, w.now)
        with self._db.read() as r:
            found, self._seq, rows = events.since(r, self._seq, MOST_AT_ONCE)
        if found:
            self._db.bus.sealed(found)
        return rows

    def stop(self) -> None:
        """End the thread after its present step."""
        self._stopping = True
        self._wake.set()
        self._thread.join(timeout=5)
