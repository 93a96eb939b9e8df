"""``python -m bench [NAME …] [--engine sqlite|postgresql]``: reading, media, posting, streaming, start, moderation, and
growth, web and backlog when they are asked for."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from rich.console import Console

from bench import backlog, growth, load, media, moderation, posting, reading, servers, start, streaming, web
from bench import console as console_of_the_team
from bench.generator import Generator, generator
from bench.report import Report
from bench.sizes import Sizes, chosen

Measure = Callable[[str, Sizes, servers.Loaded, Generator, Report, Callable[[str], None]], None]
MEASUREMENTS: dict[str, Measure] = {
    "start": start.measure,
    "reading": reading.measure,
    "media": media.measure,
    "streaming": streaming.measure,
    "posting": posting.measure,
    "moderation": moderation.measure,
}


GROWTH = "growth"
"""Measured only when it is asked for: making its communities takes minutes."""
WEB = "web"
"""Needs the system's Chromium, and has a community of its own, that of `make demo`."""
BACKLOG = "backlog"
"""A day on a simulated clock, which takes some minutes; its figures do not depend on the machine."""
CONSOLE = "console"
"""Needs the system's Chromium as well: the team's pages, worked by keyboard."""
ALONE = {WEB: web.measure, BACKLOG: backlog.measure, CONSOLE: console_of_the_team.measure}
"""What does without the community and without the load generator."""


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, write down. Returns 1 when an aim of a full run is missed."""
    asked = _parser().parse_args(arguments)
    sizes = chosen()
    console = Console()
    say = Console(stderr=True).log
    names = asked.names or list(MEASUREMENTS)
    reports = {name: Report(name, sizes.name) for name in names}
    together = [name for name in names if name in MEASUREMENTS]
    for name in [name for name in names if name in ALONE]:
        ALONE[name](sizes, reports[name], say)
    if not together and GROWTH not in names:
        return _told(reports, console, sizes)
    failed: list[str] = []
    with generator() as load_generator:
        for engine in asked.engine or servers.ENGINES:
            if GROWTH in names:
                growth.measure(engine, sizes, load_generator, reports[GROWTH], say)
            if not together:
                continue
            source, facts = load.prepared(sizes, say)
            say(f"{engine}: loading")
            with servers.loaded(engine, source, facts) as ready:
                for name in together:
                    try:
                        MEASUREMENTS[name](engine, sizes, ready, load_generator, reports[name], say)
                    except Exception:  # half an hour of other figures is not thrown away for it
                        console.print_exception()
                        failed.append(f"{engine} {name}")
    status = _told(reports, console, sizes)
    if failed:
        console.print(f"Not measured to the end: {', '.join(failed)}")
    return 1 if failed else status


def _told(reports: dict[str, Report], console: Console, sizes: Sizes) -> int:
    """Print and write the figures; 1 when a full run has missed an aim."""
    for report in reports.values():
        report.show(console)
        console.print(f"written to {report.write().relative_to(servers.ROOT)}")
    missed = [figure.name for report in reports.values() for figure in report.figures if figure.met is False]
    if missed:
        console.print(f"Missed: {', '.join(missed)}")
    return 1 if missed and sizes.name == "full" else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bench", description="Measure the server against a bare one.")
    parser.add_argument(
        "names", nargs="*", choices=[*MEASUREMENTS, GROWTH, *ALONE, []], help="what to measure; nothing is everything"
    )
    parser.add_argument("--engine", action="append", choices=servers.ENGINES, help="only on this engine")
    return parser


if __name__ == "__main__":
    sys.exit(main())
