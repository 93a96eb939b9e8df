"""Posting: the answer, when the last follower sees it, what it costs all told, and what readers notice of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from bench import servers
from bench.community import secret
from bench.generator import Generator
from bench.report import Report
from bench.servers import Loaded, Running
from bench.sizes import Sizes

CONNECTIONS = 8
READS_PER_S, PROBES_PER_S = 50.0, 20.0
ANSWER_RATIO_AIM = 1.5
DELIVERED_AIM_MS = 2_000.0
COST_AIM_S = 1.5  # CPU seconds per 1,000 posts
RATE_AIM = 1_000.0
VISIBLE_AIM_MS = 100.0
READERS_AIM_MS = 10.0


class NotDone(Exception):
    """Jobs were still waiting long after the posting had ended."""


def measure(
    engine: str, sizes: Sizes, loaded: Loaded, load: Generator, report: Report, say: Callable[[str], None]
) -> None:
    """Measure posting on one engine. The readers come first: afterwards the database holds what was posted."""
    with servers.holdfast(loaded) as ours:
        for count in sizes.authors:  # so that nothing is met for the first time below
            load.do("posts", port=ours.port, count=sizes.warm_posts, tokens=_tokens(sizes, count), seed=f"warm-{count}")
        settle(loaded)
        say(f"{engine}: posting one after the other")
        _one_by_one(engine, sizes, loaded, ours, load, report)
        say(f"{engine}: what a post costs")
        for count in sizes.authors[1:3]:
            cost = _cost(sizes, loaded, ours, load, count)
            report.add(f"{engine}.post_{count}.cpu_per_1000", cost, "s", most=COST_AIM_S)
        say(f"{engine}: posting without a pause")
        _under_load(engine, sizes, loaded, ours, load, report)


def _one_by_one(engine: str, sizes: Sizes, loaded: Loaded, ours: Running, load: Generator, report: Report) -> None:
    medians: dict[int, float] = {}
    for count in sizes.authors:
        follower = loaded.facts["last_follower"].get(f"author{count}")
        seen = load.do(
            "sequential", port=ours.port, count=sizes.sequential_posts, token=secret(f"author{count}"),
            seed=f"sequential-{count}", follower=secret(follower) if follower else None,
        )  # fmt: skip
        settle(loaded)
        medians[count] = seen["answered"]["p50"]
        name = f"{engine}.post_{count}"
        report.add(f"{name}.answer_p50", seen["answered"]["p50"], "ms")
        report.add(f"{name}.answer_p99", seen["answered"]["p99"], "ms")
        if follower:
            report.add(f"{name}.visible_p50", seen["visible"]["p50"], "ms")
            aim = DELIVERED_AIM_MS if count == sizes.authors[-1] else None
            report.add(f"{name}.visible_p99", seen["visible"]["p99"], "ms", most=aim)
    first, last = sizes.authors[0], sizes.authors[-1]
    report.add(f"{engine}.post_{last}.answer_ratio", medians[last] / medians[first],
               f"times one with {first} followers", most=ANSWER_RATIO_AIM)  # fmt: skip


def _tokens(sizes: Sizes, followers: int) -> list[str]:
    """Who posts at the same time: the authors with so many followers, on eight connections altogether."""
    names = sizes.writers(followers)
    return [secret(names[place % len(names)]) for place in range(CONNECTIONS)]


def _cost(sizes: Sizes, loaded: Loaded, ours: Running, load: Generator, followers: int) -> float:
    """CPU seconds per 1,000 posts, with all jobs that follow from them and the sealing of the log."""
    posts = sizes.costed_posts
    before = ours.cpu_s()
    load.do("posts", port=ours.port, count=posts, tokens=_tokens(sizes, followers), seed=f"cost-{followers}")
    settle(loaded)
    return (ours.cpu_s() - before) / posts * 1000


def _under_load(engine: str, sizes: Sizes, loaded: Loaded, ours: Running, load: Generator, report: Report) -> None:
    count = sizes.authors[2]
    readers = [["/api/v1/timelines/home?limit=20", secret(f"reader{number}")] for number in sizes.readers]
    seen: dict[str, Any] = load.do(
        "under_load", port=ours.port, seconds=sizes.load_s, tokens=_tokens(sizes, count), seed="load",
        follower=secret(loaded.facts["last_follower"][f"author{count}"]), readers=readers,
        reads_per_s=READS_PER_S, probes_per_s=PROBES_PER_S,
    )  # fmt: skip
    settle(loaded)
    posted, name = seen["posts"], f"{engine}.posting"
    report.add(f"{name}.posts_per_s", posted["requests"] / posted["seconds"], "1/s", least=RATE_AIM)
    report.add(f"{name}.answer_p50", posted["p50"], "ms")
    report.add(f"{name}.answer_p99", posted["p99"], "ms")
    report.add(f"{name}.visible_p50", seen["visible"]["p50"], "ms")
    report.add(f"{name}.visible_p99", seen["visible"]["p99"], "ms", most=VISIBLE_AIM_MS)
    report.add(f"{name}.readers_p50", seen["readers"]["p50"], "ms")
    report.add(f"{name}.readers_p99", seen["readers"]["p99"], "ms", most=READERS_AIM_MS)


def settle(loaded: Loaded, longest_s: float = 60.0) -> None:
    """Wait until every job that is due is done and the change log is sealed."""
    end = time.monotonic() + longest_s
    while (left := loaded.unfinished()) > 0:
        if time.monotonic() > end:
            raise NotDone(f"{left} jobs or log rows were still waiting after {longest_s:.0f} s")
        time.sleep(0.05)
