"""Ids: 48 bits of milliseconds, 16 random bits; they grow, and they cannot be counted up.

A process never gives the same id twice, and ids given by one process always grow. Two processes may
draw the same id within one millisecond (1 in 65,536 for each pair): the primary key then refuses the
second and the command is run again.
"""

from __future__ import annotations

import secrets
import threading

from holdfast.store.clock import Clock

RANDOM_BITS = 16
LARGEST_ID = 2**63 - 1
LONGEST_ID = len(str(LARGEST_ID))


class Ids:
    """Gives growing ids from a clock."""

    def __init__(self, clock: Clock, floor: int = 0) -> None:
        self._clock = clock
        self._last = floor
        self._lock = threading.Lock()

    def new(self) -> int:
        """The next id; above every id that this object gave before."""
        drawn = (self._clock.now() << RANDOM_BITS) | secrets.randbits(RANDOM_BITS)
        with self._lock:
            if drawn <= self._last:
                # Several ids within a millisecond: a small random step keeps them growing and uncountable.
                drawn = self._last + 1 + secrets.randbelow(64)
            self._last = drawn
            return drawn


def read_id(text: str) -> int | None:
    """The id that somebody wrote, in ASCII digits; None for what cannot be one."""
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_ID):
        return None
    number = int(text)
    return number if number <= LARGEST_ID else None


def first_at(milliseconds: int) -> int:
    """The smallest id that a thing made at this time can have."""
    return max(milliseconds, 0) << RANDOM_BITS


def made_at(number: int) -> int:
    """The time in milliseconds at which an id was given."""
    return number >> RANDOM_BITS
