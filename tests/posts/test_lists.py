"""Lists of posts: what stands in them, in which order, cut into pages."""

from __future__ import annotations

from typing import Any

import pytest

from holdfast import people, posts
from holdfast.posts import NoSuchStatus
from holdfast.posts.tables import statuses
from holdfast.store import Window
from holdfast.writes import Database
from tests.posts.builders import Member, change_account, picture, row


def public(db: Database, viewer: Member | None = None, window: Window | None = None, **named: Any) -> list[int]:
    with db.read() as r:
        return posts.public_posts(r, viewer.id if viewer else None, window or Window(), **named)


def tagged(db: Database, *names: str, viewer: Member | None = None, **named: Any) -> list[int]:
    with db.read() as r:
        return posts.tag_posts(r, viewer.id if viewer else None, Window(), any_of=names, **named)


def profile(db: Database, author: Member, viewer: Member | None = None, **named: Any) -> list[int]:
    with db.read() as r:
        return posts.profile_posts(r, viewer.id if viewer else None, author.id, Window(), **named)


def test_the_public_timeline_has_public_posts_newest_first(db: Database, ada: Member, bo: Member, jo: Member) -> None:
    first, second = ada.publishes(), bo.publishes()
    own_thread = ada.publishes("more", in_reply_to_id=first)
    ada.publishes("reply", in_reply_to_id=second)
    for visibility in ("unlisted", "private", "direct"):
        ada.publishes("@bo", visibility=visibility)
    bo.does(posts.boost, first)
    gone = jo.publishes()
    jo.does(posts.delete, gone)
    expected = [own_thread, second, first]
    assert public(db) == public(db, jo) == expected
    change_account(db, bo.id, limited_at=1)
    assert public(db) == [own_thread, first]
    jo.does(people.mute, ada.id)
    assert public(db, jo) == []


def test_the_public_timeline_can_be_cut_to_ours_to_others_and_to_pictures(
    db: Database, ada: Member, bo: Member
) -> None:
    ours, pictured = ada.publishes(), ada.publishes("x", media_ids=(picture(ada),))
    far = bo.publishes()
    with db.store.transaction() as tx:
        tx.run(statuses.update().where(statuses.c.id == far).values(is_local=False))
    assert public(db, is_local=True) == [pictured, ours]
    assert public(db, is_local=False) == [far]
    assert public(db, ada, only_media=True) == [pictured]


@pytest.mark.parametrize("signed_in", [False, True])
def test_pages_go_down_up_and_to_the_newest(db: Database, ada: Member, signed_in: bool) -> None:
    viewer = ada if signed_in else None
    a, b, c, d, e = (ada.publishes() for _ in range(5))
    assert public(db, viewer, Window(limit=2)) == [e, d]
    assert public(db, viewer, Window(max_id=d, limit=2)) == [c, b]
    assert public(db, viewer, Window(since_id=a, limit=2)) == [e, d]
    assert public(db, viewer, Window(min_id=a, limit=2)) == [c, b]
    assert public(db, viewer, Window(min_id=a, max_id=c, limit=9)) == [b]


def test_hashtags_are_combined(db: Database, ada: Member, bo: Member) -> None:
    one, both, other = ada.publishes("#one"), ada.publishes("#one #two"), bo.publishes("#Two #three")
    ada.publishes("#one", visibility="unlisted")
    assert tagged(db, "One") == tagged(db, "one", viewer=bo) == [both, one]
    assert tagged(db, "one", "two") == [other, both, one]
    assert tagged(db, "one", all_of=["TWO"]) == [both]
    assert tagged(db, "one", "#two", none_of=["three"]) == [both, one]
    assert tagged(db, "one", all_of=["never"]) == tagged(db, "never") == []
    bo.blocks(ada)
    assert tagged(db, "one", "two", viewer=bo) == [other]


def test_a_profile_shows_each_viewer_what_they_may_see(db: Database, ada: Member, bo: Member, jo: Member) -> None:
    bo.follows(ada)
    numbers = [ada.publishes("@jo", visibility=visibility) for visibility in posts.VISIBILITIES]
    assert profile(db, ada) == [numbers[1], numbers[0]]
    assert profile(db, ada, bo) == [numbers[2], numbers[1], numbers[0]]
    assert profile(db, ada, jo) == profile(db, ada, ada) == numbers[::-1]


