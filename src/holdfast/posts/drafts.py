"""What a member hands in: a draft of a post, of a poll, of a change; and what stands after publishing."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.posts.text import Tag


@dataclass(frozen=True, slots=True)
class PollDraft:
    """A poll as handed in; ``expires_in_s`` counts seconds from publishing."""

    options: tuple[str, ...]
    expires_in_s: int
    is_multiple: bool = False
    hides_totals: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A post as handed in. What is None is taken from the author's own defaults."""

    text: str = ""
    visibility: str | None = None
    spoiler_text: str = ""
    is_sensitive: bool | None = None
    language: str | None = None
    in_reply_to_id: int | None = None
    media_ids: tuple[int, ...] = ()
    poll: PollDraft | None = None
    idempotency_key: str | None = None
    app_id: int | None = None
    reply_policy: str | None = None
    quote_of_id: int | None = None
    quote_policy: str | None = None


@dataclass(frozen=True, slots=True)
class MediaChange:
    """New words or a new focus for a picture of a post; None leaves as it is."""

    media_id: int
    description: str | None = None
    focus: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChange:
    """A post as it shall read from now on.

    ``text``, ``spoiler_text``, ``is_sensitive``, ``language`` and ``quote_policy`` stay as they are when None.
    Pictures and the poll are always those named here: what is not named goes. What a post quotes cannot be changed.
    """

    text: str | None = None
    spoiler_text: str | None = None
    is_sensitive: bool | None = None
    language: str | None = None
    media_ids: tuple[int, ...] = ()
    media_changes: tuple[MediaChange, ...] = ()
    poll: PollDraft | None = None
    quote_policy: str | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """The post, and whether this call made it (False: a replay of an idempotency key)."""

    status_id: int
    is_new: bool


@dataclass(frozen=True, slots=True)
class Source:
    """A post as its author typed it, with what is needed to write it anew."""

    status_id: int
    text: str
    spoiler_text: str
    visibility: str
    is_sensitive: bool
    language: str | None
    in_reply_to_id: int | None
    media_ids: tuple[int, ...]
    poll_id: int | None
    quote_of_id: int | None
    reply_policy: str | None


@dataclass(frozen=True, slots=True)
class Words:
    """A text made into HTML, with what was found in it."""

    text: str
    html: str
    mentions: tuple[int, ...] = ()
    tags: tuple[Tag, ...] = ()
    links: tuple[str, ...] = ()
