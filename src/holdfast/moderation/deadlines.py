"""How long a case may wait: by what it is about and by who said so; and the steps of its clock."""

from __future__ import annotations

from holdfast.config import ServerSettings
from holdfast.moderation.taxonomy import SOURCE_DEADLINES, harm
from holdfast.store import MINUTE

HALF, QUARTER, OVERDUE = 1, 2, 3
"""Steps of the clock: half of the time is gone, a quarter is left, none is left."""


def allowed(settings: ServerSettings, category: str, source: str) -> int:
    """The time (ms) that a signal gives the team: the shorter of what its kind of harm and its source allow.

    The setting ``moderation_deadlines`` holds minutes under the name of either.
    """
    own = settings.moderation_deadlines
    by_harm = own[category] * MINUTE if category in own else harm(category).deadline
    by_source = own[source] * MINUTE if source in own else SOURCE_DEADLINES.get(source)
    return by_harm if by_source is None else min(by_harm, by_source)


def step_at(opened: int, deadline: int, step: int) -> int:
    """When a step of the clock is due (ms)."""
    whole = max(deadline - opened, 0)
    return {HALF: opened + whole // 2, QUARTER: deadline - whole // 4, OVERDUE: deadline}[step]


def step_due(opened: int, deadline: int, now: int) -> int:
    """The last step that is due by now; 0 for none."""
    return max((step for step in (HALF, QUARTER, OVERDUE) if now >= step_at(opened, deadline, step)), default=0)
