"""A member's filters with their keywords and posts. Nobody else sees them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from sqlalchemy import Select, select

from holdfast.filters.errors import FilterNotFound
from holdfast.filters.tables import filter_keywords, filter_statuses, filters
from holdfast.posts.tables import statuses
from holdfast.store import Read, json_value


class Keyword(msgspec.Struct, frozen=True):
    """A word or phrase of a filter."""

    id: int
    filter_id: int
    keyword: str
    is_whole_word: bool


class FilteredStatus(msgspec.Struct, frozen=True):
    """A post that a filter names."""

    id: int
    filter_id: int
    status_id: int


class Filter(msgspec.Struct, frozen=True):
    """One filter; ``expires_at`` in milliseconds, None until it is taken back."""

    id: int
    account_id: int
    title: str
    contexts: tuple[str, ...]
    action: str
    expires_at: int | None
    keywords: tuple[Keyword, ...] = ()
    statuses: tuple[FilteredStatus, ...] = ()

    def is_over(self, now: int) -> bool:
        """Whether its time has passed."""
        return self.expires_at is not None and self.expires_at <= now


_COLUMNS = (filters.c.id, filters.c.account_id, filters.c.title, filters.c.contexts, filters.c.action,
            filters.c.expires_at)  # fmt: skip
_KEYWORDS = tuple(filter_keywords.c[name] for name in Keyword.__struct_fields__)
_STATUSES = tuple(filter_statuses.c[name] for name in FilteredStatus.__struct_fields__)


def filters_of(r: Read, owner_ids: Collection[int]) -> list[Filter]:
    """All filters of these accounts, those included whose time is over, the oldest first; in three queries."""
    return _filled(r, select(*_COLUMNS).where(filters.c.account_id.in_(list(owner_ids))).order_by(filters.c.id))


def filter_by_id(r: Read, owner_id: int, filter_id: int) -> Filter:
    """A filter of its owner. Raises :class:`FilterNotFound`, also for those of others."""
    found = _filled(r, select(*_COLUMNS).where(filters.c.id == filter_id, filters.c.account_id == owner_id))
    if not found:
        raise FilterNotFound()
    return found[0]


def keyword_by_id(r: Read, owner_id: int, keyword_id: int) -> tuple[Keyword, Filter]:
    """A keyword, and the filter that it belongs to. Raises :class:`FilterNotFound`."""
    filter_id = r.value(select(filter_keywords.c.filter_id).where(filter_keywords.c.id == keyword_id))
    if filter_id is None:
        raise FilterNotFound()
    found = filter_by_id(r, owner_id, filter_id)
    return next(one for one in found.keywords if one.id == keyword_id), found


def filtered_status_by_id(r: Read, owner_id: int, entry_id: int) -> tuple[FilteredStatus, Filter]:
    """A post in a filter, and the filter. Raises :class:`FilterNotFound`."""
    filter_id = r.value(select(filter_statuses.c.filter_id).where(filter_statuses.c.id == entry_id))
    if filter_id is None:
        raise FilterNotFound()
    found = filter_by_id(r, owner_id, filter_id)
    for one in found.statuses:
        if one.id == entry_id:
            return one, found
    raise FilterNotFound()  # the post is gone


def _filled(r: Read, statement: Select[Any]) -> list[Filter]:
    rows = r.rows(statement)
    if not rows:
        return []
    wanted = [row[0] for row in rows]
    keywords = [Keyword(row[0], row[1], row[2], bool(row[3])) for row in r.rows(
        select(*_KEYWORDS).where(filter_keywords.c.filter_id.in_(wanted)).order_by(filter_keywords.c.id)
    )]  # fmt: skip
    kept = [FilteredStatus(*row) for row in r.rows(
        select(*_STATUSES)
        .join(statuses, statuses.c.id == filter_statuses.c.status_id)
        .where(filter_statuses.c.filter_id.in_(wanted), statuses.c.deleted_at.is_(None))
        .order_by(filter_statuses.c.id)
    )]  # fmt: skip
    return [
        Filter(
            row[0],
            row[1],
            row[2],
            tuple(json_value(row[3])),
            row[4],
            row[5],
            _of(keywords, row[0]),
            _of(kept, row[0]),
        )
        for row in rows
    ]


def _of(parts: Sequence[Any], filter_id: int) -> tuple[Any, ...]:
    return tuple(one for one in parts if one.filter_id == filter_id)


def has_filters(r: Read) -> list[int]:
    """Who has filters at all."""
    return r.ids(select(filters.c.account_id).distinct())
