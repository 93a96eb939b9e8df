"""Lists of posts: who sees what in which order. All give ids, newest first, cut by a window.

The busy lists read the facts of their posts in the same statement (:class:`Found`). Their statements are
prepared once for each combination of options.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, exists, literal_column, or_, select

from holdfast.people.tables import accounts
from holdfast.posts import finding
from holdfast.posts.facts import COLUMNS, WITH_AUTHOR, Found
from holdfast.posts.tables import bookmarks as bookmarks_table
from holdfast.posts.tables import cards, pins, status_cards, status_tags, statuses, tags
from holdfast.posts.tables import favourites as favourites_table
from holdfast.posts.text import normalise_tag
from holdfast.posts.visibility import not_hidden_for, visible_to
from holdfast.store import LARGEST_ID, Hot, Read, SystemClock, Window, page

_clock = SystemClock()
_boosts = statuses.alias("boosts")


class Marked(NamedTuple):
    """A post in a list of marks; ``mark_id`` is what pages of the list go by."""

    mark_id: int
    status_id: int


class MarkedBy(NamedTuple):
    """An account in a list of those who marked a post; ``mark_id`` is what pages of the list go by."""

    mark_id: int
    account_id: int


def public_posts(
    r: Read,
    viewer: int | None,
    window: Window,
    *,
    is_local: bool | None = None,
    only_media: bool = False,
) -> Found:
    """The public timeline: public posts, no boosts, no replies to others, nobody whom moderators limited."""
    return _run(r, _public(viewer is not None, is_local, only_media, _ascends(window)), viewer, window)


@cache
def _public(signed_in: bool, is_local: bool | None, only_media: bool, ascending: bool) -> Hot:
    def build() -> Select[Any]:
        viewer = _viewer(signed_in)
        statement = _facts_where(
            *_plainly_public(),
            or_(
                statuses.c.in_reply_to_id.is_(None),
                statuses.c.in_reply_to_account_id == statuses.c.author_id,
            ),
            visible_to(viewer, joined_author=accounts),
            not_hidden_for(viewer, bindparam("now")),
            *_filters(is_local, only_media),
        )
        return _between(statement, statuses.c.id, ascending)

    return Hot(build)


def _plainly_public() -> list[ColumnElement[bool]]:
    """Spelled as in the partial index that serves it; without restricted posts and limited authors."""
    return [
        statuses.c.visibility == literal_column("'public'"),
        statuses.c.boost_of_id.is_(None),
        statuses.c.deleted_at.is_(None),
        statuses.c.restriction.is_(None),
        accounts.c.limited_at.is_(None),
    ]


def _facts_where(*conditions: ColumnElement[bool]) -> Select[Any]:
    return select(*COLUMNS).select_from(WITH_AUTHOR).where(*conditions)


def _filters(is_local: bool | None, only_media: bool) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if is_local is not None:
        found.append(statuses.c.is_local.is_(is_local))
    if only_media:
        found.append(statuses.c.media_count > 0)
    return found


def tag_posts(
    r: Read,
    viewer: int | None,
    window: Window,
    *,
    any_of: Sequence[str],
    all_of: Sequence[str] = (),
    none_of: Sequence[str] = (),
    is_local: bool | None = None,
    only_media: bool = False,
) -> Found:
    """Public posts with any of these hashtags (however written), all of those, and none of the last."""
    any_of, all_of, none_of = _keys(any_of), _keys(all_of), _keys(none_of)
    wanted = {*any_of, *all_of, *none_of}
    known: dict[str, int] = {row[1]: row[0] for row in r.fast(_TAG_IDS, names=list(wanted))}
    if not any(name in known for name in any_of) or not all(name in known for name in all_of):
        return Found()
    extra = {
        "any": [known[name] for name in set(any_of) if name in known],
        "all": [known[name] for name in set(all_of)],
        "none": [known[name] for name in set(none_of) if name in known],
    }
    if len(extra["any"]) == 1 and not extra["all"] and not extra["none"]:
        statement = _tagged(viewer is not None, is_local, only_media, _ascends(window))
        return _run(r, statement, viewer, window, tag=extra["any"][0])
    return _combined(r, viewer, window, extra, _filters(is_local, only_media))


def _keys(written: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(normalise_tag(name.lstrip("#＃")) for name in written))


@cache
def _tagged(signed_in: bool, is_local: bool | None, only_media: bool, ascending: bool) -> Hot:
    def build() -> Select[Any]:
        viewer = _viewer(signed_in)
        statement = (
            select(*COLUMNS)
            .select_from(status_tags.join(WITH_AUTHOR, statuses.c.id == status_tags.c.status_id))
            .where(
                status_tags.c.tag_id == bindparam("tag"),
                *_plainly_public(),
                visible_to(viewer, joined_author=accounts),
                not_hidden_for(viewer, bindparam("now")),
                *_filters(is_local, only_media),
            )
        )
        return _between(statement, status_tags.c.status_id, ascending)

    return Hot(build)


def _combined(
    r: Read, viewer: int | None, window: Window, extra: dict[str, list[int]], filters: list[ColumnElement[bool]]
) -> Found:
    def has(*tag_ids: int) -> ColumnElement[bool]:
        return exists(
            select(1)
            .select_from(status_tags)
            .where(status_tags.c.status_id == statuses.c.id, status_tags.c.tag_id.in_(tag_ids))
        )

    statement = _facts_where(
        has(*extra["any"]),
        *(has(tag_id) for tag_id in extra["all"]),
        *_plainly_public(),
        visible_to(viewer, joined_author=accounts),
        not_hidden_for(viewer, _clock.now()),
        *filters,
    )
    if extra["none"]:
        statement = statement.where(~has(*extra["none"]))
    return Found(tuple(row) for row in page(r, statement, statuses.c.id, window))


def link_posts(r: Read, viewer: int | None, window: Window, url: str) -> Found:
    """Public posts that share a page, whichever of its addresses they name."""
    shared = (
        select(status_cards.c.status_id)
        .join(cards, cards.c.id == status_cards.c.card_id)
        .where(or_(cards.c.url == url, cards.c.asked_url == url))
    )
    statement = _facts_where(
        statuses.c.id.in_(shared),
        *_plainly_public(),
        visible_to(viewer, joined_author=accounts),
        not_hidden_for(viewer, _clock.now()),
    )
    return Found(tuple(row) for row in page(r, statement, statuses.c.id, window))


def profile_posts(
    r: Read,
    viewer: int | None,
    author_id: int,
    window: Window,
    *,
    only_media: bool = False,
    excludes_replies: bool = False,
    excludes_boosts: bool = False,
    only_pinned: bool = False,
    tagged: str | None = None,
) -> Found:
    """An account's posts and boosts, all or only those with one hashtag or pinned (last pinned first)."""
    if only_pinned or tagged is not None:
        return _pinned_or_tagged(
            r, viewer, author_id, window, only_media, excludes_replies, excludes_boosts, only_pinned, tagged
        )
    statement = _profile(viewer is not None, only_media, excludes_replies, excludes_boosts, _ascends(window))
    return _run(r, statement, viewer, window, author=author_id)


