"""What is due at its time: the next stroke of a case's clock; a decision's letter, its withdrawal, its end, the erasure
of what it took away."""

from __future__ import annotations

import msgspec

from holdfast.moderation.deadlines import HALF, OVERDUE, QUARTER, step_at
from holdfast.writes import Write

STRIKE = "moderation.clock"
BULK = "moderation.bulk"
DELIVER, WITHDRAW, END, ERASE = (
    "moderation.deliver",
    "moderation.withdraw",
    "moderation.end_measure",
    "moderation.erase",
)


class Due(msgspec.Struct, frozen=True):
    """Something is due for a decision."""

    decision_id: int


class DueBulk(msgspec.Struct, frozen=True):
    """A bulk decision has something left to do."""

    bulk_id: int


class Strike(msgspec.Struct, frozen=True):
    """A case's clock is to be looked at."""

    case_id: int
    deadline: int


def wind(w: Write, case_id: int, opened: int, deadline: int) -> None:
    """Let the clock of a case strike at its next step."""
    later = [step_at(opened, deadline, step) for step in (HALF, QUARTER, OVERDUE)]
    at = next((one for one in later if one > w.now), w.now)
    w.enqueue(STRIKE, Strike(case_id, deadline), delay_ms=at - w.now)


def deliver(w: Write, decision_id: int, *, delay_ms: int) -> None:
    """Let a decision be told once the time has passed in which it can be taken back unnoticed."""
    w.enqueue(DELIVER, Due(decision_id), delay_ms=delay_ms)


def withdraw(w: Write, decision_id: int) -> None:
    """Let the member be told that a decision is undone which they have been told of."""
    w.enqueue(WITHDRAW, Due(decision_id))


def end(w: Write, decision_id: int, at: int) -> None:
    """Let a decision end by itself at a moment (ms)."""
    w.enqueue(END, Due(decision_id), delay_ms=max(at - w.now, 0))


def erase(w: Write, decision_id: int, at: int) -> None:
    """Let what a decision took away be erased at a moment (ms), if it still stands then."""
    w.enqueue(ERASE, Due(decision_id), delay_ms=max(at - w.now, 0))


def go_on(w: Write, bulk_id: int) -> None:
    """Let a bulk decision go on."""
    w.enqueue(BULK, DueBulk(bulk_id))
