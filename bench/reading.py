"""Reading: what each page costs, beside a bare server that gives back the same bytes in the same run."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from typing import Any
from urllib.parse import quote

from bench import queries, servers
from bench.community import secret
from bench.generator import Generator
from bench.report import Report
from bench.servers import Running
from bench.sizes import Sizes

CONNECTIONS = 8
AIMS = {
    "home": 4.0,
    "public": 4.0,
    "profile": 4.0,
    "hashtag": 4.0,
    "list": 4.0,
    "thread": 5.0,
    "notifications": 6.0,
    "status": 2.0,
    "verify_credentials": 2.0,
}
"""Times the CPU of the bare server."""
SEARCHES = (
    ("search", "library"),  # a word of every twentieth post
    ("search_phrase", '"two of its moons" field'),
    ("search_unspaced", "星がよく"),
    ("search_operators", "the -library language:en has:media after:2020"),
)
"""What is looked for; every answer is a full page."""


@dataclass
class Scenario:
    """One page that somebody asks for again and again."""

    name: str
    path: str
    token: str
    items: int | None = None  # that have to be in the answer
    measured: dict[str, list[float]] = field(default_factory=dict)

    def note(self, what: str, value: float) -> None:
        """Keep one round's value."""
        self.measured.setdefault(what, []).append(value)

    def middle(self, what: str) -> float:
        """The median over the rounds."""
        return median(self.measured[what])


class UnexpectedPage(Exception):
    """A page does not hold what is to be measured."""


def scenarios(sizes: Sizes, facts: dict[str, Any]) -> list[Scenario]:
    """The pages of this measurement."""
    first, *others = sizes.readers
    reader = secret(f"reader{first}")
    found = [Scenario("home", "/api/v1/timelines/home?limit=40", reader, 40)]
    found += [
        Scenario(f"home_{count}", "/api/v1/timelines/home?limit=40", secret(f"reader{count}"), 40) for count in others
    ]
    thread = facts["thread"]
    return [
        *found,
        Scenario("public", "/api/v1/timelines/public?limit=40", reader, 40),
        Scenario("thread", f"/api/v1/statuses/{thread['root']}/context", reader, thread["size"] - 1),
        Scenario("hashtag", f"/api/v1/timelines/tag/{facts['tag']}?limit=40", reader, 40),
        Scenario("list", f"/api/v1/timelines/list/{facts['list']}?limit=40", reader, 40),
        *(
            Scenario(name, f"/api/v2/search?type=statuses&limit=20&q={quote(text)}", reader, 20)
            for name, text in SEARCHES
        ),
        Scenario("profile", f"/api/v1/accounts/{facts['profile']}/statuses?limit=20", reader),
        Scenario("notifications", "/api/v1/notifications?limit=40", secret(facts["notified"])),
        Scenario("grouped_notifications", "/api/v2/notifications?limit=40", secret(facts["notified"])),
        Scenario("status", f"/api/v1/statuses/{facts['newest']}", reader),
        Scenario("verify_credentials", "/api/v1/accounts/verify_credentials", reader),
    ]


def measure(
    engine: str, sizes: Sizes, loaded: servers.Loaded, load: Generator, report: Report, say: Callable[[str], None]
) -> None:
    """Measure every page on one engine."""
    wanted = scenarios(sizes, loaded.facts)
    with servers.holdfast(loaded) as ours:
        for scenario in wanted:
            _round(ours, load, scenario, sizes.warm_s)
        # Two readers of the same path get different bytes: the bare server keeps one answer for each scenario.
        stored = {f"/{scenario.name}": _body(ours, scenario) for scenario in wanted}
        with servers.bare(stored) as bare:
            for number in range(sizes.rounds):
                say(f"{engine}: reading, round {number + 1} of {sizes.rounds}")
                for scenario in wanted:
                    _compare(ours, bare, load, scenario, sizes.round_s)
    counted = queries.count(loaded, [(scenario.path, scenario.token) for scenario in wanted])
    for scenario, number in zip(wanted, counted, strict=True):
        _tell(report, f"{engine}.{scenario.name}", scenario, number)


def _body(server: Running, scenario: Scenario) -> bytes:
    status, body = server.get(scenario.path, scenario.token)
    if status != 200:
        raise UnexpectedPage(f"{scenario.path}: {status} {body[:300].decode(errors='replace')}")
    page = json.loads(body)
    items = next((page[part] for part in ("descendants", "statuses") if part in page), page)
    if scenario.items is not None and len(items) != scenario.items:
        raise UnexpectedPage(f"{scenario.path} has {len(items)} items instead of {scenario.items}")
    if isinstance(items, list) and not items:
        raise UnexpectedPage(f"{scenario.path} is empty")
    return body


def _compare(ours: Running, bare: Running, load: Generator, scenario: Scenario, seconds: float) -> None:
    mine, cost = _round(ours, load, scenario, seconds)
    _, bare_cost = _round(bare, load, Scenario(scenario.name, f"/{scenario.name}", scenario.token), seconds)
    scenario.note("requests_per_s", mine["requests"] / mine["seconds"])
    scenario.note("p50", mine["p50"])
    scenario.note("p99", mine["p99"])
    scenario.note("bytes", mine["bytes"])
    scenario.note("cpu", cost)
    scenario.note("bare_cpu", bare_cost)
    scenario.note("ratio", cost / bare_cost if bare_cost else 0.0)


def _round(server: Running, load: Generator, scenario: Scenario, seconds: float) -> tuple[dict[str, Any], float]:
    """What the generator saw, and CPU seconds per 1,000 requests."""
    before = server.cpu_s()
    seen = load.do(
        "closed", port=server.port, seconds=seconds, connections=CONNECTIONS, requests=[[scenario.path, scenario.token]]
    )
    return seen, (server.cpu_s() - before) / seen["requests"] * 1000


def _tell(report: Report, name: str, scenario: Scenario, queries_made: int) -> None:
    report.add(f"{name}.requests_per_s", scenario.middle("requests_per_s"), "1/s")
    report.add(f"{name}.p50", scenario.middle("p50"), "ms")
    report.add(f"{name}.p99", scenario.middle("p99"), "ms")
    report.add(f"{name}.bytes", scenario.middle("bytes"), "bytes")
    report.add(f"{name}.queries", queries_made, "queries")
    report.add(f"{name}.cpu_per_1000", scenario.middle("cpu"), "s")
    report.add(f"{name}.bare_cpu_per_1000", scenario.middle("bare_cpu"), "s")
    report.add(f"{name}.cpu_ratio", scenario.middle("ratio"), "times the bare server", most=AIMS.get(scenario.name))
