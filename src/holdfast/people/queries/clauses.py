"""Relations as SQL clauses, for the rooms above; ``viewer`` and ``author`` are ids, binds or columns."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Table, exists, or_, select

from holdfast.people.tables import accounts, blocks, domain_blocks, follow_requests, follows, mutes


def _related(relation: Table, owner: Any, target: Any) -> ColumnElement[bool]:
    one = relation.alias()
    return exists(select(1).select_from(one).where(one.c.account_id == owner, one.c.target_id == target))


def follows_exists(viewer: Any, author: Any) -> ColumnElement[bool]:
    """Whether the viewer follows the author."""
    return _related(follows, viewer, author)


def requests_exists(viewer: Any, author: Any) -> ColumnElement[bool]:
    """Whether the viewer has asked to follow the author."""
    return _related(follow_requests, viewer, author)


def blocks_viewer(author: Any, viewer: Any) -> ColumnElement[bool]:
    """Whether the author blocks the viewer."""
    return _related(blocks, author, viewer)


def viewer_blocks(viewer: Any, author: Any) -> ColumnElement[bool]:
    """Whether the viewer blocks the author."""
    return _related(blocks, viewer, author)


def viewer_mutes(viewer: Any, author: Any, now: Any) -> ColumnElement[bool]:
    """Whether the viewer mutes the author at this time (milliseconds)."""
    one = mutes.alias()
    return exists(
        select(1)
        .select_from(one)
        .where(
            one.c.account_id == viewer,
            one.c.target_id == author,
            or_(one.c.expires_at.is_(None), one.c.expires_at > now),
        )
    )


def viewer_blocks_domain_of(viewer: Any, author: Any) -> ColumnElement[bool]:
    """Whether the viewer blocks the author's whole server."""
    theirs, blocked = accounts.alias(), domain_blocks.alias()
    return exists(
        select(1)
        .select_from(theirs.join(blocked, blocked.c.domain == theirs.c.domain))
        .where(theirs.c.id == author, blocked.c.account_id == viewer)
    )
