"""``holdfast drill notice``: how a server stands up to a host's letter, tried out on one that is thrown away.

A community writes (``texts``) on a scratch server (``scratch``) whose clock is moved; members report, a host writes a
letter, volunteers work (``living``), all over the HTTP API. What came of it is read from the tables (``outcomes``).
"""

from __future__ import annotations

import asyncio
import tempfile

from holdfast.cli.drills.living import Drill
from holdfast.cli.drills.outcomes import Outcome, Shares, outcome_of
from holdfast.cli.drills.plans import Plan
from holdfast.cli.drills.scratch import scratch
from holdfast.cli.drills.texts import read_texts, samples
from holdfast.errors import Problem
from holdfast.site.registry import Progress

__all__ = ["Outcome", "Plan", "Shares", "read_texts", "run", "samples"]


def run(plan: Plan, progress: Progress) -> Outcome:
    """Hold the drill in a temporary folder, of which nothing is left afterwards."""
    with tempfile.TemporaryDirectory(prefix="holdfast-drill-") as folder:
        return asyncio.run(_held(plan, folder, progress))


async def _held(plan: Plan, folder: str, progress: Progress) -> Outcome:
    async with scratch(plan, folder) as server:
        drill = Drill(server, plan, progress)
        try:
            await drill.run()
            return outcome_of(server.db, plan, drill)
        except Problem as problem:  # the application's own end would wrap it up
            failed = problem
    raise failed
