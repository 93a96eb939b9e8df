"""Starting and idling: how soon the server answers, what it imports, what it holds in memory."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from bench import processes, servers
from bench.generator import Generator
from bench.report import Report
from bench.servers import Loaded
from bench.sizes import Sizes

READY_AIM_S = 2.0
MEMORY_AIM_MB = 150.0
IDLE_S = 3.0


def measure(
    engine: str, sizes: Sizes, loaded: Loaded, _: Generator, report: Report, say: Callable[[str], None]
) -> None:
    """Measure starts and idling on one engine, with the community loaded; on SQLite also of a fresh, empty server."""
    say(f"{engine}: starting and idling")
    times = []
    for _number in range(1 if sizes.name == "quick" else 3):
        with servers.holdfast(loaded) as ours:
            times.append(ours.ready_s)
            before, started = ours.cpu_s(), time.monotonic()
            time.sleep(0.3 if sizes.name == "quick" else IDLE_S)
            used = (ours.cpu_s() - before) / (time.monotonic() - started)
            memory = processes.memory_mb(ours.process.pid)
            database = processes.memory_mb(loaded.database) if loaded.database else None
    report.add(f"{engine}.start.ready", median(times), "s", most=READY_AIM_S)
    report.add(f"{engine}.idle.memory", memory["Rss"], "MB", most=MEMORY_AIM_MB)
    report.add(f"{engine}.idle.memory_anonymous", memory["Anonymous"], "MB")
    report.add(f"{engine}.idle.cpu", used * 100, "% of a core")
    if database is not None:
        report.add(f"{engine}.idle.memory_of_postgresql", database["Pss"], "MB")
    if engine == "sqlite":
        _empty(report)
        for module in ("holdfast.cli", "holdfast.site.serving"):
            report.add(f"import.{module}", _import_s(module), "s")


def _empty(report: Report) -> None:
    with tempfile.TemporaryDirectory(prefix="holdfast-bench-") as folder:
        for name in ("first_start", "empty"):  # the first one makes the schema and the keys
            with servers.holdfast(Loaded(Path(folder) / "data")) as ours:
                memory = processes.memory_mb(ours.process.pid)
                report.add(f"sqlite.{name}.ready", ours.ready_s, "s", most=READY_AIM_S)
        report.add("sqlite.empty.memory", memory["Rss"], "MB", most=MEMORY_AIM_MB)


def _import_s(module: str) -> float:
    """Seconds that importing a module takes in a new interpreter, best of three."""
    code = f"import time; t = time.perf_counter(); import {module}; print(time.perf_counter() - t)"
    environment = {**os.environ, "PYTHONPATH": str(servers.ROOT / "src")}
    runs = [
        subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
        for _ in range(3)
    ]
    return min(float(run.stdout) for run in runs)
