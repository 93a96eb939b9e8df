"""How often a member or an address may ask, whichever door they come through: an upload on a page and one by an app
are paid from the same budget.

Counted in this process's memory: a limit here protects the machine. What can be guessed (passwords, codes) is counted
in the database by ``attempts``.
"""

from __future__ import annotations

import time
from typing import NamedTuple

from holdfast.config import Settings
from holdfast.errors import TooMany
from holdfast.languages import say
from holdfast.store import MINUTE

WINDOW_MS = 5 * MINUTE
BUDGETS: dict[str, tuple[int, int]] = {
    "api": (300, WINDOW_MS),
    "upload": (30, 30 * MINUTE),
    "delete": (30, 30 * MINUTE),
    "sign_up": (5, 30 * MINUTE),
    "apps": (30, 10 * MINUTE),
    "oauth": (60, WINDOW_MS),
}
"""Requests and window in milliseconds, per account and, without one, per address."""

_MOST_KEYS = 100_000

Key = int | str


class Left(NamedTuple):
    """How a budget stands; ``until`` in milliseconds is when the next window begins."""

    most: int
    left: int
    until: int


class Budgets:
    """Fixed windows, each beginning with the first request in it."""

    def __init__(self, *, is_on: bool = True) -> None:
        self._is_on = is_on
        self._counts: dict[tuple[Key, str], list[int]] = {}

    @classmethod
    def of(cls, config: Settings) -> Budgets:
        """The budgets of a server with these settings."""
        return cls(is_on=config.boot.rate_limits == "on")

    def spend(self, key: Key, budget: str) -> None:
        """Count one request. Raises :class:`TooMany` with the seconds until the window ends."""
        now = _now()
        most, window = BUDGETS[budget]
        found = self._counts.get((key, budget))
        if found is None or now - found[0] >= window:
            if len(self._counts) >= _MOST_KEYS:
                self._forget(now)
            self._counts[(key, budget)] = [now, 1]
            return
        found[1] += 1
        if self._is_on and found[1] > most:
            raise TooMany(say("Too many requests"), retry_after=(found[0] + window - now) / 1000)

    def left(self, key: Key, budget: str) -> Left:
        """What somebody has left of a budget."""
        most, window = BUDGETS[budget]
        started, count = self._counts.get((key, budget)) or (_now(), 0)
        return Left(most, max(most - count, 0), started + window)

    def _forget(self, now: int) -> None:
        for key in [k for k, (started, _) in self._counts.items() if now - started >= BUDGETS[k[1]][1]]:
            del self._counts[key]
        if len(self._counts) >= _MOST_KEYS:  # a flood of addresses: better to forget than to fill the memory
            self._counts.clear()


def _now() -> int:
    return time.time_ns() // 1_000_000
