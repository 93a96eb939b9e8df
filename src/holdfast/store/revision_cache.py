"""A bounded cache of encoded bytes under (id, revision): a change bumps the revision, so nothing is invalidated."""

from __future__ import annotations

from typing import Generic, TypeVar

R = TypeVar("R")
V = TypeVar("V")

ENTRY_COST = 200  # bytes of bookkeeping per entry, roughly


class RevisionCache(Generic[R, V]):
    """Keeps the newest revision of each id; drops what was put in first when it grows above its bound."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._kept: dict[int, tuple[R, int, V]] = {}

    def get(self, number: int, revision: R) -> V | None:
        """The value of exactly this revision, or None."""
        found = self._kept.get(number)
        return found[2] if found is not None and found[0] == revision else None

    def newest(self, number: int) -> tuple[R, V] | None:
        """What is kept for an id, with its revision."""
        found = self._kept.get(number)
        return None if found is None else (found[0], found[2])

    def put(self, number: int, revision: R, value: V, size: int) -> None:
        """Keep a value of ``size`` bytes."""
        self.drop(number)
        self._kept[number] = (revision, size, value)
        self._bytes += size + ENTRY_COST
        while self._bytes > self._most_bytes and self._kept:
            self.drop(next(iter(self._kept)))

    def drop(self, number: int) -> None:
        """Forget an id."""
        found = self._kept.pop(number, None)
        if found is not None:
            self._bytes -= found[1] + ENTRY_COST

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._kept)
