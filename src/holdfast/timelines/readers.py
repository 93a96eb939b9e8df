"""Readers: whom each follows and hides, kept in memory under the revision at which it was read."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock

from holdfast import people
from holdfast.posts import Sight
from holdfast.store import Clock, Hot, Read

_REVISION = Hot("SELECT relations_revision FROM accounts WHERE id = :viewer")
_TAGS = Hot("SELECT t.name FROM tag_follows f JOIN tags t ON t.id = f.tag_id WHERE f.account_id = :viewer")
KEPT_READERS = 5_000


@dataclass(frozen=True, slots=True)
class Reader:
    """What a home timeline is made from: whose posts it takes, and whose it leaves out."""

    authors: frozenset[int]  # the followed, and the reader
    without_boosts: frozenset[int]
    languages: dict[int, frozenset[str]]
    tags: frozenset[str]
    hidden: frozenset[int]  # blocked, muted, or blocking the reader
    domains: frozenset[str]  # blocked ones
    lists: dict[int, people.ListMembers] = field(default_factory=dict)
    exclusive: frozenset[int] = frozenset()  # members of exclusive lists: seen there, not at home
    marked: frozenset[int] = frozenset()  # of whose every post the reader wants to be told


class Readers:
    """The latest readers; one that has changed (or whose mute has ended) is read again."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: OrderedDict[int, tuple[int, int | None, Reader, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, r: Read, viewer: int, sight: Sight | None = None) -> Reader:
        """A reader as of now; one small query when nothing has changed, and none where the sight knows that."""
        now = self._clock.now()
        kept = self._kept.get(viewer)
        if kept is not None and kept[1] is not None and now >= kept[1]:
            kept = None  # a mute has ended
        if kept is not None and sight is not None and sight.holds(kept[3], viewer):
            return kept[2]
        found = r.fast(_REVISION, viewer=viewer)
        revision = found[0][0] if found else 0
        number = sight.number if sight is not None else 0
        if kept is not None and kept[0] == revision:
            self._keep(viewer, (revision, kept[1], kept[2], max(number, kept[3])))
            return kept[2]
        follows, hidden = people.follow_set(r, viewer), people.hidden_ids(r, viewer, now=now)
        lists = people.lists_of_reader(r, viewer)
        exclusive = (one.members for one in lists.values() if one.is_exclusive)
        reader = Reader(
            authors=follows.ids | {viewer},
            without_boosts=follows.without_boosts,
            languages=follows.languages,
            tags=frozenset(row[0] for row in r.fast(_TAGS, viewer=viewer)),
            hidden=hidden.ids,
            domains=hidden.domains,
            lists=lists,
            exclusive=frozenset().union(*exclusive) - {viewer},
            marked=follows.marked,
        )
        self._keep(viewer, (revision, hidden.until, reader, number))
        return reader

    def _keep(self, viewer: int, made: tuple[int, int | None, Reader, int]) -> None:
        with self._lock:
            self._kept[viewer] = made
            if len(self._kept) > KEPT_READERS:
                self._kept.popitem(last=False)
