"""Rate limits of the client API: how many requests an account or an address may make, told in every answer.

Counted in this process's memory: a limit here protects the machine. What can be guessed (passwords,
codes) is counted in the database by ``access``.
"""

from __future__ import annotations

import time

from holdfast.errors import TooMany
from holdfast.mastodon.entities.base import datetime_text
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


class Limiter:
    """Fixed windows, each beginning with the first request in it."""

    def __init__(self, *, is_on: bool = True) -> None:
        self._is_on = is_on
        self._counts: dict[tuple[Key, str], list[int]] = {}

    def check(self, key: Key, budget: str) -> None:
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
            raise TooMany("Too many requests", retry_after=(found[0] + window - now) / 1000)

    def headers(self, key: Key, budget: str) -> tuple[tuple[bytes, bytes], ...]:
        """The three X-RateLimit headers."""
        most, window = BUDGETS[budget]
        started, count = self._counts.get((key, budget)) or (_now(), 0)
        return (
            (b"x-ratelimit-limit", str(most).encode()),
            (b"x-ratelimit-remaining", str(max(most - count, 0)).encode()),
            (b"x-ratelimit-reset", datetime_text(started + window).encode()),
        )

    def _forget(self, now: int) -> None:
        for key in [k for k, (started, _) in self._counts.items() if now - started >= BUDGETS[k[1]][1]]:
            del self._counts[key]
        if len(self._counts) >= _MOST_KEYS:  # a flood of addresses: better to forget than to fill the memory
            self._counts.clear()


def _now() -> int:
    return time.time_ns() // 1_000_000
