"""Announcements by the people who run the server."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from holdfast.mastodon.entities.accounts import CustomEmoji
from holdfast.mastodon.entities.base import Datetime, Entity
from holdfast.mastodon.entities.statuses import StatusTag


class Reaction(Entity, kw_only=True):
    """How often an emoji answered an announcement."""

    name: str
    count: int
    me: bool | UnsetType = UNSET
    url: str | UnsetType = UNSET
    static_url: str | UnsetType = UNSET


class AnnouncementAccount(Entity, kw_only=True):
    """An account that an announcement names."""

    id: str
    username: str
    url: str
    acct: str


class AnnouncementStatus(Entity, kw_only=True):
    """A status that an announcement links to."""

    id: str
    url: str


class Announcement(Entity, kw_only=True):
    """News from the people who run the server."""

    id: str
    content: str
    starts_at: Datetime | None
    ends_at: Datetime | None
    all_day: bool
    published_at: Datetime
    updated_at: Datetime
    read: bool | UnsetType = UNSET
    mentions: list[AnnouncementAccount]
    statuses: list[AnnouncementStatus]
    tags: list[StatusTag]
    emojis: list[CustomEmoji]
    reactions: list[Reaction]
