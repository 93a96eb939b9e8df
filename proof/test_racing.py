"""Eight processes race for cases, a million claims on each engine: no case is decided twice, no decision is lost."""

from __future__ import annotations

import time

from holdfast.writes import Database
from proof.recording import FULL_MINUTES, MINUTES, record
from tests.moderation.racing import race
from tests.moderation.team import moderator

RUNNERS = 8
CLAIMS = round(1_000_000 * min(MINUTES / FULL_MINUTES, 1.0))


def test_a_million_claims_and_no_case_decided_twice(db: Database) -> None:
    runners = [moderator(db, f"runner{place}").id for place in range(RUNNERS)]
    began = time.monotonic()
    outcome = race(db, runners, CLAIMS // RUNNERS)
    record(
        f"racing-{db.store.engine.name}",
        processes=RUNNERS,
        claims=outcome.claims,
        cases=outcome.decided,
        decided_twice=outcome.doubled,
        decisions_lost=outcome.lost,
        refused=outcome.refused,
        told_who_was_faster=outcome.told,
        seconds=round(time.monotonic() - began),
    )
    assert (outcome.decided, outcome.doubled, outcome.lost) == (CLAIMS // RUNNERS, 0, 0)
    assert outcome.refused > 0 and outcome.told == outcome.refused
    assert outcome.claims >= CLAIMS
