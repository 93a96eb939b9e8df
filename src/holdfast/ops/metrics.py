"""What Prometheus reads: requests counted in plain lists on the hot path, everything else asked for when it reads."""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

from holdfast import __version__, figures, jobs
from holdfast.writes import Database

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BOUNDS_NS = tuple(int(ms * 1_000_000) for ms in figures.BOUNDS_MS)
_PAGE = os.sysconf("SC_PAGE_SIZE")


class RequestCounts:
    """How many requests each route answered, how, and how long they took."""

    def __init__(self) -> None:
        self.counts: dict[tuple[str, str, int], list[int]] = {}
        self.open = 0

    def add(self, route: str, method: str, status: int, took_ns: int) -> None:
        """One more request. A list per key: a slot for each bucket, one for more, one for the sum."""
        key = (route, method, status)
        row = self.counts.get(key)
        if row is None:
            row = self.counts[key] = [0] * (len(BOUNDS_NS) + 2)
        row[bisect_left(BOUNDS_NS, took_ns)] += 1
        row[-1] += took_ns


class Lag:
    """The event loop's lag in seconds: how much later than asked its timers ring."""

    def __init__(self) -> None:
        self.last_s = 0.0
        self.worst_s = 0.0

    def saw(self, seconds: float) -> None:
        """One more measurement."""
        self.last_s = max(seconds, 0.0)
        self.worst_s = max(self.worst_s, self.last_s)


class Everything(Collector):
    """All metrics of a server."""

    def __init__(self, db: Database, requests: RequestCounts, lag: Lag, streams: int) -> None:
        self._db = db
        self._requests = requests
        self._lag = lag
        self._streams = streams

    def collect(self) -> Iterator[Any]:
        """The metrics as they are now."""
        yield self._request_histogram()
        yield _gauge("holdfast_requests_open", "Requests being answered.", self._requests.open)
        yield _gauge("holdfast_streams_open", "Streams of apps and pages.", self._streams)
        yield _gauge("holdfast_event_loop_lag_seconds", "How late the event loop's timers are.", self._lag.last_s)
        yield _gauge("holdfast_event_loop_lag_worst_seconds", "The worst since the start.", self._lag.worst_s)
        yield _gauge("holdfast_memory_bytes", "Resident memory of the server.", resident_bytes())
        yield from self._database()
        info = GaugeMetricFamily("holdfast_info", "The release that runs.", labels=["version", "database"])
        info.add_metric([__version__, "sqlite" if self._db.store.is_sqlite else "postgresql"], 1)
        yield info

    def _request_histogram(self) -> HistogramMetricFamily:
        name, words = "holdfast_request_seconds", "Time to answer a request."
        family = HistogramMetricFamily(name, words, labels=["route", "method", "status"])
        for (route, method, status), row in list(self._requests.counts.items()):
            total, buckets = 0, []
            for bound, count in zip(BOUNDS_NS, row, strict=False):
                total += count
                buckets.append((str(bound / 1e9), total))
            buckets.append(("+Inf", total + row[len(BOUNDS_NS)]))
            family.add_metric([route, method, str(status)], buckets, row[-1] / 1e9)
        return family

    def _database(self) -> Iterator[Any]:
        with self._db.read() as r:
            counts = jobs.counts(r)
        family = GaugeMetricFamily("holdfast_jobs", "Jobs in the queue.", labels=["state"])
        for state in ("waiting", "running", "failed"):
            family.add_metric([state], counts.get(state, 0))
        yield family
        if (size := database_bytes(self._db)) is not None:
            yield _gauge("holdfast_database_bytes", "Size of the database.", size)
        writer: Any = self._db.store.writer
        yield CounterMetricFamily("holdfast_commits", "Commits of the group writer.", value=writer.batches)
        yield CounterMetricFamily("holdfast_commands", "Commands in those commits.", value=writer.commands)


def database_bytes(db: Database) -> int | None:
    """How much room the database takes: its file and its write-ahead log, or what PostgreSQL says."""
    engine: Any = db.store.engine
    if db.store.is_sqlite:
        parts = (engine.path, engine.path.with_name(engine.path.name + "-wal"))
        return int(sum(part.stat().st_size for part in parts if part.exists()))
    with db.read() as r:
        found = r.driver.execute("SELECT pg_database_size(current_database())").fetchone()
    return int(found[0]) if found else None


def resident_bytes() -> int:
    """Resident memory of this process; 0 where the system does not tell."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * _PAGE
    except FileNotFoundError:
        return 0


def render(db: Database, requests: RequestCounts, lag: Lag, streams: int) -> bytes:
    """The metrics in Prometheus' text form."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Everything(db, requests, lag, streams))
    return generate_latest(registry)


def _gauge(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, words, value=value)
