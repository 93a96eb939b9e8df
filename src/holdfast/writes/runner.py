"""The job runner: claims due jobs, runs them, completes them or puts them back."""

from __future__ import annotations

import hashlib
import logging
import secrets
import socket
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import msgspec
from sqlalchemy import update

from holdfast import jobs
from holdfast.acting import SYSTEM
from holdfast.errors import Invalid, Problem, Unavailable
from holdfast.jobs import Claimed
from holdfast.store import MINUTE
from holdfast.writes.abilities import Ability
from holdfast.writes.database import Database
from holdfast.writes.hooks import JobKind

log = logging.getLogger(__name__)

BATCH = 32
OUTSIDE_THREADS = 4
LONGEST_PAUSE_S = 2.0
HEARTBEAT_S = 30.0


class LeaseLost(Exception):
    """Another runner took the job meanwhile; what this one did is rolled back."""


class Runner:
    """One runner per process. ``step`` runs what is due now; ``start`` does so in a thread of its own."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._place = place_of(db.config.data_dir)
        self._owner = f"{self._place}:{secrets.token_hex(8)}"
        self._wake = threading.Event()
        self._stopping = False
        self._outside = ThreadPoolExecutor(OUTSIDE_THREADS, thread_name_prefix="job")
        self._slow_kinds = [kind.name for kind in db.hooks.jobs.values() if kind.slow]
        self._slow_thread = ThreadPoolExecutor(1, thread_name_prefix="slow-job")
        self._slow: Future[None] | None = None  # the slow job that runs
        self._running: dict[Future[None], int] = {}  # what runs outside a transaction, and the job's id
        self._has_stumbled = False
        self._beat = time.monotonic()
        self._thread: threading.Thread | None = None
        db.wake_jobs = self._wake.set

    def start(self) -> None:
        """Take back what a dead process held, make sure that repeating jobs wait, and serve.

        On PostgreSQL other processes may hold jobs, so only those of this data folder are taken back: its lock
        says that whoever held them is gone.
        """
        with self._db.write(SYSTEM, Ability.JOBS) as w:
            jobs.release(w.tx, place="" if self._db.store.is_sqlite else self._place)
            for kind in self._db.hooks.jobs.values():
                if kind.every_ms is not None:
                    w.enqueue(kind.name, kind.payload(), delay_ms=kind.every_ms // 10, dedupe=kind.name)
        self._thread = threading.Thread(target=self._serve, name="jobs", daemon=True)
        self._thread.start()

    @property
    def is_alive(self) -> bool:
        """Whether the thread runs."""
        return self._thread is not None and self._thread.is_alive()

    def _serve(self) -> None:
        while not self._stopping:
            try:
                if self._has_stumbled:
                    self._take_back()
                pause = 0.0 if self.step() else self._pause()
            except Unavailable as fault:
                log.warning("jobs have to wait", extra={"cause": fault.message})
                self._has_stumbled, pause = True, 1.0
            except Exception:
                log.exception("the job runner met a fault; it goes on")
                self._has_stumbled, pause = True, 1.0
            if pause:
                self._wake.wait(pause)
                self._wake.clear()

    def _take_back(self) -> None:
        """Put back the jobs whose end could not be written down, as the database did not answer."""

        def put_back() -> None:
            with self._db.write(SYSTEM, Ability.JOBS) as w:
                jobs.release(w.tx, place=self._owner, but=list(self._running.values()))

        self._db.submit(put_back).result()
        self._has_stumbled = False

    def _pause(self) -> float:
        with self._db.read() as r:
            due = jobs.next_due(r, self._slow_kinds if self._is_slow_busy else ())
        if due is None:
            return LONGEST_PAUSE_S
        return min(max((due - self._db.clock.now()) / 1000, 0.0), LONGEST_PAUSE_S)

    def step(self) -> int:
        """Run the jobs that are due; how many were claimed."""
        self._heartbeat()
        for future in [future for future in self._running if future.done()]:
            del self._running[future]
            self._has_stumbled = self._has_stumbled or future.exception() is not None
        room = min(BATCH, OUTSIDE_THREADS * 4 - len(self._running))
        if room <= 0:
            time.sleep(0.02)
            return 1
        claimed = self._db.submit(lambda: self._claim(room)).result()
        inside: list[tuple[Claimed, Future[None]]] = []
        for job in claimed:
            kind = self._db.hooks.jobs.get(job.kind)
            if kind is None:
                self._fail(job, f"no room of this version knows jobs of kind {job.kind}", None)
            elif kind.slow:
                self._slow = self._slow_thread.submit(self._run_outside, job, kind)
                self._slow.add_done_callback(lambda _: self._wake.set())
                self._running[self._slow] = job.id
            elif kind.outside:
                self._running[self._outside.submit(self._run_outside, job, kind)] = job.id
            else:
                inside.append((job, self._db.submit(lambda job=job, kind=kind: self._run_inside(job, kind))))  # type: ignore[misc]
        for job, future in inside:
            fault = future.exception()
            if fault is not None:
                self._fail(job, f"{type(fault).__name__}: {fault}", fault)
        return len(claimed)

    def drain(self, *, longest_s: float = 30.0) -> None:
        """Run until nothing is due any more; for commands and tests."""
        end = time.monotonic() + longest_s
        while (self.step() or self._running) and time.monotonic() < end:
            for future in list(self._running):
                future.result(timeout=longest_s)

    def _claim(self, most: int) -> list[Claimed]:
        with self._db.write(SYSTEM, Ability.JOBS) as w:
            claimed = jobs.claim(w.tx, self._owner, w.now, most, but=self._slow_kinds)
            if self._slow_kinds and not self._is_slow_busy:
                claimed += jobs.claim(w.tx, self._owner, w.now, 1, only=self._slow_kinds)
            return claimed

    @property
    def _is_slow_busy(self) -> bool:
        return self._slow is not None and not self._slow.done()

    def _run_inside(self, job: Claimed, kind: JobKind) -> None:
        with self._db.write(SYSTEM, Ability.JOBS) as w:
            if not jobs.finish(w.tx, job.id, self._owner):
                raise LeaseLost(job.kind)
            kind.run(self._db, _payload(job, kind))
            if kind.every_ms is not None:
                w.enqueue(kind.name, kind.payload(), delay_ms=kind.every_ms, dedupe=kind.name)

    def _run_outside(self, job: Claimed, kind: JobKind) -> None:
        try:
            kind.run(self._db, _payload(job, kind))
        except Exception as fault:
            self._fail(job, f"{type(fault).__name__}: {fault}", fault)
            return
        self._db.submit(lambda: self._complete(job, kind)).result()

    def _complete(self, job: Claimed, kind: JobKind) -> None:
        with self._db.write(SYSTEM, Ability.JOBS) as w:
            jobs.finish(w.tx, job.id, self._owner)
            if kind.every_ms is not None:
                w.enqueue(kind.name, kind.payload(), delay_ms=kind.every_ms, dedupe=kind.name)

    def _fail(self, job: Claimed, words: str, fault: BaseException | None) -> None:
        if isinstance(fault, LeaseLost):
            return
        kind = self._db.hooks.jobs.get(job.kind)
        final = isinstance(fault, Invalid)
        log.warning("job failed", extra={"job": job.kind, "attempt": job.attempts, "final": final, "cause": words})
        if fault is not None and not isinstance(fault, Problem):
            log.error("job %s raised", job.kind, exc_info=fault)

        def put_back() -> None:
            with self._db.write(SYSTEM, Ability.JOBS) as w:
                most = kind.most_attempts if kind and kind.every_ms is None else 1_000_000
                jobs.fail(w.tx, job, self._owner, w.now, words, most_attempts=most, final=final)

        self._db.submit(put_back).result()

    def _heartbeat(self) -> None:
        if not self._running or time.monotonic() - self._beat < HEARTBEAT_S:
            return
        self._beat = time.monotonic()

        def extend() -> None:
            with self._db.write(SYSTEM, Ability.JOBS) as w:
                held = (jobs.table.c.lease_owner == self._owner) & (jobs.table.c.state == "running")
                w.run(update(jobs.table).where(held).values(lease_until=w.now + 2 * MINUTE))

        self._db.submit(extend).result()

    def stop(self) -> None:
        """Let running jobs end, put the rest back, end the thread."""
        self._stopping = True
        self._db.stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout=4)
        self._outside.shutdown(wait=True, cancel_futures=True)
        self._slow_thread.shutdown(wait=True, cancel_futures=True)

        def put_back() -> None:
            with self._db.write(SYSTEM, Ability.JOBS) as w:
                jobs.release(w.tx, place=self._owner)

        self._db.submit(put_back).result(timeout=4)


def place_of(data_dir: Path) -> str:
    """A name for this data folder on this machine, the same after a restart and no other's."""
    found = data_dir.stat()
    told = f"{socket.gethostname()} {found.st_dev} {found.st_ino}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _payload(job: Claimed, kind: JobKind) -> object:
    return msgspec.json.decode(job.payload, type=kind.payload)
