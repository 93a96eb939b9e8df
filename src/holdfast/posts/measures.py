"""What moderators do to posts that stay in sight: warnings, labels, less reach, locked conversations.

Each gives back what is needed to undo it. These run within a larger write and ask nobody who may: that is for the
room that decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from holdfast.errors import Invalid
from holdfast.languages import say
from holdfast.posts import indexing
from holdfast.posts.measure_events import StatusModerated, ThreadLocked, ThreadUnlocked
from holdfast.posts.policy import Standing
from holdfast.posts.restricting import dealt_with, still_there, tagged
from holdfast.store import Hot, Read
from holdfast.writes import Write

MOST_CHARACTERS = 500
"""Of a warning or a label."""

_WARNING = Hot("SELECT is_sensitive, spoiler_text, staff_warning FROM statuses WHERE id = :id")
_WARN = Hot(
    "UPDATE statuses SET is_sensitive = :sensitive, spoiler_text = :spoiler, staff_warning = :words, "
    "revision = revision + 1 WHERE id = :id"
)
_REACH = Hot("UPDATE statuses SET visibility = :visibility, revision = revision + 1 WHERE id = :id")
_LABEL_OF = Hot("SELECT label FROM statuses WHERE id = :id")
_LABEL = Hot("UPDATE statuses SET label = :label, revision = revision + 1 WHERE id = :id")
# Every post of the conversation says that it is locked: rendering and replying look at no other row for it.
_LOCK = Hot(
    "UPDATE statuses SET locked_at = :now, revision = revision + 1 "
    "WHERE thread_id = :thread AND boost_of_id IS NULL AND locked_at IS NULL"
)
_UNLOCK = Hot(
    "UPDATE statuses SET locked_at = NULL, revision = revision + 1 WHERE thread_id = :thread AND locked_at IS NOT NULL"
)


class Warned(NamedTuple):
    """A post's warning: whether it is sensitive, the words, and those that moderators have set (None: none)."""

    is_sensitive: bool
    spoiler_text: str
    staff_warning: str | None = None

    @property
    def is_staffs(self) -> bool:
        """Whether no words of the author's own are shown."""
        return self.spoiler_text == (self.staff_warning or "")


def warn_of(w: Write, status_id: int, words: str) -> Warned:
    """Mark a post as sensitive, behind these words unless its author warns already; what it was before.

    The author can put other words there by an edit, but not go without. Raises :class:`NoSuchStatus`,
    :class:`Invalid`.
    """
    wanted = _short("warning", words)
    found = dealt_with(w, status_id)
    before = _warning(w, found.id)
    after = Warned(True, wanted if before.is_staffs else before.spoiler_text, wanted)
    if after != before:
        _set_warning(w, found, after, "warned")
    return before


def take_warning_back(w: Write, status_id: int, before: Iterable[Any]) -> None:
    """Undo a warning, given what :func:`warn_of` gave. Words that the author has put there meanwhile stay."""
    earlier = Warned(*before)
    found = still_there(w, status_id)
    now = None if found is None else _warning(w, found.id)
    if found is None or now is None or now.staff_warning is None:
        return
    spoiler = earlier.spoiler_text if now.is_staffs else now.spoiler_text
    after = Warned(earlier.is_sensitive or bool(spoiler), spoiler, earlier.staff_warning)
    if after != now:
        _set_warning(w, found, after, "unwarned")


def _warning(r: Read, status_id: int) -> Warned:
    sensitive, spoiler, words = r.fast(_WARNING, id=status_id)[0]
    return Warned(bool(sensitive), spoiler, words)


def _set_warning(w: Write, status: Standing, wanted: Warned, change: str) -> None:
    sensitive, spoiler, words = wanted
    w.run_fast(_WARN, id=status.id, sensitive=sensitive, spoiler=spoiler, words=words)
    indexing.keep(w, [status.id])
    _record(w, status, change)


def reduce_reach(w: Write, status_id: int) -> str:
    """Take a public post out of public timelines, hashtags, search and trends; its visibility before.

    Raises :class:`NoSuchStatus`.
    """
    found = dealt_with(w, status_id)
    if found.visibility == "public":
        _set_reach(w, found, "unlisted", "reach_reduced")
    return found.visibility


def restore_reach(w: Write, status_id: int, before: str) -> None:
    """Give a post the reach back that it had before."""
    found = still_there(w, status_id)
    if found is not None and (before, found.visibility) == ("public", "unlisted"):
        _set_reach(w, found, before, "reach_restored")


def _set_reach(w: Write, status: Standing, visibility: str, change: str) -> None:
    w.run_fast(_REACH, id=status.id, visibility=visibility)
    _record(w, status._replace(visibility=visibility), change)


def label(w: Write, status_id: int, text: str | None) -> str | None:
    """Show a note of the moderators with a post, or (None) none; the note before.

    Raises :class:`NoSuchStatus`, :class:`Invalid`.
    """
    wanted = _short("label", text or "") or None
    found = dealt_with(w, status_id)
    before: str | None = w.fast(_LABEL_OF, id=found.id)[0][0]
    if before != wanted:
        w.run_fast(_LABEL, id=found.id, label=wanted)
        _record(w, found, "unlabelled" if wanted is None else "labelled")
    return before


def lock_thread(w: Write, status_id: int) -> bool:
    """Let nobody reply any more in the conversation of a post; whether it was open. Raises :class:`NoSuchStatus`."""
    found = dealt_with(w, status_id)
    if not w.run_fast(_LOCK, thread=found.thread_id, now=w.now):
        return False
    w.record(ThreadLocked(thread_id=found.thread_id, status_id=found.id))
    return True


def unlock_thread(w: Write, status_id: int) -> bool:
    """Take replies in the conversation of a post again; whether it was locked."""
    found = still_there(w, status_id)
    if found is None or not w.run_fast(_UNLOCK, thread=found.thread_id):
        return False
    w.record(ThreadUnlocked(thread_id=found.thread_id, status_id=found.id))
    return True


def _short(field: str, words: str) -> str:
    text = words.strip()
    if len(text) > MOST_CHARACTERS:
        raise Invalid.field(
            field,
            "ERR_TOO_LONG",
            say("%(field)s is over the limit of %(most)s characters", field=field.title(), most=MOST_CHARACTERS),
        )
    return text


def _record(w: Write, status: Standing, change: str) -> None:
    event = StatusModerated(
        status_id=status.id,
        author_id=status.author_id,
        visibility=status.visibility,
        change=change,
        tags=tagged(w, status.id),
    )
    w.record(event, owner=status.author_id)
