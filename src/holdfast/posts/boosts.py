"""Boosts: passing a post on to one's own followers."""

from __future__ import annotations

from holdfast.acting import Acting
from holdfast.posts import finding, policy
from holdfast.posts.deleting import take_down
from holdfast.posts.events import StatusPublished
from holdfast.posts.finding import Author
from holdfast.posts.policy import Standing
from holdfast.posts.publishing import COUNT_POST
from holdfast.store import Hot
from holdfast.writes import Ability, Database, Write

_BOOST = Hot(
    "INSERT INTO statuses (id, uri, author_id, is_local, visibility, boost_of_id, thread_id, text, html, spoiler_text, "
    "is_sensitive, language, media_count, created_at) SELECT :id, :uri, :author_id, :is_local, :visibility, s.id, "
    "s.thread_id, '', '', '', s.is_sensitive, s.language, 0, :now FROM statuses s WHERE s.id = :original "
    "ON CONFLICT (boost_of_id, author_id) WHERE boost_of_id IS NOT NULL AND deleted_at IS NULL DO NOTHING"
)
_MINE = Hot(
    "SELECT id FROM statuses WHERE boost_of_id = :original AND author_id = :author_id AND boost_of_id IS NOT NULL "
    "AND deleted_at IS NULL"
)
_MORE_BOOSTS = Hot("UPDATE statuses SET boosts_count = boosts_count + 1 WHERE id = :id")
_LANGUAGE = Hot("SELECT language FROM statuses WHERE id = :id")


def boost(db: Database, acting: Acting, status_id: int, visibility: str | None = None) -> int:
    """Boost a post (of a boost: what it boosts); the id of the boost, also of one that was there already.

    Raises :class:`NoSuchStatus`, :class:`CannotBoost`, :class:`MayNotPost`.
    """
    with db.write(acting, Ability.POSTING) as w:
        author = finding.poster(w, acting)
        original = finding.visible_original(w, author.id, status_id)
        there = _mine(w, author.id, original.id)
        if there is not None:
            return there
        wanted = policy.boost_visibility(author.id, original, visibility or author.default_visibility)
        if wanted == "public" and author.is_limited:
            wanted = "unlisted"
        return _write(w, author, original, wanted)


def _mine(w: Write, author_id: int, original_id: int) -> int | None:
    rows = w.fast(_MINE, author_id=author_id, original=original_id)
    return int(rows[0][0]) if rows else None


def _write(w: Write, author: Author, original: Standing, visibility: str) -> int:
    boost_id = w.new_id()
    written = w.run_fast(
        _BOOST,
        id=boost_id,
        uri=f"{author.uri}/statuses/{boost_id}",
        author_id=author.id,
        is_local=True,
        visibility=visibility,
        now=w.now,
        original=original.id,
    )
    if not written:  # the same boost was asked for twice at once, and the other was faster
        return _mine(w, author.id, original.id) or boost_id
    w.run_fast(_MORE_BOOSTS, id=original.id)
    w.run_fast(COUNT_POST, id=boost_id, author=author.id, now=w.now)
    w.record(
        StatusPublished(
            status_id=boost_id,
            author_id=author.id,
            visibility=visibility,
            thread_id=original.thread_id,
            boost_of_id=original.id,
            boosted_author_id=original.author_id,
            language=w.fast(_LANGUAGE, id=original.id)[0][0],
        )
    )
    return boost_id


def unboost(db: Database, acting: Acting, status_id: int) -> int:
    """Take a boost back; the id of the post that was boosted. Raises :class:`NoSuchStatus`."""
    with db.write(acting, Ability.POSTING) as w:
        author = finding.active(w, acting)
        found = finding.standing(w, status_id)
        original_id = found.boost_of_id if found is not None and found.boost_of_id is not None else status_id
        mine = _mine(w, author.id, original_id)
        if mine is None:
            return finding.visible_original(w, author.id, status_id).id
        take_down(w, finding.own(w, author.id, mine))
        return original_id
