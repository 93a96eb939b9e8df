"""Media: ten pictures of 12 megapixels at once, and what readers notice of it."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pyvips  # type: ignore[import-untyped]

from bench import servers
from bench.community import secret
from bench.generator import Generator
from bench.report import Report
from bench.servers import Loaded, Running
from bench.sizes import Sizes

AT_ONCE = 10
READS_PER_S = 50.0
QUIET_S, SLICE_S = 3.0, 1.0
RATIO_AIM = 2.0
UNNOTICED_MS = 10.0
"""Below this p99 nobody notices anything, and a ratio of two such numbers is noise."""


class NotTaken(Exception):
    """A picture was not taken in."""


def measure(
    engine: str, sizes: Sizes, loaded: Loaded, load: Generator, report: Report, say: Callable[[str], None]
) -> None:
    """Measure reads before and while ten pictures are worked on."""
    say(f"{engine}: ten pictures at once")
    picture = _picture(sizes)
    readers = [["/api/v1/timelines/home?limit=20", secret(f"reader{number}")] for number in sizes.readers]
    with servers.holdfast(loaded) as ours:
        how: dict[str, Any] = {"port": ours.port, "readers": readers, "reads_per_s": READS_PER_S}
        load.do("reads", seconds=1.0, **how)  # so that nothing is met for the first time below
        quiet = load.do("reads", seconds=QUIET_S if sizes.name != "quick" else 0.5, **how)
        started = time.monotonic()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            begun = threading.Barrier(AT_ONCE)
            names = sizes.writers(sizes.authors[1])
            tasks = [pool.submit(_upload, ours, secret(names[n % len(names)]), picture, begun) for n in range(AT_ONCE)]
            busy = _reads_until(tasks, load, how)
            for task in tasks:
                task.result()
        seconds = time.monotonic() - started
    report.add(f"{engine}.media.quiet_p99", quiet["p99"], "ms")
    report.add(f"{engine}.media.readers_p50", busy["p50"], "ms")
    report.add(f"{engine}.media.readers_p99", busy["p99"], "ms")
    report.add(f"{engine}.media.readers_worst_second", busy["worst"], "ms")
    report.add(f"{engine}.media.reads_ratio", busy["p99"] / max(quiet["p99"], UNNOTICED_MS / RATIO_AIM), "times",
               most=RATIO_AIM)  # fmt: skip
    report.add(f"{engine}.media.all_ready", seconds, "s")


def _reads_until(tasks: list[Future[None]], load: Generator, how: dict[str, Any]) -> dict[str, Any]:
    """Read, a slice of time after the other, until all pictures are ready; the middle one of the slices."""
    found: list[dict[str, Any]] = []
    while not found or not all(task.done() for task in tasks):
        found.append(load.do("reads", seconds=SLICE_S, **how))
    middle = {key: sorted(one[key] for one in found)[len(found) // 2] for key in ("p50", "p99")}
    return {**middle, "worst": max(one["p99"] for one in found)}


def _upload(ours: Running, token: str, picture: bytes, begun: threading.Barrier) -> None:
    edge = "holdfast-bench"
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n'
    body = head.encode() + b"Content-Type: image/jpeg\r\n\r\n" + picture + f"\r\n--{edge}--\r\n".encode()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": f"multipart/form-data; boundary={edge}"}
    begun.wait(30)
    connection = http.client.HTTPConnection("127.0.0.1", ours.port, timeout=120)
    try:
        connection.request("POST", "/api/v2/media", body, headers)
        answer = connection.getresponse()
        told = answer.read()
    finally:
        connection.close()
    if answer.status != 200:
        raise NotTaken(f"{answer.status}: {told[:300]!r}")


def _picture(sizes: Sizes) -> bytes:
    """A photograph-like JPEG of 12 megapixels (smaller in a quick run): smooth areas, edges and grain."""
    width, height = (4_000, 3_000) if sizes.name != "quick" else (400, 300)
    grain = pyvips.Image.gaussnoise(width, height, mean=0, sigma=6, seed=7)
    ramp = pyvips.Image.xyz(width, height)
    shades = [ramp[0] * (200 / width) + ramp[1] * (shade / height) + grain for shade in (10, 40, 55)]
    image = shades[0].bandjoin(shades[1:]).cast("uchar").copy(interpretation="srgb")
    data: bytes = image.jpegsave_buffer(Q=85)
    return data
