"""Streaming: how soon a post is with everybody who listens, and what listening costs the server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bench import servers
from bench.community import secret
from bench.generator import Generator
from bench.report import Report
from bench.servers import Loaded
from bench.sizes import Sizes

DELAY_AIM_MS = 250.0
TAG = "Listening"
KINDS = (
    ("socket", "stream=user"),
    ("events", "user"),
    ("socket", f"stream=hashtag&tag={TAG}"),
    ("events", "public/local"),
)
"""How each of four clients listens, and to what: half of them over WebSockets, half over server-sent events."""


def measure(
    engine: str, sizes: Sizes, loaded: Loaded, load: Generator, report: Report, say: Callable[[str], None]
) -> None:
    """Measure streaming on one engine: followers of one author listen, and the author posts at a fixed pace."""
    say(f"{engine}: streaming to {sizes.listeners}")
    author = f"author{sizes.authors[-1]}"
    followers = [secret(f"crowd{number:05d}") for number in range(sizes.crowd)]
    listeners = [[*KINDS[place % len(KINDS)], followers[place % len(followers)]] for place in range(sizes.listeners)]
    with servers.holdfast(loaded) as ours:
        load.do("posts", port=ours.port, count=sizes.warm_posts, tokens=[secret(author)], seed="warm-streaming")
        seen: dict[str, Any] = load.do(
            "streams", port=ours.port, listeners=listeners, author=secret(author), tag=TAG, count=sizes.streamed_posts,
            server=ours.process.pid, pids=ours.pids,
        )  # fmt: skip
    name = f"{engine}.streaming"
    report.add(f"{name}.delay_p50", seen["delay"]["p50"], "ms")
    report.add(f"{name}.delay_p99", seen["delay"]["p99"], "ms", most=DELAY_AIM_MS)
    report.add(f"{name}.last_p50", seen["last"]["p50"], "ms")
    report.add(f"{name}.last_p99", seen["last"]["p99"], "ms")
    report.add(f"{name}.socket_p99", seen["socket"]["p99"], "ms")
    report.add(f"{name}.events_p99", seen["events"]["p99"], "ms")
    report.add(f"{name}.cpu_per_post", seen["cpu_s"] * 1000, "ms")
    report.add(f"{name}.memory_per_connection", seen["memory_kb"], "KB")
