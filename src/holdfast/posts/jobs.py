"""What happens to posts later: polls close, deleted content goes for good, unused pictures are cleared away."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from holdfast.acting import SYSTEM
from holdfast.people import AccountDeleted, ProfileChanged
from holdfast.posts import finding, media, polls
from holdfast.posts.deleting import take_down
from holdfast.posts.payloads import ClosePoll, DeleteBoosts, DeletePostsOf, Nothing, RemoveFiles
from holdfast.posts.policy import Standing
from holdfast.posts.publishing import DRAFT_KEY, DRAFT_KEY_LIFE_MS, SCHEDULED_KEY
from holdfast.store import DAY, HOUR, Hot
from holdfast.writes import Ability, Database, Write

CONTENT_LIFE_MS = 7 * DAY
"""How long the content of a deleted post is kept, for a redraft and for those who have to look at a report."""

SLICE = 200
"""Rows that one job touches before it lets others write."""

_OVERDUE = Hot("SELECT id FROM polls WHERE closed_at IS NULL AND expires_at <= :now ORDER BY id LIMIT :most")
_BOOSTS = Hot(
    f"SELECT {', '.join(Standing._fields)} FROM statuses WHERE boost_of_id = :id AND deleted_at IS NULL "  # noqa: S608
    "ORDER BY id LIMIT :most"
)
_OF_AUTHOR = Hot(
    f"SELECT {', '.join(Standing._fields)} FROM statuses WHERE author_id = :id AND deleted_at IS NULL "  # noqa: S608
    "ORDER BY id LIMIT :most"
)
_PURGEABLE = Hot("SELECT id FROM statuses WHERE deleted_at <= :before ORDER BY deleted_at, id LIMIT :most")
_MEDIA_OF = Hot("SELECT id FROM media WHERE status_id IN (@ids)")
_ERASE = tuple(
    Hot(text)
    for text in (
        "DELETE FROM status_edits WHERE status_id IN (@ids)",
        "DELETE FROM mentions WHERE status_id IN (@ids)",
        "DELETE FROM status_tags WHERE status_id IN (@ids)",
        "DELETE FROM status_cards WHERE status_id IN (@ids)",
        "DELETE FROM poll_votes WHERE poll_id IN (SELECT id FROM polls WHERE status_id IN (@ids))",
        "DELETE FROM polls WHERE status_id IN (@ids)",
        "DELETE FROM favourites WHERE status_id IN (@ids)",
        "DELETE FROM bookmarks WHERE status_id IN (@ids)",
        "DELETE FROM status_views WHERE status_id IN (@ids)",
        "DELETE FROM pins WHERE status_id IN (@ids)",
        "DELETE FROM idempotency_keys WHERE status_id IN (@ids)",
        "DELETE FROM statuses WHERE id IN (@ids)",
    )
)
_UNATTACHED = Hot(
    "SELECT id FROM media WHERE status_id IS NULL AND scheduled_id IS NULL AND draft_id IS NULL "
    "AND created_at < :before ORDER BY id LIMIT :most"
)
_OLD_KEYS = Hot(
    "DELETE FROM idempotency_keys WHERE created_at < :before AND "
    "(created_at < :long_before OR NOT (key LIKE :of_draft OR key LIKE :of_scheduled))"
)
_FORGET_PLACES = Hot("DELETE FROM blob_places WHERE key IN (@keys)")


def close_poll(db: Database, payload: ClosePoll) -> None:
    """Close one poll whose time has come."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        polls.close_poll(w, payload.poll_id)


def close_polls(db: Database, _: Nothing) -> None:
    """Close every poll whose own job did not, whatever became of it."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        for (poll_id,) in w.fast(_OVERDUE, now=w.now, most=SLICE):
            polls.close_poll(w, poll_id)


def delete_boosts(db: Database, payload: DeleteBoosts) -> None:
    """Delete the boosts of a deleted post, a slice at a time."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        if finding.standing(w, payload.status_id) is not None:
            return
        if _take_down_slice(w, _BOOSTS, payload.status_id):
            w.enqueue("posts.delete_boosts", payload)


def begin_deleting_posts(db: Database, event: AccountDeleted) -> None:
    """Once an account is gone, let its posts follow."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        w.enqueue("posts.delete_posts_of", DeletePostsOf(event.account_id))


def drop_profile_pictures(db: Database, event: ProfileChanged) -> None:
    """Let the files of a profile's earlier pictures go."""
    _drop(db, event.dropped_blobs)


def drop_last_pictures(db: Database, event: AccountDeleted) -> None:
    """Let the files of a deleted profile's pictures go."""
    _drop(db, event.dropped_blobs)


def _drop(db: Database, keys: Sequence[str]) -> None:
    with db.write(SYSTEM, Ability.JOBS) as w:
        w.enqueue("posts.remove_files", RemoveFiles(tuple(keys)), delay_ms=HOUR)


def delete_posts_of(db: Database, payload: DeletePostsOf) -> None:
    """Delete every post and boost of an account that is gone, a slice at a time."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        if _take_down_slice(w, _OF_AUTHOR, payload.account_id):
            w.enqueue("posts.delete_posts_of", payload)


def _take_down_slice(w: Write, statement: Hot, number: int) -> bool:
    rows = w.fast(statement, id=number, most=SLICE)
    for row in rows:
        take_down(w, Standing(*row))
    return len(rows) == SLICE


def purge_deleted(db: Database, _: Nothing) -> None:
    """Erase what was deleted a week ago; the tombstones stay."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        ids = [row[0] for row in w.fast(_PURGEABLE, before=w.now - CONTENT_LIFE_MS, most=SLICE)]
        if not ids:
            return
        pictures = [row[0] for row in w.fast(_MEDIA_OF, ids=ids)]
        if pictures:
            media.remove(w, pictures)
        for statement in _ERASE:
            w.run_fast(statement, ids=ids)
        if len(ids) == SLICE:
            w.enqueue("posts.purge_deleted", Nothing())


def clear_media(db: Database, _: Nothing) -> None:
    """Remove pictures that no post took within a day."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        before = w.now - media.UNATTACHED_LIFE_MS
        ids = [row[0] for row in w.fast(_UNATTACHED, before=before, most=SLICE)]
        if ids:
            media.remove(w, ids)


def forget_keys(db: Database, _: Nothing) -> None:
    """Forget idempotency keys that bring nothing back any more."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        of_draft = f"{DRAFT_KEY}%"
        long_before = w.now - DRAFT_KEY_LIFE_MS - HOUR
        w.run_fast(
            _OLD_KEYS,
            before=w.now - 2 * HOUR,
            long_before=long_before,
            of_draft=of_draft,
            of_scheduled=SCHEDULED_KEY + of_draft,
        )


def removing_files(remove: Callable[[Database, Sequence[str]], None]) -> Callable[[Database, RemoveFiles], None]:
    """The job that removes files; ``remove`` deletes blobs from wherever they are stored, and may do so twice."""

    def remove_files(db: Database, payload: RemoveFiles) -> None:
        with db.read() as r:
            loose = sorted(media.unused(r, payload.keys))
        if not loose:
            return
        remove(db, loose)
        with db.write(SYSTEM, Ability.JOBS) as w:
            # What was stored anew meanwhile keeps its places.
            w.run_fast(_FORGET_PLACES, keys=sorted(media.unused(w, loose)))

    return remove_files
