"""Single cases of home timelines: the ring keeps up with edits, and what is behind its end is no different."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from holdfast import people, posts
from holdfast.people.tables import accounts
from holdfast.posts import StatusChange
from holdfast.store import ManualClock, Window
from holdfast.timelines import Timelines
from holdfast.timelines.ring import SLACK, Entry, Ring
from holdfast.writes import Database
from tests.posts.builders import Member, member


def home(db: Database, feed: Timelines, who: Member, window: Window | None = None) -> list[int]:
    with db.read() as r:
        return feed.home.page(r, who.id, window or Window()).ids


@pytest.fixture
def me(db: Database) -> Member:
    return member(db, "jo")


@pytest.fixture
def ada(db: Database) -> Member:
    return member(db, "ada")


def far(db: Database, name: str) -> Member:
    """Somebody of another server."""
    found = member(db, name)
    with db.store.transaction() as tx:
        tx.run(update(accounts).where(accounts.c.id == found.id).values(domain="far.example"))
    return found


def test_a_post_whose_language_is_edited_comes_and_goes(db: Database, me: Member, ada: Member) -> None:
    me.does(people.follow, ada.id, languages=("de",))
    feed = Timelines(db)
    made = ada.publishes("Hello", language="en")
    assert home(db, feed, me) == []
    ada.does(posts.edit, made, StatusChange(text="Hallo", language="de"))
    assert home(db, feed, me) == home(db, Timelines(db), me) == [made]
    ada.does(posts.edit, made, StatusChange(text="Hello", language="en"))
    assert home(db, feed, me) == home(db, Timelines(db), me) == []


def test_a_post_whose_hashtags_are_edited_comes_and_goes(db: Database, me: Member, ada: Member) -> None:
    me.does(posts.follow_tag, "boats")
    feed = Timelines(db)
    made = ada.publishes("Hello")
    assert home(db, feed, me) == []
    ada.does(posts.edit, made, StatusChange(text="Hello #boats"))
    assert home(db, feed, me) == home(db, Timelines(db), me) == [made]
    ada.does(posts.edit, made, StatusChange(text="Hello #birds"))
    assert home(db, feed, me) == home(db, Timelines(db), me) == []


@pytest.mark.parametrize("capacity", [1, 2, 5, 100])
def test_posts_with_followed_hashtags_are_met_also_behind_the_rings_end(
    db: Database, me: Member, ada: Member, capacity: int
) -> None:
    bo = member(db, "bo")
    me.follows(bo)
    for name in ("boats", "birds"):
        me.does(posts.follow_tag, name)
    made = []
    for number in range(4):
        made += [ada.publishes(f"{number} #boats #birds"), bo.publishes(f"{number} #boats"), ada.publishes("none")]
        ada.publishes("@jo #boats", in_reply_to_id=made[-1])
        ada.publishes("#boats", visibility="unlisted")
    expected = [number for place, number in enumerate(made) if place % 3 != 2][::-1]
    feed = Timelines(db, capacity)
    assert home(db, feed, me) == expected
    pages: list[int] = []
    while page := home(db, feed, me, Window(max_id=pages[-1] if pages else None, limit=3)):
        pages += page
    assert pages == expected
    back: list[int] = []
    while page := home(db, feed, me, Window(min_id=back[0] if back else 0, limit=3)):
        back = page + back
    assert back == expected


def test_boosts_and_hashtags_of_a_blocked_domain_stay_away(db: Database, me: Member, ada: Member) -> None:
    cy = far(db, "cy")
    me.follows(ada)
    me.does(posts.follow_tag, "boats")
    feed = Timelines(db)
    tagged = cy.publishes("#boats")
    boosted = ada.does(posts.boost, cy.publishes("far away"))
    assert home(db, feed, me) == [boosted, tagged]
    me.does(people.block_domain, "far.example")
    assert home(db, feed, me) == home(db, Timelines(db, 1), me) == []
    me.does(people.unblock_domain, "far.example")
    assert home(db, feed, me) == [boosted, tagged]


def test_a_mute_ends_with_its_time(timed: tuple[Database, ManualClock]) -> None:
    db, clock = timed
    me, ada = member(db, "jo"), member(db, "ada")
    me.follows(ada)
    feed = Timelines(db)
    made = ada.publishes("Hello")
    me.does(people.mute, ada.id, duration_s=60)
    assert home(db, feed, me) == []
    clock.advance(59_000)
    assert home(db, feed, me) == []
    clock.advance(1_000)
    assert home(db, feed, me) == [made]


def test_a_full_ring_lets_the_oldest_go_and_stays_whole() -> None:
    ring = Ring(capacity=100)
    ring.fill([], holds_all=True)
    last = 100 + 2 * SLACK + 7
    for number in range(1, last + 1):
        tags = ("third",) if number % 3 == 0 else ()
        ring.add(Entry(number, number % 2, "public", tags=tags))
    oldest = ring.oldest()
    assert 100 <= len(ring) < 100 + SLACK and oldest == last - len(ring) + 1
    held = range(last, oldest - 1, -1)
    both = ring.newest_first((0, 1), below=None, above=0)
    assert [entry.id for entry in both] == list(held)
    assert [entry.id for entry in ring.newest_first((1,), below=last, above=oldest)] == [
        number for number in held if number % 2 and oldest < number < last
    ]
    assert [entry.id for entry in ring.oldest_first((0,), above=0)] == [n for n in reversed(held) if n % 2 == 0]
    assert [entry.id for entry in ring.tagged(("third",), below=None, above=0)] == [n for n in held if n % 3 == 0]
