"""What happens to announcements."""

from __future__ import annotations

from typing import ClassVar

from holdfast.events import Event


class AnnouncementWritten(Event, frozen=True, kw_only=True):
    """Somebody of the staff wrote an announcement, or changed or deleted one that is not published."""

    kind: ClassVar[str] = "announcement.written"
    announcement_id: int


class AnnouncementPublished(Event, frozen=True, kw_only=True):
    """An announcement is there for everybody, for the first time or changed."""

    kind: ClassVar[str] = "announcement.published"
    announcement_id: int


class AnnouncementWithdrawn(Event, frozen=True, kw_only=True):
    """An announcement is gone: taken back, or deleted."""

    kind: ClassVar[str] = "announcement.withdrawn"
    announcement_id: int


class AnnouncementRead(Event, frozen=True, kw_only=True):
    """A member put an announcement aside."""

    kind: ClassVar[str] = "announcement.read"
    announcement_id: int
    account_id: int


class AnnouncementReacted(Event, frozen=True, kw_only=True):
    """A member answered an announcement with an emoji, or took that back."""

    kind: ClassVar[str] = "announcement.reacted"
    announcement_id: int
    account_id: int
    name: str
    is_taken_back: bool = False
