"""Who may see a status: the SQL clause and the pure function say the same, and it is the right thing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import bindparam, delete, insert, select, update

from holdfast import people, posts
from holdfast.people.tables import accounts, blocks, domain_blocks, follows, mutes
from holdfast.posts import Audience, may_see, not_hidden_for, visible_to
from holdfast.posts.tables import mentions, statuses, thread_mutes
from holdfast.posts.visibility import RESTRICTIONS
from holdfast.store import Hot, Transaction
from holdfast.writes import Database
from tests.posts.builders import Member, change_account, member

PEOPLE = (1, 2, 3)
PAIRS = [(one, other) for one in PEOPLE for other in PEOPLE if one != other]
HOT = Hot(lambda: select(statuses.c.id).where(visible_to(bindparam("viewer"))))


@dataclass(frozen=True)
class Written:
    """A post of the made-up world; ``boosts`` is the place of an earlier one in the list."""

    author: int
    visibility: str
    is_deleted: bool
    restriction: str | None
    mentioned: frozenset[int]
    boosts: int | None


@dataclass(frozen=True)
class World:
    gone: frozenset[int]
    follows: frozenset[tuple[int, int]]
    blocks: frozenset[tuple[int, int]]
    posts: tuple[Written, ...]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    written: list[Written] = []
    for _ in range(draw(st.integers(1, 6))):
        originals = [place for place, post in enumerate(written) if post.boosts is None]
        boosts = draw(st.sampled_from(originals)) if originals and draw(st.booleans()) else None
        written.append(
            Written(
                draw(st.sampled_from(PEOPLE)),
                draw(st.sampled_from(posts.VISIBILITIES)),
                draw(st.sampled_from([False, False, False, True])),
                draw(st.sampled_from([None, None, *RESTRICTIONS])),
                frozenset() if boosts is not None else draw(st.frozensets(st.sampled_from(PEOPLE), max_size=2)),
                boosts,
            )
        )
    pairs = st.frozensets(st.sampled_from(PAIRS), max_size=4)
    gone = draw(st.frozensets(st.sampled_from(PEOPLE), max_size=1)) if draw(st.booleans()) else frozenset()
    return World(gone, draw(pairs), draw(pairs), tuple(written))


def build(tx: Transaction, world: World) -> None:
    for table in (follows, blocks, mentions, statuses):
        tx.run(delete(table))
    tx.run(update(accounts).values(suspended_at=None))
    tx.run(update(accounts).where(accounts.c.id.in_(world.gone)).values(suspended_at=1))
    for table, pairs in ((follows, world.follows), (blocks, world.blocks)):
        extra = {"shows_boosts": True, "notifies": False} if table is follows else {}
        for number, (one, other) in enumerate(sorted(pairs)):
            tx.run(insert(table).values(id=number, account_id=one, target_id=other, created_at=1, **extra))
    taken: set[tuple[int, int]] = set()
    for number, post in enumerate(world.posts):
        if post.boosts is not None and (post.author, post.boosts) in taken:
            continue  # one boost each
        if post.boosts is not None and not post.is_deleted:
            taken.add((post.author, post.boosts))
        tx.run(insert(statuses).values(**_status(number, post)))
        for account_id in post.mentioned:
            tx.run(insert(mentions).values(status_id=number, account_id=account_id, position=0))


def _status(number: int, post: Written) -> dict[str, Any]:
    return {
        **dict.fromkeys(("text", "html", "spoiler_text"), ""),
        "id": number,
        "uri": f"s{number}",
        "author_id": post.author,
        "is_local": True,
        "visibility": post.visibility,
        "boost_of_id": post.boosts,
        "thread_id": number,
        "is_sensitive": False,
        "media_count": 0,
        "created_at": 1,
        "deleted_at": 1 if post.is_deleted else None,
        "restriction": post.restriction,
    }


def audience(world: World, place: int, viewer: int | None) -> Audience:
    post = world.posts[place]
    return Audience(
        author_id=post.author,
        visibility=post.visibility,
        is_deleted=post.is_deleted,
        restriction=post.restriction,
        author_is_gone=post.author in world.gone,
        viewer_follows=(viewer, post.author) in world.follows,
        viewer_is_mentioned=viewer in post.mentioned,
        author_blocks_viewer=(post.author, viewer) in world.blocks,
        original=None if post.boosts is None else audience(world, post.boosts, viewer),
    )


def test_the_clause_and_the_function_agree(db: Database) -> None:
    for number in PEOPLE:
        change_account(db, member(db, f"person{number}").id, id=number)

    @settings(
        max_examples=120, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow], database=None
    )
    @given(worlds())
    def agree(world: World) -> None:
        with db.store.transaction() as tx:
            build(tx, world)
            there = set(tx.ids(select(statuses.c.id)))
            for viewer in (None, *PEOPLE, 9):
                expected = {place for place in there if may_see(viewer, audience(world, place, viewer))}
                assert set(tx.ids(select(statuses.c.id).where(visible_to(viewer)))) == expected
                assert {found[0] for found in tx.fast(HOT, viewer=viewer)} == expected

    agree()


def sees(db: Database, viewer: Member | None, status_id: int) -> bool:
    with db.read() as r:
        return bool(posts.visible_ids(r, viewer.id if viewer else None, [status_id]))


def test_followers_mentioned_and_author_see_a_private_post(db: Database, ada: Member, bo: Member, jo: Member) -> None:
    bo.follows(ada)
    number = ada.publishes("@jo hello", visibility="private")
    other = ada.publishes("hello", visibility="private")
    assert [sees(db, viewer, number) for viewer in (ada, bo, jo, None)] == [True, True, True, False]
    assert [sees(db, viewer, other) for viewer in (ada, bo, jo, None)] == [True, True, False, False]


def test_a_direct_post_is_for_the_mentioned_and_not_for_followers(
    db: Database, ada: Member, bo: Member, jo: Member
) -> None:
    bo.follows(ada)
    number = ada.publishes("@jo hello", visibility="direct")
    assert [sees(db, viewer, number) for viewer in (ada, bo, jo, None)] == [True, False, True, False]


def test_whom_the_author_blocks_sees_nothing_of_it(db: Database, ada: Member, bo: Member, jo: Member) -> None:
    number = ada.publishes()
    boost = jo.does(posts.boost, number)
    ada.blocks(bo)
    assert [sees(db, bo, number), sees(db, bo, boost), sees(db, jo, boost)] == [False, False, True]


def test_a_suspended_authors_posts_are_gone_and_come_back(db: Database, ada: Member, bo: Member) -> None:
    number = ada.publishes()
    change_account(db, ada.id, suspended_at=1)
    assert not sees(db, bo, number)
    change_account(db, ada.id, suspended_at=None)
    assert sees(db, bo, number)


def shown(db: Database, viewer: Member, **named: Any) -> set[int]:
    with db.read() as r:
        return set(r.ids(select(statuses.c.id).where(not_hidden_for(viewer.id, db.clock.now(), **named))))


def test_feeds_hide_whom_the_viewer_blocks_or_mutes_and_their_boosted_posts(
    db: Database, ada: Member, bo: Member, jo: Member
) -> None:
    number = ada.publishes()
    boost = jo.does(posts.boost, number)
    own = bo.publishes()
    assert shown(db, bo) == {number, boost, own}
    bo.does(people.mute, ada.id)
    assert shown(db, bo) == {own}
    assert sees(db, bo, number)  # hidden from feeds is not forbidden
    with db.store.transaction() as tx:
        tx.run(mutes.update().values(expires_at=db.clock.now() - 1))
    assert shown(db, bo) == {number, boost, own}
    bo.blocks(ada)
    assert shown(db, bo) == {own}


def test_feeds_hide_blocked_domains(db: Database, ada: Member, bo: Member) -> None:
    number = ada.publishes()
    change_account(db, ada.id, domain="far.example")
    with db.store.transaction() as tx:
        tx.run(insert(domain_blocks).values(id=1, account_id=bo.id, domain="far.example", created_at=1))
    assert shown(db, bo) == set()
    assert sees(db, bo, number)


def test_muted_threads_are_hidden_only_where_that_is_asked_for(db: Database, ada: Member, bo: Member) -> None:
    number = ada.publishes()
    bo.does(posts.mute_thread, number)
    bo.does(posts.mute_thread, number)
    assert shown(db, bo) == {number}
    assert shown(db, bo, muted_threads=True) == set()
    bo.does(posts.unmute_thread, number)
    assert shown(db, bo, muted_threads=True) == {number}
    with db.read() as r:
        assert not r.exists(select(thread_mutes))
