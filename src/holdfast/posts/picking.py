"""The busy lists of posts, picked in memory: the database gives ids in order, a sight knows the rest.

They say the same as the statements of ``queries``, which serve where a filter lets few through, and which a test
holds against these.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from holdfast.posts import queries
from holdfast.posts.facts import Facts, Found
from holdfast.posts.memory import Sight
from holdfast.store import LARGEST_ID, Hot, Window

SPARE = 2  # ids asked for beyond two pages, for those that turn out not to belong there
MOST_ROUNDS = 4  # with four times as many each; behind that the statement that filters by itself is quicker

_BETWEEN = "AND {id} > :above AND {id} < :below ORDER BY {id} {order} LIMIT :most"


Chosen = tuple[list[int], dict[int, Facts]]
"""Ids in order, and the facts of those that the viewer may see (others may be among them: what they boost)."""


class Source(Protocol):
    """Where ids come from."""

    def __call__(self, above: int, below: int, most: int, *, ascends: bool) -> list[int]:
        """At most so many ids with ``above < id < below``: the highest first, or the lowest where it ascends."""


def _both(text: str, column: str) -> tuple[Hot, Hot]:
    """Newest first, and oldest first."""
    return tuple(Hot(text + _BETWEEN.format(id=column, order=order)) for order in ("DESC", "ASC"))  # type: ignore[return-value]


_PUBLIC = _both(
    "SELECT id FROM statuses WHERE visibility = 'public' AND boost_of_id IS NULL AND deleted_at IS NULL ", "id"
)
_TAGGED = _both("SELECT status_id FROM status_tags WHERE tag_id = :tag ", "status_id")
_OF_AUTHOR = _both("SELECT id FROM statuses WHERE author_id = :author ", "id")


def public_page(sight: Sight, window: Window, *, is_local: bool | None = None, only_media: bool = False) -> Found:
    """As :func:`~holdfast.posts.queries.public_posts`."""
    if sight.is_current and is_local is None and not only_media:
        found = _picked(window, _source(sight, _PUBLIC), lambda ids: (ids, sight.listed(ids, stand_alone=True)))
        if found is not None:
            return found
    return queries.public_posts(sight.r, sight.viewer, window, is_local=is_local, only_media=only_media)


def tag_page(
    sight: Sight,
    window: Window,
    *,
    any_of: Sequence[str],
    all_of: Sequence[str] = (),
    none_of: Sequence[str] = (),
    is_local: bool | None = None,
    only_media: bool = False,
) -> Found:
    """As :func:`~holdfast.posts.queries.tag_posts`."""
    if sight.is_current and len(any_of) == 1 and not (all_of or none_of or only_media or is_local is not None):
        tag_id = queries.tag_id(sight.r, any_of[0])
        if tag_id is None:
            return Found()
        found = _picked(window, _source(sight, _TAGGED, tag=tag_id), lambda ids: (ids, sight.listed(ids)))
        if found is not None:
            return found
    return queries.tag_posts(
        sight.r, sight.viewer, window, any_of=any_of, all_of=all_of, none_of=none_of, is_local=is_local,
        only_media=only_media,
    )  # fmt: skip


def profile_page(
    sight: Sight,
    author_id: int,
    window: Window,
    *,
    only_media: bool = False,
    excludes_replies: bool = False,
    excludes_boosts: bool = False,
    only_pinned: bool = False,
    tagged: str | None = None,
) -> Found:
    """As :func:`~holdfast.posts.queries.profile_posts`."""

    def choose(ids: list[int]) -> Chosen:
        if not (excludes_boosts or excludes_replies):
            return ids, sight.facts(ids)
        known = sight.known(ids)
        wanted = [
            number
            for number in ids
            if (one := known.get(number)) is not None
            and not (excludes_boosts and one.facts.boost_of_id is not None)
            and not (excludes_replies and not one.stands_alone)
        ]
        return wanted, sight.facts(wanted)

    if sight.is_current and not (only_media or only_pinned or tagged is not None):
        found = _picked(window, _source(sight, _OF_AUTHOR, author=author_id), choose)
        if found is not None:
            return found
    return queries.profile_posts(
        sight.r, sight.viewer, author_id, window, only_media=only_media, excludes_replies=excludes_replies,
        excludes_boosts=excludes_boosts, only_pinned=only_pinned, tagged=tagged,
    )  # fmt: skip


def _source(sight: Sight, statements: tuple[Hot, Hot], **values: int) -> Source:
    """Ids between two, from the one end or (``ascends``) the other."""

    def ids(above: int, below: int, most: int, *, ascends: bool) -> list[int]:
        rows = sight.r.fast(statements[ascends], above=above, below=below, most=most, **values)
        return [row[0] for row in rows]

    return ids


def _picked(window: Window, source: Source, choose: Callable[[list[int]], Chosen]) -> Found | None:
    """A page of ids in order: those that ``choose`` picks and has facts of; None where that is few of many."""
    ascends = window.min_id is not None
    below = LARGEST_ID if window.max_id is None else window.max_id
    above = (window.min_id if ascends else window.since_id) or 0
    most = window.limit * 2 + SPARE
    page: list[int] = []
    facts: dict[int, Facts] = {}
    for _ in range(MOST_ROUNDS):
        ids = source(above, below, most, ascends=ascends)
        wanted, seen = choose(ids)
        page += [number for number in wanted if number in seen]
        facts |= seen
        if len(page) >= window.limit or len(ids) < most:
            page = page[: window.limit]
            return Found.of(page[::-1] if ascends else page, facts)
        if ascends:
            above = ids[-1]
        else:
            below = ids[-1]
        most *= 4
    return None