def test_a_profile_is_cut_by_kind(db: Database, ada: Member, bo: Member) -> None:
    far = bo.publishes()
    post = ada.publishes("#ships")
    own_thread = ada.publishes("more", in_reply_to_id=post)
    reply = ada.publishes("Hm", in_reply_to_id=far)
    boost = ada.does(posts.boost, far)
    pictured = ada.publishes("x", media_ids=(picture(ada),))
    assert profile(db, ada) == [pictured, boost, reply, own_thread, post]
    assert profile(db, ada, excludes_replies=True) == [pictured, boost, own_thread, post]
    assert profile(db, ada, bo, excludes_replies=True, excludes_boosts=True) == [pictured, own_thread, post]
    assert profile(db, ada, only_media=True) == [pictured]
    assert profile(db, ada, tagged="Ships") == [post]


def test_pinned_posts_come_last_pinned_first_and_only_to_those_who_may_see_them(
    db: Database, ada: Member, bo: Member
) -> None:
    one, two, private = ada.publishes(), ada.publishes(), ada.publishes("x", visibility="private")
    for number in (two, one, private):
        ada.does(posts.pin, number)
    assert profile(db, ada, ada, only_pinned=True) == [private, one, two]
    assert profile(db, ada, bo, only_pinned=True) == [one, two]


def test_bookmarks_and_favourites_come_latest_mark_first_without_what_is_hidden(
    db: Database, ada: Member, bo: Member
) -> None:
    one, two = ada.publishes(), ada.publishes()
    for command in (posts.bookmark, posts.favourite):
        for number in (two, one):
            bo.does(command, number)
    for query in (posts.bookmarks, posts.favourites):
        with db.read() as r:
            found = query(r, bo.id, Window())
            assert [mark.status_id for mark in found] == [one, two]
            assert query(r, bo.id, Window(max_id=found[0].mark_id)) == found[1:]
            assert query(r, bo.id, Window(min_id=found[1].mark_id)) == found[:1]
    ada.does(posts.delete, one)
    with db.read() as r:
        assert [mark.status_id for mark in posts.bookmarks(r, bo.id, Window())] == [two]


def test_who_favourited_and_boosted_a_post(db: Database, ada: Member, bo: Member, jo: Member) -> None:
    number = ada.publishes()
    for who in (bo, jo):
        who.does(posts.favourite, number)
    bo.does(posts.boost, number)
    hidden = jo.does(posts.boost, number, "private")
    with db.read() as r:
        assert [found.account_id for found in posts.favourited_by(r, None, number, Window())] == [jo.id, bo.id]
        assert [found.account_id for found in posts.boosted_by(r, None, number, Window())] == [bo.id]
        mine = posts.boosted_by(r, jo.id, hidden, Window())
        assert [found.account_id for found in mine] == [jo.id, bo.id]
    private = ada.publishes("x", visibility="private")
    for query in (posts.favourited_by, posts.boosted_by):
        with pytest.raises(NoSuchStatus), db.read() as r:
            query(r, bo.id, private, Window())


def test_flags_tell_what_a_viewer_did_with_a_page(db: Database, ada: Member, bo: Member) -> None:
    number = ada.publishes()
    boost = bo.does(posts.boost, number)
    bo.does(posts.favourite, number)
    bo.does(posts.bookmark, number)
    bo.does(posts.mute_thread, number)
    ada.does(posts.pin, number)
    with db.read() as r:
        his = posts.flags(r, bo.id, posts.facts(r, bo.id, [number, boost]).values())
        hers = posts.flags(r, ada.id, posts.facts(r, ada.id, [number, boost]).values())
    assert [set(part) for part in his] == [{number}, {number}, {number}, set(), {number}, {number, boost}]
    assert [set(part) for part in hers] == [set(), set(), set(), {number}, set(), {number}]
    assert row(db, number).favourites_count == 1
