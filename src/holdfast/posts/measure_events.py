"""What moderators did to posts. Their words (warnings, labels) are not repeated here."""

from __future__ import annotations

from typing import ClassVar

from holdfast.events import Event


class StatusRestricted(Event, frozen=True, kw_only=True):
    """Moderators, or a rule of theirs, took a post out of sight: ``contained``, ``hidden`` or ``removed``."""

    kind: ClassVar[str] = "status.restricted"
    status_id: int
    author_id: int
    visibility: str
    restriction: str
    mentions: tuple[int, ...] = ()  # account ids
    tags: tuple[str, ...] = ()  # normalised names


class StatusReleased(Event, frozen=True, kw_only=True):
    """A restriction of a post ended; what it was restricted by before holds again, if there was anything."""

    kind: ClassVar[str] = "status.released"
    status_id: int
    author_id: int
    restriction: str | None = None


class StatusModerated(Event, frozen=True, kw_only=True):
    """A post shows otherwise since moderators dealt with it: with a warning, a label, or in fewer places."""

    kind: ClassVar[str] = "status.moderated"
    status_id: int
    author_id: int
    visibility: str  # as it is now
    change: str  # warned, unwarned, labelled, unlabelled, reach_reduced, reach_restored
    tags: tuple[str, ...] = ()


class ThreadLocked(Event, frozen=True, kw_only=True):
    """Nobody can reply in a conversation any more. It names none of the posts in it, all of which read differently."""

    kind: ClassVar[str] = "thread.locked"
    thread_id: int
    status_id: int  # by which it was found


class ThreadUnlocked(Event, frozen=True, kw_only=True):
    """Replies are taken in a conversation again."""

    kind: ClassVar[str] = "thread.unlocked"
    thread_id: int
    status_id: int
