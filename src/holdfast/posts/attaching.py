"""Putting pictures on a post. A picture whose post was deleted is free again, for a redraft."""

from __future__ import annotations

from collections.abc import Sequence

from holdfast.errors import Invalid
from holdfast.languages import say
from holdfast.store import Hot
from holdfast.writes import Write

_FREE = (
    "m.scheduled_id IS NULL AND (m.status_id IS NULL OR m.status_id = :status OR EXISTS "
    "(SELECT 1 FROM statuses s WHERE s.id = m.status_id AND s.deleted_at IS NOT NULL))"
)
_STATES = Hot(
    "SELECT m.id, m.state, m.status_id, s.deleted_at, m.scheduled_id FROM media m "
    "LEFT JOIN statuses s ON s.id = m.status_id WHERE m.id IN (@ids) AND m.account_id = :account"
)
_ATTACH = Hot(
    "UPDATE media SET status_id = :status, position = :position WHERE id = "  # noqa: S608
    f"(SELECT m.id FROM media m WHERE m.id = :id AND m.account_id = :account AND m.state = 'ready' AND {_FREE})"
)
_ON = Hot("SELECT id FROM media WHERE status_id = :status")
# Its time begins anew, so that what was just taken off is not cleared away within the hour.
_TAKE_OFF = Hot("UPDATE media SET status_id = NULL, created_at = :now WHERE id = :id")


def attachable(w: Write, account_id: int, media_ids: Sequence[int], status_id: int | None = None) -> None:
    """Raise :class:`Invalid` unless all are the account's own, processed, and on no other post."""
    if not media_ids:
        return
    found = {row[0]: row[1:] for row in w.fast(_STATES, ids=list(media_ids), account=account_id)}
    for media_id in media_ids:
        if media_id not in found:
            raise Invalid.field("media_ids", "ERR_INVALID", say("Media %(media_id)s not found", media_id=str(media_id)))
        state, on, deleted_at, scheduled_id = found[media_id]
        if on is not None and on != status_id and deleted_at is None:
            raise Invalid.field(
                "media_ids", "ERR_TAKEN", say("Media %(media_id)s is on another post already", media_id=str(media_id))
            )
        if scheduled_id is not None:
            raise Invalid.field(
                "media_ids", "ERR_TAKEN", say("Media %(media_id)s is kept for a scheduled post", media_id=str(media_id))
            )
        if state == "waiting":
            raise Invalid.field(
                "media_ids",
                "ERR_NOT_READY",
                say("Cannot attach files that have not finished processing. Try again soon"),
            )
        if state != "ready":
            raise Invalid.field(
                "media_ids", "ERR_INVALID", say("Media %(media_id)s could not be processed", media_id=str(media_id))
            )


def attach(w: Write, account_id: int, status_id: int, media_ids: Sequence[int]) -> None:
    """Put pictures on a post, in order. Raises :class:`Invalid` when another post was faster."""
    for position, media_id in enumerate(media_ids):
        if not w.run_fast(_ATTACH, id=media_id, status=status_id, account=account_id, position=position):
            raise Invalid.field(
                "media_ids", "ERR_TAKEN", say("Media %(media_id)s is on another post already", media_id=str(media_id))
            )


def detach_others(w: Write, status_id: int, kept: Sequence[int]) -> None:
    """Take all but the kept pictures off a post; they can be used again until they are cleared away."""
    for (media_id,) in w.fast(_ON, status=status_id):
        if media_id not in kept:
            w.run_fast(_TAKE_OFF, id=media_id, now=w.now)
