"""Catching up after being away: what came at home meanwhile, counted from one look at the home timeline.

For what the ring and the memory of posts hold no row is read at all; behind them it is one page of the home timeline,
however long somebody was away.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import NamedTuple

from holdfast.posts import Facts, Sight
from holdfast.store import Read, Window
from holdfast.timelines.home import Home

MOST_COUNTED = 1_000
"""Posts and boosts that are looked at, the newest ones."""

MOST_NAMED = 5
"""Posts in each list."""

_answers: Callable[[Facts], int] = attrgetter("replies_count")
_boosts: Callable[[Facts], int] = attrgetter("boosts_count")
_favourites: Callable[[Facts], int] = attrgetter("favourites_count")


class Share(NamedTuple):
    """How much of what came is by one account."""

    account_id: int
    posts: int
    boosts: int


class CatchUp(NamedTuple):
    """What others wrote and boosted. Posts are ids: those that most people did something with, first."""

    posts: int
    boosts: int
    is_whole: bool  # False: there is more, and only the newest were looked at
    shares: list[Share]  # by whom most came, first
    marked: list[int]  # posts of those of whom the reader wants to be told, newest first
    answered: list[int]
    boosted: list[int]
    favourited: list[int]


def catch_up(
    r: Read, home: Home, viewer: int, above: int, sight: Sight | None = None, *, most: int = MOST_COUNTED
) -> CatchUp:
    """What came into a reader's home timeline with ids above this one; of more than ``most``, the newest."""
    page = home.page(r, viewer, Window(since_id=above, limit=most + 1), sight)
    reader = home.reader(r, viewer, sight)
    others = [one for one in map(page.facts.__getitem__, page.ids[:most]) if one.author_id != viewer]
    boosted = [page.facts[one.boost_of_id] for one in others if one.boost_of_id is not None]
    written = [one for one in others if one.boost_of_id is None]
    # Home shows a post once: of one that came twice, the boost by somebody else who is followed.
    written += [one for one in boosted if one.id > above and one.author_id in reader.authors - {viewer}]
    written.sort(key=attrgetter("id"), reverse=True)
    posts = Counter(one.author_id for one in written)
    boosts = Counter(one.author_id for one in others if one.boost_of_id is not None)
    return CatchUp(
        posts.total(),
        boosts.total(),
        len(page.ids) <= most,
        [Share(number, posts[number], boosts[number]) for number, _ in (posts + boosts).most_common()],
        [one.id for one in written if one.author_id in reader.marked][:MOST_NAMED],
        _strongest(written, _answers),
        _strongest(written, _boosts),
        _strongest(written, _favourites),
    )


def _strongest(written: Sequence[Facts], strength: Callable[[Facts], int]) -> list[int]:
    """The posts with the highest number, newer ones first where it is the same; none without any."""
    found = [one for one in written if strength(one)]
    found.sort(key=lambda one: (strength(one), one.id), reverse=True)
    return [one.id for one in found[:MOST_NAMED]]
