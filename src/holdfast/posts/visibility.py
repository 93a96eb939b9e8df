"""Who may see a status: one SQL clause and one pure function that say the same, and what feeds hide besides.

A property test keeps :func:`visible_to` and :func:`may_see` equal on both engines.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, FromClause, and_, exists, or_, select
from sqlalchemy.sql.expression import true

from holdfast.people.tables import accounts, blocks, domain_blocks, follows, mutes
from holdfast.posts.tables import mentions, statuses, thread_mutes

Viewer = BindParameter[Any] | int | None
"""An account id, None for strangers, or a parameter that holds either when the statement runs."""

EVERYONE = ("public", "unlisted")
VISIBILITIES = ("public", "unlisted", "private", "direct")
CONTAINED, HIDDEN, REMOVED = RESTRICTIONS = ("contained", "hidden", "removed")
"""What moderators lay on a post: until it is checked or for good only its author sees it; removed, nobody does."""


@dataclass(frozen=True, slots=True)
class Audience:
    """What decides whether a viewer may see a status; for a boost, ``original`` holds those of what it boosts."""

    author_id: int
    visibility: str
    is_deleted: bool = False
    restriction: str | None = None
    author_is_gone: bool = False  # suspended or deleted
    viewer_follows: bool = False  # the author
    viewer_is_mentioned: bool = False
    author_blocks_viewer: bool = False
    original: Audience | None = None


def may_see(viewer: int | None, facts: Audience) -> bool:
    """Whether a viewer (None: a stranger) may see a status."""
    if facts.is_deleted or facts.author_is_gone:
        return False
    if facts.restriction is not None and (facts.restriction == REMOVED or viewer != facts.author_id):
        return False
    if viewer is not None and facts.author_blocks_viewer:
        return False
    if not _is_addressed(viewer, facts):
        return False
    return facts.original is None or may_see(viewer, facts.original)


def _is_addressed(viewer: int | None, facts: Audience) -> bool:
    if facts.visibility in EVERYONE:
        return True
    if viewer is None:
        return False
    if viewer == facts.author_id or facts.viewer_is_mentioned:
        return True
    return facts.visibility == "private" and facts.viewer_follows


def visible_to(
    viewer: Viewer,
    s: FromClause = statuses,
    *,
    joined_author: FromClause | None = None,
    whatever_moderators_say: bool = False,
) -> ColumnElement[bool]:
    """The clause over ``statuses`` (or an alias of it) that lets through what the viewer may see.

    Every lookup in it goes by a primary key or a unique index. A statement that joins the author's row
    anyway names it as ``joined_author``, which saves looking it up twice. ``whatever_moderators_say`` lets restricted
    posts through: for telling why there is nothing to see, never for showing them.
    """
    original = statuses.alias(f"{s.name}_original")  # type: ignore[attr-defined]
    if whatever_moderators_say:
        return _alone(viewer, s, joined_author)
    return and_(
        _unrestricted(viewer, s),
        _alone(viewer, s, joined_author),
        or_(
            s.c.boost_of_id.is_(None),
            exists(
                select(1)
                .select_from(original)
                .where(original.c.id == s.c.boost_of_id, _unrestricted(viewer, original), _alone(viewer, original))
            ),
        ),
    )


def _unrestricted(viewer: Viewer, s: FromClause) -> ColumnElement[bool]:
    """What moderators let the viewer see; authors see their own until it is removed."""
    if viewer is None:
        return s.c.restriction.is_(None)
    return or_(s.c.restriction.is_(None), and_(s.c.author_id == viewer, s.c.restriction != REMOVED))


def _alone(viewer: Viewer, s: FromClause, joined_author: FromClause | None = None) -> ColumnElement[bool]:
    """The clause for one status, whatever it boosts and whatever moderators say."""
    author = accounts.alias(f"{s.name}_author") if joined_author is None else joined_author  # type: ignore[attr-defined]
    stands: ColumnElement[bool] = and_(author.c.suspended_at.is_(None), author.c.deleted_at.is_(None))
    if joined_author is None:
        stands = exists(select(1).select_from(author).where(author.c.id == s.c.author_id, stands))
    everyone = s.c.visibility.in_(EVERYONE)
    if viewer is None:
        return and_(s.c.deleted_at.is_(None), everyone, stands)
    blocked = exists(
        select(1).select_from(blocks).where(blocks.c.account_id == s.c.author_id, blocks.c.target_id == viewer)
    )
    return and_(
        s.c.deleted_at.is_(None),
        or_(everyone, s.c.author_id == viewer, _is_follower(viewer, s), _is_mentioned(viewer, s)),
        stands,
        ~blocked,
    )


def _is_follower(viewer: Viewer, s: FromClause) -> ColumnElement[bool]:
    return and_(
        s.c.visibility == "private",
        exists(
            select(1).select_from(follows).where(follows.c.account_id == viewer, follows.c.target_id == s.c.author_id)
        ),
    )


def _is_mentioned(viewer: Viewer, s: FromClause) -> ColumnElement[bool]:
    return exists(
        select(1).select_from(mentions).where(mentions.c.status_id == s.c.id, mentions.c.account_id == viewer)
    )


def not_hidden_for(
    viewer: Viewer, now: BindParameter[Any] | int, s: FromClause = statuses, *, muted_threads: bool = False
) -> ColumnElement[bool]:
    """The clause that takes out of a feed what the viewer does not want to meet: never a matter of permission.

    Authors (of a boost, and of what it boosts) whom the viewer blocks, mutes at the moment ``now``
    (milliseconds) or whose domain the viewer blocks; with ``muted_threads`` also conversations that the
    viewer muted.
    """
    if viewer is None:
        return true()
    original = statuses.alias(f"{s.name}_boosted")  # type: ignore[attr-defined]
    hides = and_(
        ~_is_unwanted(viewer, now, s),
        or_(
            s.c.boost_of_id.is_(None),
            ~exists(
                select(1)
                .select_from(original)
                .where(original.c.id == s.c.boost_of_id, _is_unwanted(viewer, now, original))
            ),
        ),
    )
    if not muted_threads:
        return hides
    muted = exists(
        select(1)
        .select_from(thread_mutes)
        .where(thread_mutes.c.account_id == viewer, thread_mutes.c.thread_id == s.c.thread_id)
    )
    return and_(hides, ~muted)


def _is_unwanted(viewer: Viewer, now: BindParameter[Any] | int, s: FromClause) -> ColumnElement[bool]:
    author = accounts.alias(f"{s.name}_unwanted")  # type: ignore[attr-defined]
    return or_(
        exists(select(1).select_from(blocks).where(blocks.c.account_id == viewer, blocks.c.target_id == s.c.author_id)),
        exists(
            select(1)
            .select_from(mutes)
            .where(
                mutes.c.account_id == viewer,
                mutes.c.target_id == s.c.author_id,
                or_(mutes.c.expires_at.is_(None), mutes.c.expires_at > now),
            )
        ),
        exists(
            select(1)
            .select_from(domain_blocks.join(author, author.c.domain == domain_blocks.c.domain))
            .where(domain_blocks.c.account_id == viewer, author.c.id == s.c.author_id)
        ),
    )
