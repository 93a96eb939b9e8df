"""What came while somebody was away: the same from the ring and from behind its end, and no more than is looked at."""

from __future__ import annotations

import pytest

from holdfast import people, posts
from holdfast.timelines import CatchUp, Share, Timelines, catch_up
from holdfast.writes import Database
from tests.posts.builders import Member, member


def came(db: Database, feed: Timelines, who: Member, above: int, most: int = 100) -> CatchUp:
    with db.read() as r:
        return catch_up(r, feed.home, who.id, above, most=most)


@pytest.mark.parametrize("capacity", [100, 2])
def test_what_came_is_counted_by_author_and_ranked(db: Database, capacity: int) -> None:
    jo, ada, bo, far = (member(db, name) for name in ("jo", "ada", "bo", "far"))
    jo.does(people.follow, ada.id, notifies=True)
    jo.does(people.follow, bo.id)
    seen = ada.publishes("Seen already")
    first, second, third = (ada.publishes(words) for words in ("First", "Second", "Third"))
    told = bo.publishes("Told")
    bo.does(posts.boost, seen)
    jo.publishes("My own")
    far.publishes("Not for Jo")
    far.does(posts.favourite, second)
    far.does(posts.favourite, third)
    jo.does(posts.favourite, second)
    far.does(posts.boost, told)
    feed = Timelines(db, capacity=capacity)
    found = came(db, feed, jo, seen)
    assert (found.posts, found.boosts, found.is_whole) == (4, 1, True)
    assert found.shares == [Share(ada.id, 3, 0), Share(bo.id, 1, 1)]
    assert found.marked == [third, second, first]
    assert (found.answered, found.boosted, found.favourited) == ([], [told], [second, third])
    less = came(db, feed, jo, seen, most=3)  # the own post, the boost, and what Bo told
    assert (less.posts, less.boosts, less.is_whole) == (1, 1, False)
    assert less.shares == [Share(bo.id, 1, 1)]
    jo.does(people.follow, ada.id, notifies=False)
    jo.does(people.mute, bo.id)
    found = came(db, feed, jo, seen)
    assert found.shares == [Share(ada.id, 3, 0)]
    assert (found.marked, found.boosted) == ([], [])