@cache
def _profile(signed_in: bool, only_media: bool, excludes_replies: bool, excludes_boosts: bool, ascending: bool) -> Hot:
    def build() -> Select[Any]:
        statement = _facts_where(
            statuses.c.author_id == bindparam("author"),
            *_kinds(only_media, excludes_replies, excludes_boosts),
            visible_to(_viewer(signed_in), joined_author=accounts),
        )
        return _between(statement, statuses.c.id, ascending)

    return Hot(build)


def _kinds(only_media: bool, excludes_replies: bool, excludes_boosts: bool) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if only_media:
        found.append(statuses.c.media_count > 0)
    if excludes_boosts:
        found.append(statuses.c.boost_of_id.is_(None))
    if excludes_replies:  # one's own threads stay whole
        own = statuses.c.in_reply_to_account_id == statuses.c.author_id
        found.append(or_(statuses.c.in_reply_to_id.is_(None), own))
    return found


def _pinned_or_tagged(
    r: Read,
    viewer: int | None,
    author_id: int,
    window: Window,
    only_media: bool,
    excludes_replies: bool,
    excludes_boosts: bool,
    only_pinned: bool,
    tagged: str | None,
) -> Found:
    statement = _facts_where(
        statuses.c.author_id == author_id,
        *_kinds(only_media, excludes_replies, excludes_boosts),
        visible_to(viewer, joined_author=accounts),
    )
    if tagged is not None:
        statement = statement.where(
            exists(
                select(1)
                .select_from(status_tags.join(tags, tags.c.id == status_tags.c.tag_id))
                .where(status_tags.c.status_id == statuses.c.id, tags.c.name == normalise_tag(tagged.lstrip("#＃")))
            )
        )
    if not only_pinned:
        return Found(tuple(row) for row in page(r, statement, statuses.c.id, window))
    statement = statement.join(pins, pins.c.status_id == statuses.c.id).where(pins.c.account_id == author_id)
    if window.max_id is not None:
        statement = statement.where(statuses.c.id < window.max_id)
    low = max(window.since_id or 0, window.min_id or 0)
    if low:
        statement = statement.where(statuses.c.id > low)
    return Found(tuple(row) for row in r.rows(statement.order_by(pins.c.id.desc()).limit(window.limit)))


