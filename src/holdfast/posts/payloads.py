"""What the jobs of this room are told."""

from __future__ import annotations

from msgspec import Struct


class ClosePoll(Struct, frozen=True):
    """A poll whose end has come."""

    poll_id: int


class DeleteBoosts(Struct, frozen=True):
    """A post that was deleted, whose boosts go too."""

    status_id: int


class RemoveFiles(Struct, frozen=True):
    """Keys of blobs that nothing may refer to any more."""

    keys: tuple[str, ...]


class DeletePostsOf(Struct, frozen=True):
    """An account that is gone, whose posts and marks go too."""

    account_id: int


class PartQuotes(Struct, frozen=True):
    """Revoke the quotes between an account and one that it blocks."""

    account_id: int
    target_id: int


class DeleteOldPosts(Struct, frozen=True):
    """A member whose old posts go, from those after an id on."""

    account_id: int
    after: int = 0


class ProcessMedia(Struct, frozen=True):
    """A film, sound or animation that waits to be worked on."""

    media_id: int


class Nothing(Struct, frozen=True):
    """The payload of jobs that repeat."""
