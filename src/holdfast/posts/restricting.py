"""Taking posts out of sight and letting them back, exactly as they were: counters, marks and boosts are not touched.

These run within a larger write and ask nobody who may: that is for the room that decides.
"""

from __future__ import annotations

from sqlalchemy import func, select

from holdfast.errors import Invalid
from holdfast.languages import say
from holdfast.posts import finding
from holdfast.posts.conversations import put_back, withdraw
from holdfast.posts.deleting import take_down
from holdfast.posts.errors import NoSuchStatus, NotRemoved
from holdfast.posts.measure_events import StatusReleased, StatusRestricted
from holdfast.posts.policy import Standing
from holdfast.posts.tables import statuses
from holdfast.posts.visibility import REMOVED, RESTRICTIONS, visible_to
from holdfast.store import Hot, Read
from holdfast.writes import Write

_SET = Hot("UPDATE statuses SET restriction = :restriction, revision = revision + 1 WHERE id = :id")
_MENTIONED = Hot("SELECT account_id FROM mentions WHERE status_id = :id ORDER BY position")
_TAGGED = Hot("SELECT t.name FROM status_tags st JOIN tags t ON t.id = st.tag_id WHERE st.status_id = :id")


def restrict(w: Write, status_id: int, kind: str) -> str | None:
    """Take a post (of a boost: what it boosts) out of sight; what it was restricted by before, for :func:`release`.

    ``contained`` (until somebody has checked it) and ``hidden`` leave it to its author, with a notice; ``removed``
    shows it to nobody, and keeps it until :func:`erase_removed`. Raises :class:`NoSuchStatus`, :class:`Invalid`.
    """
    if kind not in RESTRICTIONS:
        raise Invalid.field(
            "restriction", "ERR_INCLUSION", say("Restriction is not one of %(known)s", known=", ".join(RESTRICTIONS))
        )
    found = dealt_with(w, status_id)
    before = found.restriction
    if before == kind:
        return before
    w.run_fast(_SET, id=found.id, restriction=kind)
    if found.visibility == "direct":
        author = None if kind == REMOVED else found.author_id
        withdraw(w, found.thread_id, found.id, still_seen_by=author)
    event = StatusRestricted(
        status_id=found.id,
        author_id=found.author_id,
        visibility=found.visibility,
        restriction=kind,
        mentions=_mentioned(w, found.id),
        tags=tagged(w, found.id),
    )
    w.record(event, owner=found.author_id)
    return before


def release(w: Write, status_id: int, back_to: str | None = None) -> None:
    """Let a post back into sight, or under what restricted it before. One that is deleted by now stays so."""
    if back_to is not None and back_to not in RESTRICTIONS:
        raise Invalid.field(
            "restriction", "ERR_INCLUSION", say("Restriction is not one of %(known)s", known=", ".join(RESTRICTIONS))
        )
    found = still_there(w, status_id)
    if found is None or found.restriction == back_to:
        return
    w.run_fast(_SET, id=found.id, restriction=back_to)
    if found.visibility == "direct" and back_to is None:
        put_back(w, found.thread_id, found.id, found.author_id, _mentioned(w, found.id))
    w.record(StatusReleased(status_id=found.id, author_id=found.author_id, restriction=back_to), owner=found.author_id)


def erase_removed(w: Write, status_id: int) -> None:
    """Let a removed post go for good, as its author could delete it. Raises :class:`NotRemoved` for any other."""
    found = still_there(w, status_id)
    if found is None:
        return
    if found.restriction != REMOVED:
        raise NotRemoved()
    take_down(w, found, by_moderator=True)


def restriction_of(r: Read, viewer: int | None, status_id: int) -> str | None:
    """By what a post is restricted that the viewer could see otherwise; of a boost, what it boosts."""
    boosted = select(statuses.c.boost_of_id).where(statuses.c.id == status_id).scalar_subquery()
    original = func.coalesce(boosted, status_id)
    could_see = visible_to(viewer, whatever_moderators_say=True)
    found: str | None = r.value(select(statuses.c.restriction).where(statuses.c.id == original, could_see))
    return found


def dealt_with(w: Write, status_id: int) -> Standing:
    """The post that moderators deal with, whoever may see it; of a boost, what it boosts. Raises
    :class:`NoSuchStatus`."""
    found = still_there(w, status_id)
    if found is None:
        raise NoSuchStatus()
    return found


def still_there(w: Write, status_id: int) -> Standing | None:
    """The same, or None when it is deleted. Its author's edits wait meanwhile."""
    asked = finding.standing(w, status_id)
    if asked is None:
        return None
    found = asked if asked.boost_of_id is None else finding.standing(w, asked.boost_of_id)
    if found is not None:
        w.serialise(found.author_id)
        found = finding.standing(w, found.id)
    return found


def tagged(r: Read, status_id: int) -> tuple[str, ...]:
    """The hashtags of a post, for events."""
    return tuple(row[0] for row in r.fast(_TAGGED, id=status_id))


def _mentioned(r: Read, status_id: int) -> tuple[int, ...]:
    return tuple(row[0] for row in r.fast(_MENTIONED, id=status_id))
