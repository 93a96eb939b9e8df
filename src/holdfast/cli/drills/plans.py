"""What a drill is made of."""

from __future__ import annotations

from typing import Any

import msgspec

from holdfast.store import DAY, HOUR

LETTER_AT = 12 * HOUR
"""The host writes so long after the first post; until then the community has been writing."""

END = LETTER_AT + DAY
"""So long the drill goes on: the letter gives a day."""

FALSE_REPORTS = 0.003
"""Of ordinary posts, so many are reported although nothing is wrong with them."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """A drill. ``reported``: the share of the planted posts that members report; ``errors``: of decisions that are
    wrong; ``terms`` and ``settings``: what the owner's own server looks for, and how it is set."""

    texts: tuple[str, ...]
    planted: int = 98
    ordinary: int = 100_000
    volunteers: int = 5
    reported: float = 0.6
    errors: float = 0.02
    category: str = "threat"
    seed: int = 1
    terms: tuple[dict[str, str], ...] = ()
    settings: dict[str, Any] = {}
