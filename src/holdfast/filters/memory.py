"""Filters in memory: who has any, and theirs ready for matching, under the revision at which they were read."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Sequence
from threading import Lock

from holdfast.events import Recorded
from holdfast.filters.events import FiltersChanged
from holdfast.filters.matching import Matcher
from holdfast.filters.queries import Filter, filters_of, has_filters
from holdfast.posts import Sight
from holdfast.store import Hot, Read
from holdfast.writes import Database

KEPT_MATCHERS = 5_000
_REVISIONS = Hot("SELECT id, relations_revision FROM accounts WHERE id IN (@ids)")


class Filters:
    """One for each process. Whoever never had a filter costs nothing: that is known without asking."""

    def __init__(self, db: Database) -> None:
        self._kept: OrderedDict[int, tuple[int, int, Matcher]] = OrderedDict()
        self._lock = Lock()
        self._owners: set[int] = set()  # all who have filters, and some who had; grows only
        db.bus.on_commit(self._hear)
        db.bus.on_sealed(self._hear)  # what other processes wrote
        with db.read() as r:
            self._owners.update(has_filters(r))

    def owners(self, account_ids: Collection[int]) -> set[int]:
        """Those of these accounts who may have filters."""
        return self._owners.intersection(account_ids) if self._owners else set()

    def of(self, r: Read, owner: int | None, sight: Sight | None = None) -> Matcher | None:
        """A member's filters; None when there are none. One small query, or none where the sight knows enough."""
        if owner is None or owner not in self._owners:
            return None
        kept = self._kept.get(owner)
        if kept is None or sight is None or not sight.holds(kept[1], owner):
            kept = self._asked(r, owner, kept, sight.number if sight is not None else 0)
        return kept[2] if kept[2].filters else None

    def _asked(
        self, r: Read, owner: int, kept: tuple[int, int, Matcher] | None, number: int
    ) -> tuple[int, int, Matcher]:
        rows = r.fast(_REVISIONS, ids=[owner])
        revision = rows[0][1] if rows else 0
        if kept is not None and kept[0] == revision:
            made = (revision, max(number, kept[1]), kept[2])
        else:
            made = (revision, number, Matcher(_without_empty(filters_of(r, [owner]))))
        with self._lock:
            self._kept[owner] = made
            if len(self._kept) > KEPT_MATCHERS:
                self._kept.popitem(last=False)
        return made

    def _hear(self, records: Sequence[Recorded]) -> None:
        for record in records:
            if isinstance(record.event, FiltersChanged):
                self._owners.add(record.event.account_id)


def _without_empty(found: Sequence[Filter]) -> list[Filter]:
    return [one for one in found if one.keywords or one.statuses]