def bookmarks(r: Read, account_id: int, window: Window) -> list[Marked]:
    """A member's bookmarks that are still visible; the window goes by ``mark_id``."""
    return _marked(r, bookmarks_table, account_id, window)


def favourites(r: Read, account_id: int, window: Window) -> list[Marked]:
    """A member's favourites that are still visible; the window goes by ``mark_id``."""
    return _marked(r, favourites_table, account_id, window)


def _marked(r: Read, table: Any, account_id: int, window: Window) -> list[Marked]:
    statement = (
        select(table.c.id, table.c.status_id)
        .join(statuses, statuses.c.id == table.c.status_id)
        .where(table.c.account_id == account_id, visible_to(account_id))
    )
    return [Marked(*row) for row in page(r, statement, table.c.id, window)]


def favourited_by(r: Read, viewer: int | None, status_id: int, window: Window) -> list[MarkedBy]:
    """Who favourited a post, latest first; the window goes by ``mark_id``. Raises :class:`NoSuchStatus`."""
    status = finding.visible_original(r, viewer, status_id)
    statement = (
        select(favourites_table.c.id, favourites_table.c.account_id)
        .join(accounts, accounts.c.id == favourites_table.c.account_id)
        .where(favourites_table.c.status_id == status.id, *_present())
    )
    return [MarkedBy(*row) for row in page(r, statement, favourites_table.c.id, window)]


def boosted_by(r: Read, viewer: int | None, status_id: int, window: Window) -> list[MarkedBy]:
    """Who boosted a post, as far as the viewer may see the boost; ``mark_id`` is the boost's id.

    Raises :class:`NoSuchStatus`.
    """
    status = finding.visible_original(r, viewer, status_id)
    statement = (
        select(_boosts.c.id, _boosts.c.author_id)
        .join(accounts, accounts.c.id == _boosts.c.author_id)
        .where(_boosts.c.boost_of_id == status.id, visible_to(viewer, _boosts), *_present())
    )
    return [MarkedBy(*row) for row in page(r, statement, _boosts.c.id, window)]


def quotes(r: Read, viewer: int, status_id: int, window: Window) -> Found:
    """The posts that quote a post by consent and that the viewer may see, newest first. Raises :class:`NoSuchStatus`.

    Its author is shown all of them, to be able to revoke; others none by those whom they do not want to meet.
    """
    status = finding.visible_original(r, viewer, status_id)
    statement = _facts_where(
        statuses.c.quote_of_id == status.id,
        statuses.c.quote_state == "accepted",
        visible_to(viewer, joined_author=accounts),
    )
    if viewer != status.author_id:
        statement = statement.where(not_hidden_for(viewer, _clock.now()))
    return Found(tuple(row) for row in page(r, statement, statuses.c.id, window))


def _present() -> list[ColumnElement[bool]]:
    return [accounts.c.suspended_at.is_(None), accounts.c.deleted_at.is_(None)]


_TAG_IDS = Hot("SELECT id, name FROM tags WHERE name IN (@names)")


def tag_id(r: Read, written: str) -> int | None:
    """The id of a hashtag, however written; None when nobody has used it yet."""
    rows = r.fast(_TAG_IDS, names=_keys([written]))
    return rows[0][0] if rows else None


def _run(r: Read, statement: Hot, viewer: int | None, window: Window, **values: Any) -> Found:
    if viewer is not None:
        values["viewer"] = viewer
        values["now"] = _clock.now()
    below = LARGEST_ID if window.max_id is None else window.max_id
    above = window.min_id if window.min_id is not None else window.since_id or 0
    rows = r.fast(statement, below=below, above=above, most=window.limit, **values)
    return Found(reversed(rows) if _ascends(window) else rows)


def _between(statement: Select[Any], column: ColumnElement[Any], ascending: bool) -> Select[Any]:
    order = column.asc() if ascending else column.desc()
    return (
        statement.where(column < bindparam("below"), column > bindparam("above"))
        .order_by(order)
        .limit(bindparam("most"))
    )


def _viewer(signed_in: bool) -> Any:
    return bindparam("viewer") if signed_in else None


def _ascends(window: Window) -> bool:
    return window.min_id is not None
