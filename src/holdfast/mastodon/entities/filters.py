"""Filters and what they caught."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, UnsetType

from holdfast.mastodon.entities.base import Datetime, Entity, one_of

FilterContext = Annotated[str, one_of("home", "notifications", "public", "thread", "account")]


class FilterKeyword(Entity, kw_only=True):
    """One word or phrase of a filter."""

    id: str
    keyword: str
    whole_word: bool


class FilterStatus(Entity, kw_only=True):
    """One status that a filter hides."""

    id: str
    status_id: str


class Filter(Entity, kw_only=True):
    """What its owner does not want to see, and where."""

    id: str
    title: str
    context: list[FilterContext]
    expires_at: Datetime | None
    filter_action: Annotated[str, one_of("warn", "hide", "blur")]
    keywords: list[FilterKeyword] | UnsetType = UNSET
    statuses: list[FilterStatus] | UnsetType = UNSET


class FilterResult(Entity, kw_only=True):
    """Which part of a filter caught a status."""

    filter: Filter
    keyword_matches: list[str] | None
    status_matches: list[str] | None


class V1Filter(Entity, kw_only=True):
    """One keyword of a filter, in the words of API v1."""

    id: str
    phrase: str
    context: list[FilterContext]
    expires_at: Datetime | None
    irreversible: bool
    whole_word: bool
