"""Which of the connected readers an entry reaches, by the same rule that fills their home timelines."""

from __future__ import annotations

from collections.abc import Mapping

from holdfast.posts import StatusPublished
from holdfast.store import Hot, Read
from holdfast.timelines.home import shows, shows_in_list
from holdfast.timelines.older import entry_of
from holdfast.timelines.readers import Reader
from holdfast.timelines.ring import Entry, tags_apart

_ENTRY = Hot(
    "SELECT s.id, s.author_id, s.visibility, s.boost_of_id, o.author_id, s.in_reply_to_account_id, s.language "
    "FROM statuses s LEFT JOIN statuses o ON o.id = s.boost_of_id WHERE s.id = :status AND s.deleted_at IS NULL"
)


def reached(entry: Entry, readers: Mapping[int, Reader]) -> list[int]:
    """The readers into whose home timeline an entry belongs; whether they may see it, is for ``posts`` to say."""
    return [
        viewer
        for viewer, reader in readers.items()
        if is_source(entry, viewer, reader) and shows(entry, viewer, reader)
    ]


def lists_reached(entry: Entry, readers: Mapping[int, Reader]) -> list[tuple[int, int]]:
    """The lists of these readers into whose timelines an entry belongs, as (reader, list)."""
    return [
        (viewer, list_id)
        for viewer, reader in readers.items()
        for list_id, one in reader.lists.items()
        if shows_in_list(entry, viewer, reader, one)
    ]


def is_source(entry: Entry, viewer: int, reader: Reader) -> bool:
    """Whether an entry comes from where a reader's home timeline takes it: own, followed, or a followed hashtag."""
    if entry.author_id == viewer or entry.author_id in reader.authors:
        return True
    return entry.visibility == "public" and bool(entry.tags) and not tags_apart(entry.tags, reader.tags)


def entry_from(event: StatusPublished) -> Entry:
    """A new status as the filters of a feed know it."""
    return Entry(
        event.status_id,
        event.author_id,
        event.visibility,
        event.boost_of_id,
        event.boosted_author_id,
        event.in_reply_to_account_id,
        event.language,
        tuple(event.tags),
    )


def entry_with(r: Read, status_id: int, tags: tuple[str, ...]) -> Entry | None:
    """A status of any age with its hashtags, or None when it is gone."""
    rows = r.fast(_ENTRY, status=status_id)
    return entry_of(rows[0], tags) if rows else None
