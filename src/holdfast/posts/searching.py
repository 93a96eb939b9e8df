"""Searching posts. Found are one's own and those one has dealt with, and public ones of who lets them be found."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, or_, select

from holdfast import people
from holdfast.errors import NotFound
from holdfast.people.tables import accounts
from holdfast.posts import indexing
from holdfast.posts.facts import COLUMNS, WITH_AUTHOR, Found
from holdfast.posts.search_language import Wanted, understood
from holdfast.posts.tables import bookmarks, favourites, mentions, poll_votes, statuses
from holdfast.posts.visibility import not_hidden_for, visible_to
from holdfast.store import LARGEST_ID, Hot, Read, Term, Window, first_at, in_ids

MOST_OFFSET = 1_000
MOST_LOOKED_AT = 40_000
"""Matches of one search, the newest first, of which it is asked whether the member may find them."""

_FIRST, _MOST_AT_ONCE = 100, 8_000
_boosts = statuses.alias("boosts")


def search_posts(
    r: Read,
    viewer: int,
    text: str,
    window: Window,
    *,
    now: int,
    local_domain: str,
    author_id: int | None = None,
    offset: int = 0,
) -> Found:
    """Posts that a member finds, the newest first. ``now`` in milliseconds. Raises :class:`Invalid`.

    ``author_id`` leaves only that account's. The window has no ``since_id``; ``offset`` leaves out the newest.
    """

    def author_of(name: str) -> int | None:
        if name.casefold() == "me":
            return viewer
        try:
            return people.lookup(r, name, local_domain).id
        except NotFound:
            return None

    wanted = understood(text, author_of)
    if wanted.is_empty or wanted.is_impossible or offset > MOST_OFFSET:
        return Found()
    if author_id is not None:
        wanted.all_of.append(Term((indexing.author_mark(author_id),)))
    return _page(r, viewer, wanted, window, now, offset)


def _page(r: Read, viewer: int, wanted: Wanted, window: Window, now: int, offset: int) -> Found:
    ascends = window.min_id is not None
    below = window.max_id if window.max_id is not None else LARGEST_ID
    above = window.min_id or 0
    if wanted.before is not None:
        below = min(below, first_at(wanted.before))
    if wanted.after is not None:
        above = max(above, first_at(wanted.after) - 1)
    statement, enough = _findable(wanted.scope), offset + window.limit
    rows: list[tuple[Any, ...]] = []
    looked_at, most = 0, max(_FIRST, enough)
    while len(rows) < enough and looked_at < MOST_LOOKED_AT:
        ids = indexing.INDEX.ids(r, wanted.query, above=above, below=below, most=most, ascends=ascends)
        if ids:
            found = r.fast(statement, ids=ids, viewer=viewer, now=now)
            rows += sorted(found, key=lambda row: int(row[0]), reverse=not ascends)
        if len(ids) < most:
            break
        looked_at += len(ids)
        above, below = (ids[-1], below) if ascends else (above, ids[-1])
        most = min(most * 4, _MOST_AT_ONCE)
    rows = rows[offset:enough]
    return Found(reversed(rows) if ascends else rows)


@cache
def _findable(scope: str) -> Hot:
    """Those of some posts that the viewer may see, wants to meet, and may find in a scope."""

    def build() -> Select[Any]:
        viewer: Any = bindparam("viewer")
        scopes = {"library": _is_dealt_with(viewer), "public": _is_open_to_search(viewer)}
        return (
            select(*COLUMNS)
            .select_from(WITH_AUTHOR)
            .where(
                in_ids(statuses.c.id, "ids"),
                statuses.c.boost_of_id.is_(None),
                scopes.get(scope, or_(*scopes.values())),
                visible_to(viewer, joined_author=accounts),
                not_hidden_for(viewer, bindparam("now")),
            )
        )

    return Hot(build)


def _is_open_to_search(viewer: Any) -> ColumnElement[bool]:
    return and_(
        statuses.c.visibility == "public",
        accounts.c.is_indexable.is_(True),
        or_(accounts.c.limited_at.is_(None), people.follows_exists(viewer, accounts.c.id)),
    )


def _is_dealt_with(viewer: Any) -> ColumnElement[bool]:
    """Own, or the viewer favourited, bookmarked or boosted it, voted in its poll, or is mentioned."""

    def marked(table: Any, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
        return exists(select(1).select_from(table).where(*conditions))

    return or_(
        statuses.c.author_id == viewer,
        *(
            marked(table, table.c.account_id == viewer, table.c.status_id == statuses.c.id)
            for table in (favourites, bookmarks, mentions)
        ),
        marked(
            _boosts,
            _boosts.c.boost_of_id == statuses.c.id,
            _boosts.c.author_id == viewer,
            _boosts.c.deleted_at.is_(None),
        ),
        marked(poll_votes, poll_votes.c.poll_id == statuses.c.poll_id, poll_votes.c.account_id == viewer),
    )
