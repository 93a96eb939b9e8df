"""Announcements: news from the people who run the server, and how members answer them."""

from __future__ import annotations

from holdfast.announcements.commands import (
    PUBLISH,
    Draft,
    NotAllowed,
    Publish,
    change,
    dismiss,
    forget_account,
    publish_when_due,
    react,
    remove,
    unreact,
    withdraw,
    write,
)
from holdfast.announcements.errors import AnnouncementNotFound, TooManyEmoji, UnknownEmoji
from holdfast.announcements.events import (
    AnnouncementPublished,
    AnnouncementReacted,
    AnnouncementRead,
    AnnouncementWithdrawn,
    AnnouncementWritten,
)
from holdfast.announcements.queries import (
    Announcement,
    Reactions,
    active,
    announcement,
    count_of,
    listing,
    published,
    reactions,
    read_by,
)

__all__ = [
    "PUBLISH",
    "Announcement",
    "AnnouncementNotFound",
    "AnnouncementPublished",
    "AnnouncementReacted",
    "AnnouncementRead",
    "AnnouncementWithdrawn",
    "AnnouncementWritten",
    "Draft",
    "NotAllowed",
    "Publish",
    "Reactions",
    "TooManyEmoji",
    "UnknownEmoji",
    "active",
    "announcement",
    "change",
    "count_of",
    "dismiss",
    "forget_account",
    "listing",
    "publish_when_due",
    "published",
    "react",
    "reactions",
    "read_by",
    "remove",
    "unreact",
    "withdraw",
    "write",
]
