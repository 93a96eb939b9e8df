"""Deleting posts: gone for everybody at once, with a tombstone; the content goes for good days later."""

from __future__ import annotations

from sqlalchemy import insert

from holdfast.acting import Acting
from holdfast.posts import conversations, finding, indexing, media, quoting
from holdfast.posts.drafts import Source
from holdfast.posts.errors import NoSuchStatus
from holdfast.posts.events import StatusDeleted
from holdfast.posts.payloads import DeleteBoosts
from holdfast.posts.policy import Standing
from holdfast.posts.tables import tombstones
from holdfast.posts.visibility import EVERYONE, REMOVED
from holdfast.store import Hot, Read
from holdfast.writes import Ability, Database, Write

_SOURCE = Hot(
    "SELECT id, text, spoiler_text, visibility, is_sensitive, language, in_reply_to_id, poll_id, quote_of_id, "
    "reply_policy FROM statuses WHERE id = :id"
)
_MEDIA = Hot("SELECT id FROM media WHERE status_id = :id ORDER BY position, id")
_DELETE = Hot("UPDATE statuses SET deleted_at = :now, revision = revision + 1 WHERE id = :id AND deleted_at IS NULL")
_LESS_POSTS = Hot("UPDATE accounts SET statuses_count = statuses_count - 1 WHERE id = :author AND statuses_count > 0")
_NEWEST = Hot(
    "UPDATE accounts SET newest_status_id = (SELECT MAX(s.id) FROM statuses s WHERE s.author_id = accounts.id "
    "AND s.deleted_at IS NULL) WHERE id = :author AND newest_status_id = :id"
)
_LESS_REPLIES = Hot("UPDATE statuses SET replies_count = replies_count - 1 WHERE id = :id AND replies_count > 0")
_LESS_BOOSTS = Hot("UPDATE statuses SET boosts_count = boosts_count - 1 WHERE id = :id AND boosts_count > 0")
_UNPIN = Hot("DELETE FROM pins WHERE status_id = :id")
_HAS_BOOSTS = Hot("SELECT 1 FROM statuses WHERE boost_of_id = :id AND deleted_at IS NULL LIMIT 1")
_URI = Hot("SELECT uri FROM statuses WHERE id = :id")
_MENTIONED = Hot("SELECT account_id FROM mentions WHERE status_id = :id ORDER BY position")
_TAGGED = Hot("SELECT t.name FROM status_tags st JOIN tags t ON t.id = st.tag_id WHERE st.status_id = :id")


def delete(db: Database, acting: Acting, status_id: int, *, deletes_media: bool = False) -> Source:
    """Delete a post (or boost) and give back what its author typed, for a redraft.

    Its pictures stay for that, unless ``deletes_media``. The author may, and who has the permission
    ``statuses.delete``, though never through an app: apps act for their member alone. Raises :class:`NoSuchStatus`.
    """
    moderates = acting.scopes is None and acting.may("statuses.delete")
    with db.write(acting, Ability.MODERATION if moderates else Ability.POSTING) as w:
        account_id = None if acting.is_system else finding.active(w, acting).id
        found = finding.standing(w, status_id)
        is_own = found is not None and found.author_id == account_id and found.restriction != REMOVED
        if found is None or not (is_own or moderates):
            raise NoSuchStatus()
        given_back = source_of(w, status_id)
        take_down(w, found, by_moderator=found.author_id != account_id)
        if deletes_media and given_back.media_ids:
            media.remove(w, given_back.media_ids)
        return given_back


def source_of(r: Read, status_id: int) -> Source:
    """A status as typed, whoever asks. Raises :class:`NoSuchStatus`."""
    rows = r.fast(_SOURCE, id=status_id)
    if not rows:
        raise NoSuchStatus()
    number, text, spoiler, visibility, sensitive, language, parent, poll_id, quoted, policy = rows[0]
    media = tuple(row[0] for row in r.fast(_MEDIA, id=status_id))
    sensitive = bool(sensitive)
    return Source(number, text, spoiler, visibility, sensitive, language, parent, media, poll_id, quoted, policy)


def source(r: Read, account_id: int, status_id: int) -> Source:
    """A post of one's own as typed. Raises :class:`NoSuchStatus`."""
    finding.own(r, account_id, status_id)
    return source_of(r, status_id)


def take_down(w: Write, status: Standing, *, by_moderator: bool = False) -> None:
    """Make a status invisible to everybody, with all that hangs on it. Its boosts follow in a job."""
    if not w.run_fast(_DELETE, id=status.id, now=w.now):
        return  # somebody was faster
    event = StatusDeleted(
        status_id=status.id,
        author_id=status.author_id,
        visibility=status.visibility,
        boost_of_id=status.boost_of_id,
        in_reply_to_id=status.in_reply_to_id,
        quote_of_id=status.quote_of_id,
        mentions=tuple(row[0] for row in w.fast(_MENTIONED, id=status.id)),
        tags=tuple(row[0] for row in w.fast(_TAGGED, id=status.id)),
        by_moderator=by_moderator,
    )
    _bury(w, status)
    _uncount(w, status)
    w.run_fast(_UNPIN, id=status.id)
    indexing.drop(w, [status.id])
    if status.visibility == "direct":
        conversations.step_back(w, status.thread_id, status.id)
    if status.boost_of_id is None and w.fast(_HAS_BOOSTS, id=status.id):
        w.enqueue("posts.delete_boosts", DeleteBoosts(status.id))
    w.record(event, owner=status.author_id)


def _bury(w: Write, status: Standing) -> None:
    uri = w.fast(_URI, id=status.id)[0][0]
    w.run(insert(tombstones).values(uri=uri, subject_id=status.id, owner_id=status.author_id, deleted_at=w.now))


def _uncount(w: Write, status: Standing) -> None:
    if status.visibility != "direct":
        w.run_fast(_LESS_POSTS, author=status.author_id)
    w.run_fast(_NEWEST, author=status.author_id, id=status.id)
    if status.in_reply_to_id is not None and status.visibility in EVERYONE:
        w.run_fast(_LESS_REPLIES, id=status.in_reply_to_id)
    if status.boost_of_id is not None:
        w.run_fast(_LESS_BOOSTS, id=status.boost_of_id)
    quoting.uncount(w, status)
