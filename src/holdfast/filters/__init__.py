"""Filters: words and posts that a member does not want to meet, and what they catch."""

from __future__ import annotations

from holdfast.filters.catching import Catching, hides
from holdfast.filters.commands import (
    FilterChange,
    KeywordChange,
    add_keyword,
    add_status,
    change_filter,
    change_keyword,
    change_single,
    create_filter,
    delete_filter,
    delete_keyword,
    delete_single,
    forget_filters,
    remove_status,
)
from holdfast.filters.errors import FilterNotFound
from holdfast.filters.events import FiltersChanged
from holdfast.filters.matching import Match, Matcher, folded
from holdfast.filters.memory import Filters
from holdfast.filters.queries import (
    Filter,
    FilteredStatus,
    Keyword,
    filter_by_id,
    filtered_status_by_id,
    filters_of,
    keyword_by_id,
)

__all__ = [
    "Catching",
    "Filter",
    "FilterChange",
    "FilterNotFound",
    "FilteredStatus",
    "Filters",
    "FiltersChanged",
    "Keyword",
    "KeywordChange",
    "Match",
    "Matcher",
    "add_keyword",
    "add_status",
    "change_filter",
    "change_keyword",
    "change_single",
    "create_filter",
    "delete_filter",
    "delete_keyword",
    "delete_single",
    "filter_by_id",
    "filtered_status_by_id",
    "filters_of",
    "folded",
    "forget_filters",
    "hides",
    "keyword_by_id",
    "remove_status",
]
