"""The streams' names: what a client may subscribe to, with which scope, and how frames name it."""

from __future__ import annotations

from typing import NamedTuple

from holdfast.mastodon.reading import Malformed
from holdfast.posts import normalise_tag
from holdfast.store import read_id

USER, NOTIFICATIONS, DIRECT, LIST = "user", "user:notification", "direct", "list"
HASHTAG, HASHTAG_LOCAL = "hashtag", "hashtag:local"
PUBLIC, LOCAL, REMOTE = "public", "public:local", "public:remote"

NEEDS = {
    USER: "read:statuses",
    NOTIFICATIONS: "read:notifications",
    DIRECT: "read:statuses",
    LIST: "read:statuses",
    HASHTAG: "read:statuses",
    HASHTAG_LOCAL: "read:statuses",
    PUBLIC: "read:statuses",
    LOCAL: "read:statuses",
    REMOTE: "read:statuses",
    f"{PUBLIC}:media": "read:statuses",
    f"{LOCAL}:media": "read:statuses",
    f"{REMOTE}:media": "read:statuses",
}
"""Every stream, and the scope that it needs."""

LONGEST_TAG = 200  # characters


class UnknownStream(Malformed):
    """Unknown stream type"""

    key = "unknown_stream"


class NeedsTag(Malformed):
    """Missing tag name parameter"""

    key = "missing_tag"


class NeedsList(Malformed):
    """Missing list id parameter"""

    key = "missing_list"


class Key(NamedTuple):
    """One stream: its name, and the normalised hashtag or the list's id where it has one."""

    name: str
    about: str | int = ""


class Named(NamedTuple):
    """A stream as its client named it; frames repeat ``label``."""

    key: Key
    label: tuple[str, ...]

    @property
    def scope(self) -> str:
        """The scope that it needs."""
        return NEEDS[self.key.name]


def named(name: str, tag: str = "", list_id: str = "") -> Named:
    """The stream that a client asks for. Raises :class:`UnknownStream`, :class:`NeedsTag`, :class:`NeedsList`."""
    if name not in NEEDS:
        raise UnknownStream()
    if name in (HASHTAG, HASHTAG_LOCAL):
        written = tag.strip().removeprefix("#")
        if not written or len(written) > LONGEST_TAG:
            raise NeedsTag()
        return Named(Key(name, normalise_tag(written)), (name, written))
    if name == LIST:
        if (number := read_id(list_id)) is None:
            raise NeedsList()
        return Named(Key(name, number), (name, list_id))
    return Named(Key(name), (name,))


def public_keys(*, is_local: bool, has_media: bool) -> list[Key]:
    """The public streams to which a post belongs."""
    names = [PUBLIC, LOCAL if is_local else REMOTE]
    if has_media:
        names += [f"{name}:media" for name in names]
    return [Key(name) for name in names]


def hashtag_keys(tags: tuple[str, ...], *, is_local: bool) -> list[Key]:
    """The hashtag streams to which a post with these hashtags belongs."""
    names = (HASHTAG, HASHTAG_LOCAL) if is_local else (HASHTAG,)
    return [Key(name, tag) for name in names for tag in tags]
