"""Boosts, favourites, bookmarks and pins: asked twice they are there once."""

from __future__ import annotations

from typing import Any

import pytest

from holdfast import posts
from holdfast.acting import SYSTEM, Acting
from holdfast.errors import Invalid
from holdfast.posts import (
    AccountNotActive,
    CannotBoost,
    CannotPin,
    NoSuchStatus,
    StatusBookmarked,
    StatusDeleted,
    StatusFavourited,
    StatusPinned,
    StatusPublished,
    StatusUnfavourited,
    StatusUnpinned,
)
from holdfast.posts.tables import bookmarks, favourites, pins
from holdfast.writes import Database
from tests.posts.builders import Member, account_row, change_account, count, row, told


def test_a_boost_is_a_status_of_its_own_and_counts(db: Database, ada: Member, bo: Member) -> None:
    number = ada.publishes("Hi #tag", language="de")
    boost = bo.does(posts.boost, number)
    assert bo.does(posts.boost, number) == boost
    assert bo.does(posts.boost, boost) == boost
    made = row(db, boost)
    assert (made.boost_of_id, made.author_id, made.visibility, made.thread_id) == (number, bo.id, "public", number)
    assert row(db, number).boosts_count == 1
    assert (account_row(db, bo.id).statuses_count, account_row(db, bo.id).newest_status_id) == (1, boost)
    event = told(db, StatusPublished)[-1]
    assert (event.status_id, event.boost_of_id, event.boosted_author_id, event.language) == (
        boost,
        number,
        ada.id,
        "de",
    )


def test_a_boost_taken_back_can_be_given_again(db: Database, ada: Member, bo: Member) -> None:
    number = ada.publishes()
    boost = bo.does(posts.boost, number)
    assert bo.does(posts.unboost, number) == number
    assert bo.does(posts.unboost, number) == number
    assert row(db, number).boosts_count == 0
    assert [(event.status_id, event.boost_of_id) for event in told(db, StatusDeleted)] == [(boost, number)]
    again = bo.does(posts.boost, number, "unlisted")
    assert bo.does(posts.unboost, again) == number
    assert again != boost


def test_only_the_author_passes_a_private_post_on_and_nobody_a_direct_one(
    db: Database, ada: Member, bo: Member
) -> None:
    bo.follows(ada)
    private = ada.publishes("x", visibility="private")
    direct = ada.publishes("@bo", visibility="direct")
    for author, number in ((bo, private), (bo, direct), (ada, direct)):
        with pytest.raises(CannotBoost):
            author.does(posts.boost, number)
    assert row(db, ada.does(posts.boost, private)).visibility == "private"


def test_racing_favourites_count_once(db: Database, ada: Member, bo: Member) -> None:
    number = ada.publishes()
    futures = [db.submit(lambda: posts.favourite(db, bo.acting, number)) for _ in range(6)]
    assert {future.result() for future in futures} == {number}
    assert (row(db, number).favourites_count, count(db, favourites)) == (1, 1)
    assert told(db, StatusFavourited) == [StatusFavourited(status_id=number, author_id=ada.id, account_id=bo.id)]


def test_racing_boosts_make_one(db: Database, ada: Member, bo: Member) -> None:
    number = ada.publishes()
    futures = [db.submit(lambda: posts.boost(db, bo.acting, number)) for _ in range(6)]
    assert len({future.result() for future in futures}) == 1
    assert (row(db, number).boosts_count, account_row(db, bo.id).statuses_count) == (1, 1)


def test_a_favourite_is_taken_back_once_and_also_when_the_post_is_hidden(db: Database, ada: Member, bo: Member) -> None:
    number = ada.publishes()
    bo.does(posts.favourite, bo.does(posts.boost, number))  # of a boost: what it boosts
    ada.blocks(bo)
    bo.does(posts.unfavourite, number)
    assert row(db, number).favourites_count == 0
    assert len(told(db, StatusUnfavourited)) == 1
    with pytest.raises(NoSuchStatus):
        bo.does(posts.unfavourite, number)


def test_a_bookmark_is_kept_once_and_nobody_else_is_told(db: Database, ada: Member, bo: Member) -> None:
    number = ada.publishes()
    for _ in range(2):
        bo.does(posts.bookmark, number)
    assert told(db, StatusBookmarked) == [StatusBookmarked(status_id=number, account_id=bo.id)]
    for _ in range(2):
        bo.does(posts.unbookmark, number)
    assert count(db, bookmarks) == 0


def test_a_sixth_pin_is_refused(db: Database, ada: Member) -> None:
    *five, sixth = [ada.publishes() for _ in range(6)]
    for number in five:
        ada.does(posts.pin, number)
        ada.does(posts.pin, number)
    with pytest.raises(CannotPin, match="up to 5 posts"):
        ada.does(posts.pin, sixth)
    assert len(told(db, StatusPinned)) == 5
    ada.does(posts.unpin, five[0])
    ada.does(posts.pin, sixth)
    assert len(told(db, StatusUnpinned)) == 1


def test_two_pins_that_would_be_one_too_many_cannot_race(db: Database, ada: Member) -> None:
    db.set_settings(SYSTEM, {"most_pins": 1})
    numbers = [ada.publishes() for _ in range(4)]
    futures = [db.submit(lambda number=number: posts.pin(db, ada.acting, number)) for number in numbers]
    assert [type(future.exception()) for future in futures].count(CannotPin) == 3
    assert count(db, pins) == 1


@pytest.mark.parametrize(("kind", "words"), [("other", "Someone else"), ("boost", "boost"), ("direct", "mentioned")])
def test_what_cannot_be_pinned_says_why(ada: Member, bo: Member, kind: str, words: str) -> None:
    number = {
        "other": lambda: bo.publishes(),
        "boost": lambda: ada.does(posts.boost, bo.publishes()),
        "direct": lambda: ada.publishes("@bo", visibility="direct"),
    }[kind]()
    with pytest.raises(CannotPin, match=words) as caught:
        ada.does(posts.pin, number)
    assert isinstance(caught.value, Invalid)


@pytest.mark.parametrize(
    "command",
    [posts.boost, posts.favourite, posts.bookmark, posts.pin, posts.mute_thread, posts.unboost, posts.unbookmark],
)
def test_a_hidden_post_is_not_found_and_the_suspended_are_refused(
    db: Database, ada: Member, bo: Member, command: Any
) -> None:
    number = ada.publishes("x", visibility="private")
    with pytest.raises(NoSuchStatus):
        bo.does(command, number)
    change_account(db, ada.id, suspended_at=1)
    with pytest.raises(AccountNotActive):
        command(db, Acting(account_id=ada.id), number)
