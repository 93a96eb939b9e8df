"""A race for cases between processes, each with the database open for itself.

Every process goes through the same cases in the same order, as fast as it can, in one of three ways: it claims the case
and decides, decides without a claim upon what it saw before the race, or takes whatever is next and decides that.
``python -m tests.moderation.racing`` is one of them; :func:`race` starts them all and counts.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from holdfast import config, moderation
from holdfast.access import permissions_of
from holdfast.acting import SYSTEM, Acting
from holdfast.moderation import ClaimedByOther, DecidedMeanwhile, Signal, Subject, Verdict
from holdfast.moderation.tables import decisions
from holdfast.site.wiring import open_database
from holdfast.store.errors import DatabaseBusy
from holdfast.writes import Ability, Database
from tests.nursery import ROOT, environment

AT_ONCE = 500  # cases in one commit


@dataclass(frozen=True)
class Outcome:
    """What a race has come to. ``told``: refusals that said who was faster."""

    claims: int
    decided: int
    doubled: int
    lost: int
    refused: int
    told: int


def race(db: Database, runners: list[int], cases: int) -> Outcome:
    """Let accounts, each in a process of its own, race for so many new cases. The race is over when all are decided."""
    numbers = _cases(db, cases)
    running = [_begin(db, account, place, numbers) for place, account in enumerate(runners)]
    for process in running:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    counted: Counter[str] = Counter()
    answers = [process.communicate(timeout=7_200)[0] for process in running]
    decided: list[int] = []
    for process, answer in zip(running, answers, strict=True):
        assert process.returncode == 0
        told = json.loads(answer)
        decided += told.pop("decided")
        counted.update(told)
    with db.read() as r:
        closing = (decisions.c.case_id >= numbers[0]) & decisions.c.closes & decisions.c.undone_at.is_(None)
        rows = r.rows(select(decisions.c.case_id, func.count()).where(closing).group_by(decisions.c.case_id))
    doubled = sum(count - 1 for _, count in rows)
    kept = sum(count for _, count in rows)
    assert len(rows) == cases, f"{cases - len(rows)} cases were decided by nobody"
    lost = len(decided) - kept
    return Outcome(counted["claims"], len(decided), doubled, lost, counted["refused"], counted["told"])


def _cases(db: Database, count: int) -> list[int]:
    def command(names: range) -> list[int]:
        with db.write(SYSTEM, Ability.MODERATION) as w:
            signal = Signal(source="visitor", category="other")
            return [moderation.raise_signal(w, Subject("hashtag", f"race{name}"), signal) for name in names]

    found: list[int] = []
    for start in range(0, count, AT_ONCE):
        found += db.submit(lambda start=start: command(range(start, min(start + AT_ONCE, count)))).result()  # type: ignore[misc]
    return found


def _begin(db: Database, account: int, place: int, numbers: list[int]) -> subprocess.Popen[str]:
    own = {"HOLDFAST_DATA_DIR": str(db.config.data_dir), "HOLDFAST_THREADS": "2"}
    if db.config.boot.database:
        own["HOLDFAST_DATABASE"] = db.config.boot.database
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.moderation.racing"],
        cwd=ROOT, env=environment(**own), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdin is not None
    process.stdin.write(json.dumps({"account": account, "place": place, "cases": numbers}) + "\n")
    process.stdin.flush()
    return process


# ── one of them ──────────────────────────────────────────────────────────────────────────────────────


class _Runner:
    def __init__(self, db: Database, account: int, place: int) -> None:
        self._db = db
        self._acting = Acting(account, permissions=permissions_of("moderator"))
        self._place = place
        self.counted: Counter[str] = Counter()
        self.decided: list[int] = []

    def run(self, numbers: list[int]) -> None:
        """Go for every case."""
        for at, number in enumerate(numbers):
            try:
                self._go_for(number, (at + self._place) % 3)
            except (ClaimedByOther, DecidedMeanwhile) as problem:
                self.counted["refused"] += 1
                who = problem.details.get("claimed_by") or problem.details.get("decided_by")
                self.counted["told"] += who is not None

    def _go_for(self, number: int, way: int) -> None:
        seen: int | None = 1
        if way == 0:
            seen = self._do(moderation.claim, number).revision
        elif way == 1:
            self.counted["claims"] += 1
        else:
            found = self._do(moderation.claim_next)
            if found is None:
                return
            number, seen = found.id, found.revision
        self._do(moderation.decide, number, Verdict(), seen=seen, counts=False)
        self.decided.append(number)

    def _do(self, command: Any, *values: Any, counts: bool = True, **named: Any) -> Any:
        self.counted["claims"] += counts
        while True:
            try:
                return self._db.submit(lambda: command(self._db, self._acting, *values, **named)).result()
            except DatabaseBusy:  # SQLite is meant for one process; here it waits for another one's commit
                self.counted["waited"] += 1


def main() -> None:
    """Take the order, say that it is understood, wait for the start, race, tell."""
    order = json.loads(sys.stdin.readline())
    db = open_database(config.load(), upgrade=False)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    runner = _Runner(db, order["account"], order["place"])
    runner.run(order["cases"])
    db.close()
    sys.stdout.write(json.dumps(runner.counted | {"decided": runner.decided}))


if __name__ == "__main__":
    main()
