"""Hashtags: followed, found, counted."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from holdfast import posts
from holdfast.people.tables import accounts
from holdfast.posts import NoSuchTag, TagFollowed, TagUnfollowed
from holdfast.store import DAY, Window
from holdfast.writes import Database
from tests.posts.builders import Member, told


def revision(db: Database, account_id: int) -> int:
    with db.read() as r:
        return int(r.value(select(accounts.c.relations_revision).where(accounts.c.id == account_id)))


def test_a_hashtag_is_followed_once_and_unfollowed_once(db: Database, ada: Member) -> None:
    before = revision(db, ada.id)
    for written in ("Ships", "#ships"):
        assert ada.does(posts.follow_tag, written) == "ships"
    ada.does(posts.follow_tag, "boats")
    with db.read() as r:
        found = posts.followed_tags(r, ada.id, Window())
        assert [(item.tag.name, item.tag.display_name) for item in found] == [("boats", "boats"), ("ships", "Ships")]
        assert posts.followed_tags(r, ada.id, Window(max_id=found[0].follow_id)) == found[1:]
        assert posts.followed_among(r, ada.id, [found[1].tag.id or 0, 5]) == {found[1].tag.id}
    for _ in range(2):
        ada.does(posts.unfollow_tag, "SHIPS")
    assert (len(told(db, TagFollowed)), len(told(db, TagUnfollowed))) == (2, 1)
    assert revision(db, ada.id) == before + 3


@pytest.mark.parametrize("written", ["", "#", "!!!", "x" * 101])
def test_what_cannot_be_a_hashtag_is_not_found(ada: Member, written: str) -> None:
    with pytest.raises(NoSuchTag):
        ada.does(posts.follow_tag, written)


def test_a_hashtag_nobody_used_can_be_shown(db: Database) -> None:
    with db.read() as r:
        assert posts.tag_named(r, "#Fresh") == posts.TagFacts(None, "fresh", "Fresh")


def test_search_finds_by_beginning_the_most_used_first(db: Database, ada: Member, bo: Member) -> None:
    ada.publishes("#shipyard #ships #sheep")
    bo.publishes("#ships")
    with db.read() as r:
        now = db.clock.now()
        assert [tag.name for tag in posts.search_tags(r, "#Ship", now)] == ["ships", "shipyard"]
        assert [tag.name for tag in posts.search_tags(r, "sh", now, limit=1, offset=1)] == ["sheep"]
        assert posts.search_tags(r, "%", now) == []


def test_the_history_has_seven_days_with_the_empty_ones(db: Database, ada: Member, bo: Member) -> None:
    for who in (ada, bo, bo):
        who.publishes("#ships")
    now = db.clock.now()
    with db.read() as r:
        tag = posts.tags_named(r, ["ships"])["ships"]
        days = posts.tag_history(r, [tag.id or 0], now)[tag.id or 0]
    today = now // DAY * DAY // 1000
    assert [(day.day_s, day.uses, day.accounts) for day in days[:2]] == [(today, 3, 2), (today - 86_400, 0, 0)]
    assert len(days) == 7
