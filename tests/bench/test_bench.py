"""The measurements run: small, on SQLite, against the real server and the real bare one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.report import Report

pytestmark = pytest.mark.long

ROOT = Path(__file__).resolve().parent.parent.parent


def test_a_small_run_measures_reading_and_posting_and_writes_figures() -> None:
    environment = {**os.environ, "BENCH_QUICK": "1", "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-m", "bench", "reading", "media", "posting", "streaming", "--engine", "sqlite"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    folder = ROOT / "build" / "measurements-quick"
    reading = json.loads((folder / "reading.json").read_text())
    found = {figure["name"]: figure for figure in reading["figures"]}
    assert set(reading) == {"commit", "date", "machine", "sizes", "figures"}
    assert found["sqlite.home.cpu_ratio"]["value"] > 0
    assert found["sqlite.home.cpu_ratio"]["aim"] == "<= 4"
    assert found["sqlite.home.queries"]["value"] < 12  # whatever the page's length
    media = {figure["name"] for figure in json.loads((folder / "media.json").read_text())["figures"]}
    assert {"sqlite.media.reads_ratio", "sqlite.media.all_ready"} <= media
    streaming = {figure["name"]: figure for figure in json.loads((folder / "streaming.json").read_text())["figures"]}
    assert 0 < streaming["sqlite.streaming.delay_p50"]["value"] <= streaming["sqlite.streaming.delay_p99"]["value"]
    assert streaming["sqlite.streaming.memory_per_connection"]["unit"] == "KB"
    posting = {figure["name"] for figure in json.loads((folder / "posting.json").read_text())["figures"]}
    assert {"sqlite.posting.posts_per_s", "sqlite.posting.readers_p99", "sqlite.post_60.answer_ratio"} <= posting


def test_a_small_run_measures_moderation_and_a_day_of_an_overrun_team() -> None:
    environment = {**os.environ, "BENCH_QUICK": "1", "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-m", "bench", "moderation", "backlog", "--engine", "sqlite"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    folder = ROOT / "build" / "measurements-quick"
    told = json.loads((folder / "moderation.json").read_text())["figures"]
    found = {figure["name"]: figure["value"] for figure in told}
    assert found["sqlite.claims.decided_twice"] == found["sqlite.claims.lost_in_silence"] == 0
    assert found["sqlite.intake.signals_per_minute"] > 9_000
    assert 0 <= found["sqlite.containment.after_deadline"] < 5 and 0 < found["sqlite.visitor.confirmed"] < 1
    assert found["sqlite.queue.first_page"] > 0
    told = json.loads((folder / "backlog.json").read_text())["figures"]
    found = {figure["name"]: figure["value"] for figure in told}
    assert found["backlog.one_hour_orders_missed"] == 0 and found["backlog.decided_or_contained"] == 100
    assert found["backlog.threats.decided_p95"] < 60 and "backlog_with_a_third.decided" in found


def test_a_figure_tells_whether_it_meets_its_aim(tmp_path: Path) -> None:
    report = Report("sample", "quick")
    report.add("slow", 7.0, "s", most=6)
    report.add("fast", 5.0, "s", most=6)
    report.add("rate", 900.0, "1/s", least=1000)
    report.add("size", 12345.678, "bytes")
    told = json.loads(report.write(tmp_path).read_text())["figures"]
    assert [figure["met"] for figure in told] == [False, True, False, None]
    assert told[2]["aim"] == ">= 1000"
