"""The ring: the newest posts and boosts of the whole server in memory, so that a home feed needs no rows of its own.

A page of a home timeline is a scan over (id, author) pairs against the reader's follow set, at the speed
of C. Ids may arrive slightly out of order; the ring keeps them sorted.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import compress
from threading import Lock
from typing import TypeVar

K = TypeVar("K")

CAPACITY = 65_000
SLACK = 8_192  # dropped from the old end at once, since dropping one by one would move the whole list each time
CHUNK = 1_024
FEW_AUTHORS = 160  # up to here, looking at each author's newest posts is quicker than scanning everybody's
FIRST_TAIL = 8


@dataclass(frozen=True, slots=True)
class Entry:
    """What the filters of a feed need to know of a post or boost."""

    id: int
    author_id: int
    visibility: str
    boost_of_id: int | None = None
    boosted_author_id: int | None = None
    in_reply_to_account_id: int | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()


class Ring:
    """Entries sorted by id, at most ``capacity`` (and some slack)."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._ids: list[int] = []
        self._authors: list[int] = []
        self._entries: dict[int, Entry] = {}
        self._tagged: dict[str, list[int]] = {}
        self._by_author: dict[int, list[int]] = {}
        self._lock = Lock()
        self.holds_all = False  # whether nothing older exists in the database
        self.epoch = 0  # changes when an entry was put in below the newest one, or changed

    def __len__(self) -> int:
        return len(self._ids)

    def fill(self, entries: list[Entry], *, holds_all: bool) -> None:
        """Load the ring at start, oldest first; what has been added meanwhile stays."""
        with self._lock:
            for entry in entries:
                self._insert(entry)
            self.holds_all = holds_all
            self._trim()

    def add(self, entry: Entry) -> None:
        """Put in an entry; one that is there already stays as it is."""
        with self._lock:
            self._insert(entry)
            self._trim()

    def remove(self, status_id: int) -> None:
        """Take out an entry, if it is there."""
        with self._lock:
            if self._entries.pop(status_id, None) is not None:
                at = bisect_left(self._ids, status_id)
                del self._ids[at], self._authors[at]

    def replace(self, entry: Entry) -> None:
        """Take a changed entry for the one with its id; one that is not there stays away."""
        with self._lock:
            before = self._entries.get(entry.id)
            if before is None or before == entry:
                return
            self._entries[entry.id] = entry
            was, now = _public_tags(before), _public_tags(entry)
            for tag in was - now:
                self._tagged[tag].remove(entry.id)
            for tag in now - was:
                self._tagged.setdefault(tag, []).append(entry.id)
            self.epoch += 1

    def oldest(self) -> int:
        """The id down to which the ring holds everything; 0 when it holds all there is."""
        if self.holds_all or not self._ids:
            return 0
        return self._ids[0]

    def newest(self) -> int:
        """The highest id in the ring; 0 when it is empty."""
        ids = self._ids
        return ids[-1] if ids else 0

    def newest_first(self, authors: Collection[int], *, below: int | None, above: int) -> Iterator[Entry]:
        """Entries by these authors with ``above < id < below``, newest first."""
        numbers = (
            self._newest_of_few(authors, below=below, above=above)
            if len(authors) <= FEW_AUTHORS
            else self._newest_of_many(authors, below=below, above=above)
        )
        entries = self._entries
        for number in numbers:
            entry = entries.get(number)
            if entry is not None:
                yield entry

    def _newest_of_few(self, authors: Collection[int], *, below: int | None, above: int) -> Iterator[int]:
        """Merge the ends of each author's list: what is newer than the oldest of every cut end is complete."""
        bound = below
        length = FIRST_TAIL
        by_author = self._by_author
        while True:
            found: list[int] = []
            complete_above = above
            for author in authors:
                numbers = by_author.get(author)
                if not numbers:
                    continue
                end = len(numbers) if bound is None else bisect_left(numbers, bound)
                start = end - length
                if start > 0:
                    found += numbers[start:end]
                    complete_above = max(complete_above, numbers[start] - 1)
                else:
                    found += numbers[:end]
            found.sort(reverse=True)
            for number in found:
                if number <= complete_above:
                    break
                yield number
            if complete_above <= above:
                return
            bound, length = complete_above + 1, length * 4

    def _newest_of_many(self, authors: Collection[int], *, below: int | None, above: int) -> Iterator[int]:
        """Scan everybody's posts against the set of authors, at the speed of C."""
        with self._lock:
            ids, names = self._ids, self._authors
            high = len(ids) if below is None else bisect_left(ids, below)
            low = bisect_right(ids, above)
        contains = authors.__contains__
        while high > low:
            start = max(low, high - CHUNK)
            yield from reversed(list(compress(ids[start:high], map(contains, names[start:high]))))
            high = start

    def oldest_first(self, authors: Collection[int], *, above: int) -> Iterator[Entry]:
        """Entries by these authors with ``id > above``, oldest first."""
        low, end = bisect_right(self._ids, above), len(self._ids)
        contains = authors.__contains__
        while low < end:
            stop = min(low + CHUNK, end)
            for number in compress(self._ids[low:stop], map(contains, self._authors[low:stop])):
                entry = self._entries.get(number)
                if entry is not None:
                    yield entry
            low = stop

    def tagged(self, tags: Collection[str], *, below: int | None, above: int) -> list[Entry]:
        """Public entries with any of these hashtags and ``above < id < below``, newest first."""
        with self._lock:
            found = {number for tag in tags for number in self._tagged.get(tag, ())}
        entries = (self._entries.get(number) for number in sorted(found, reverse=True) if number > above)
        return [entry for entry in entries if entry is not None and (below is None or entry.id < below)]

    def _insert(self, entry: Entry) -> None:
        if entry.id in self._entries:
            return
        if not self._ids or entry.id > self._ids[-1]:
            self._ids.append(entry.id)
            self._authors.append(entry.author_id)
        else:
            at = bisect_left(self._ids, entry.id)
            if at == 0 and len(self._ids) >= self._capacity:
                return
            self.epoch += 1
            self._ids.insert(at, entry.id)
            self._authors.insert(at, entry.author_id)
        self._entries[entry.id] = entry
        insort(self._by_author.setdefault(entry.author_id, []), entry.id)
        if entry.visibility == "public":
            for tag in entry.tags:
                self._tagged.setdefault(tag, []).append(entry.id)

    def _trim(self) -> None:
        excess = len(self._ids) - self._capacity
        if excess < SLACK:
            return
        for number in self._ids[:excess]:
            del self._entries[number]
        # New lists, so that a scan that is under way goes on over the old ones.
        self._ids = self._ids[excess:]
        self._authors = self._authors[excess:]
        kept = (
            (tag, [number for number in numbers if number in self._entries]) for tag, numbers in self._tagged.items()
        )
        self._tagged = {tag: numbers for tag, numbers in kept if numbers}
        self.holds_all = False

    def _kept(self, lists: dict[K, list[int]]) -> dict[K, list[int]]:
        held = {key: [number for number in numbers if number in self._entries] for key, numbers in lists.items()}
        return {key: numbers for key, numbers in held.items() if numbers}


def _public_tags(entry: Entry) -> set[str]:
    """The hashtags under which everybody finds an entry."""
    return set(entry.tags) if entry.visibility == "public" else set()


def tags_apart(one: Collection[str], other: Collection[str]) -> bool:
    """Whether two sets of hashtags have nothing in common."""
    return not any(tag in other for tag in one)
