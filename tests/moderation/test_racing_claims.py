"""Processes race for the same cases: each case is decided once, and whoever is late learns who was faster."""

from __future__ import annotations

from holdfast.writes import Database
from tests.moderation.racing import race
from tests.moderation.team import moderator

RUNNERS, CASES = 3, 120


def test_no_case_is_decided_twice_and_nobody_loses_in_silence(db: Database) -> None:
    runners = [moderator(db, f"runner{place}").id for place in range(RUNNERS)]
    outcome = race(db, runners, CASES)
    assert outcome.claims >= RUNNERS * CASES
    assert (outcome.decided, outcome.doubled, outcome.lost) == (CASES, 0, 0)
    assert outcome.refused > 0 and outcome.told == outcome.refused
