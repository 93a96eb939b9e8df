"""What an account keeps for itself about others: notes, featured accounts, and how far it has read."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from holdfast.acting import Acting
from holdfast.errors import Invalid
from holdfast.languages import say
from holdfast.people import policy
from holdfast.people.commands.parties import acting_account, end_endorsement, pair
from holdfast.people.errors import MarkerMovedMeanwhile
from holdfast.people.events import Endorsed, MarkerMoved, NoteSet, Unendorsed
from holdfast.people.queries.found import account_by_id
from holdfast.people.queries.lists import Marker, markers, note_about
from holdfast.people.tables import follows
from holdfast.store import Hot
from holdfast.writes import Ability, Database

TIMELINES = ("home", "notifications")
"""Timelines that have a marker."""

_KEEP_NOTE = Hot(
    "INSERT INTO account_notes (account_id, target_id, comment) VALUES (:source, :target, :comment) "
    "ON CONFLICT (account_id, target_id) DO UPDATE SET comment = excluded.comment"
)
_DROP_NOTE = Hot("DELETE FROM account_notes WHERE account_id = :source AND target_id = :target")
_ENDORSE = Hot(
    "INSERT INTO endorsements (id, account_id, target_id, created_at) VALUES (:id, :source, :target, :now) "
    "ON CONFLICT (account_id, target_id) DO NOTHING"
)
_MARK = Hot(
    "INSERT INTO markers (account_id, timeline, last_read_id, version, updated_at) "
    "VALUES (:owner, :timeline, :last, 0, :now) ON CONFLICT (account_id, timeline) DO UPDATE SET "
    "last_read_id = excluded.last_read_id, version = markers.version + 1, updated_at = excluded.updated_at"
)


def set_note(db: Database, acting: Acting, target_id: int, comment: str) -> None:
    """Keep a private note about somebody; an empty one takes it away. Raises :class:`Invalid` past the limit."""
    comment = comment.strip()
    policy.check_note(comment)
    with db.write(acting, Ability.RELATIONS) as w:
        source, target = pair(w, target_id)
        if note_about(w, source.id, target.id) == comment:
            return
        if comment:
            w.run_fast(_KEEP_NOTE, source=source.id, target=target.id, comment=comment)
        else:
            w.run_fast(_DROP_NOTE, source=source.id, target=target.id)
        w.record(NoteSet(account_id=source.id, target_id=target.id, is_empty=not comment))


def endorse(db: Database, acting: Acting, target_id: int) -> None:
    """Feature an account on one's profile. Raises :class:`NotFollowed` for one that is not followed."""
    with db.write(acting, Ability.RELATIONS) as w:
        source, target = pair(w, target_id, target_may_be_suspended=False)
        ours = (follows.c.account_id == source.id) & (follows.c.target_id == target.id)
        policy.may_endorse(follows=w.exists(select(follows.c.id).where(ours)))
        if w.run_fast(_ENDORSE, id=w.new_id(), source=source.id, target=target.id, now=w.now):
            w.record(Endorsed(account_id=source.id, target_id=target.id))


def unendorse(db: Database, acting: Acting, target_id: int) -> None:
    """Feature an account no longer."""
    with db.write(acting, Ability.RELATIONS) as w:
        source, target = pair(w, target_id)
        if end_endorsement(w, source.id, target.id):
            w.record(Unendorsed(account_id=source.id, target_id=target.id))


def set_marker(
    db: Database, acting: Acting, timeline: str, last_read_id: int, *, expected_version: int | None = None
) -> Marker:
    """Remember how far a timeline was read; the marker as it is now.

    Raises :class:`Invalid` for a timeline without markers, :class:`MarkerMovedMeanwhile` when the caller has
    said which version it knows and another app moved the marker since.
    """
    if timeline not in TIMELINES:
        raise Invalid.field(
            "timeline", "ERR_INCLUSION", say("Markers exist for %(known)s", known=" and ".join(TIMELINES))
        )
    with db.write(acting, Ability.RELATIONS) as w:
        w.serialise(acting.known_id)
        owner = acting_account(account_by_id(w, acting.known_id))
        before = markers(w, owner.id, (timeline,)).get(timeline)
        if expected_version is not None and (before.version if before else None) != expected_version:
            raise MarkerMovedMeanwhile
        if before is not None and before.last_read_id == last_read_id:
            return before
        w.run_fast(_MARK, owner=owner.id, timeline=timeline, last=last_read_id, now=w.now)
        w.record(MarkerMoved(account_id=owner.id, timeline=timeline, last_read_id=last_read_id))
        return Marker(last_read_id, before.version + 1 if before else 0, w.now)


def set_markers(db: Database, acting: Acting, places: Mapping[str, int]) -> dict[str, Marker]:
    """Move several markers in one commit: timeline to the id read last."""
    with db.write(acting, Ability.RELATIONS):
        return {timeline: set_marker(db, acting, timeline, number) for timeline, number in places.items()}
