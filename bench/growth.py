"""Growing: what the home timeline costs when there are a hundred times as many posts, both measured in turns.

The communities are the same but for the number of posts: who follows whom, and how many, stays. One that reads
on beyond what is kept in memory is measured too.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from statistics import median

from bench import load, servers
from bench.community import secret
from bench.generator import Generator
from bench.report import Report
from bench.servers import Running
from bench.sizes import FULL, QUICK, Sizes

CONNECTIONS = 8
AIM = 1.3


def scales(sizes: Sizes) -> tuple[Sizes, Sizes]:
    """The smaller and the larger community."""
    if sizes.name == "quick":
        return replace(QUICK, name="growth-few"), replace(QUICK, name="growth-many", posts=QUICK.posts * 4)
    return replace(FULL, name="growth-few", posts=20_000), replace(FULL, name="growth-many", posts=2_000_000)


def measure(engine: str, sizes: Sizes, generator: Generator, report: Report, say: Callable[[str], None]) -> None:
    """Measure the top of the home timeline and a page far below it, in both communities in turns."""
    few, many = scales(sizes)
    token = secret(f"reader{few.readers[0]}")
    costs: dict[tuple[str, str], list[float]] = {}
    with (
        servers.loaded(engine, *load.prepared(few, say)) as small,
        servers.loaded(engine, *load.prepared(many, say)) as large,
        servers.holdfast(small) as first,
        servers.holdfast(large) as second,
    ):
        running = {"few": first, "many": second}
        pages = {name: {"home": "/api/v1/timelines/home?limit=40", "deep": _deep(server, token)}
                 for name, server in running.items()}  # fmt: skip
        for number in range(-1, sizes.rounds):
            say(f"{engine}: growth, round {number + 1} of {sizes.rounds}")
            for page in ("home", "deep"):
                for name, server in running.items():
                    cost = _cost(server, generator, pages[name][page], token, sizes.round_s)
                    if number >= 0:  # the first one only warms
                        costs.setdefault((page, name), []).append(cost)
        report.add(f"{engine}.ready_with_many", second.ready_s, "s")
    for page in ("home", "deep"):
        ratios = [after / before for before, after in zip(costs[page, "few"], costs[page, "many"], strict=True)]
        report.add(f"{engine}.{page}.few_cpu_per_1000", median(costs[page, "few"]), "s")
        report.add(f"{engine}.{page}.many_cpu_per_1000", median(costs[page, "many"]), "s")
        aim = AIM if page == "home" else None
        report.add(
            f"{engine}.{page}.growth", median(ratios), f"times, with {many.posts // few.posts} × the posts", most=aim
        )


def _deep(server: Running, token: str) -> str:
    """The address of the page that begins after the first 400 posts."""
    path = "/api/v1/timelines/home?limit=40"
    for _ in range(10):
        status, body = server.get(path, token)
        found = json.loads(body)
        if status != 200 or len(found) < 40:
            break
        path = f"/api/v1/timelines/home?limit=40&max_id={found[-1]['id']}"
    return path


def _cost(server: Running, generator: Generator, path: str, token: str, seconds: float) -> float:
    """CPU seconds per 1,000 requests."""
    before = server.cpu_s()
    seen = generator.do("closed", port=server.port, seconds=seconds, connections=CONNECTIONS, requests=[[path, token]])
    return (server.cpu_s() - before) / float(seen["requests"]) * 1000
