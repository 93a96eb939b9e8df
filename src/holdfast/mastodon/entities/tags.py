"""Hashtags."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from holdfast.mastodon.entities.base import Entity, HistoryDay


class Tag(Entity, kw_only=True):
    """A hashtag with its recent use."""

    id: str
    name: str
    url: str
    history: list[HistoryDay]
    following: bool | UnsetType = UNSET
    featuring: bool | UnsetType = UNSET
