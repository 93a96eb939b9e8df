"""What can go wrong with announcements."""

from __future__ import annotations

from holdfast.errors import Invalid, NotFound


class AnnouncementNotFound(NotFound):
    """Record not found"""

    key = "announcement_not_found"


class UnknownEmoji(Invalid):
    """This is not an emoji that one can answer with."""

    key = "unknown_emoji"


class TooManyEmoji(Invalid):
    """This announcement already has as many different answers as there can be."""

    key = "too_many_emoji"
