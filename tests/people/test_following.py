"""Following, asking to follow, and being followed."""

from __future__ import annotations

import pytest

from holdfast import people
from holdfast.people import FollowState
from holdfast.writes import Database
from tests.people.builders import counters_agree, crowd, moderate, person, remote, set_row, told


def test_a_follow_counts_on_both_sides_and_is_told_once(db: Database) -> None:
    ada, bo = crowd(db, "ada", "bo")
    before = ada.account.relations_revision
    for _ in range(2):
        assert people.follow(db, ada.acting, bo.id) is FollowState.FOLLOWING
    assert (ada.account.following_count, bo.account.followers_count) == (1, 1)
    assert ada.account.relations_revision == before + 1
    assert told(db, people.Followed) == [people.Followed(account_id=ada.id, target_id=bo.id)]
    seen = ada.sees(bo)
    assert (seen.following, seen.shows_boosts, seen.notifies, seen.languages) == (True, True, False, None)
    assert bo.sees(ada).followed_by
    counters_agree(db)


def test_following_again_changes_only_the_options_given(db: Database) -> None:
    ada, bo = crowd(db, "ada", "bo")
    people.follow(db, ada.acting, bo.id, notifies=True)
    people.follow(db, ada.acting, bo.id, shows_boosts=False, languages=["de", "en", "de"])
    seen = ada.sees(bo)
    assert (seen.shows_boosts, seen.notifies, seen.languages) == (False, True, ("de", "en"))
    people.follow(db, ada.acting, bo.id, languages=[])
    people.follow(db, ada.acting, bo.id, languages=[], shows_boosts=False, notifies=True)
    assert ada.sees(bo).languages is None
    assert len(told(db, people.FollowChanged)) == 2
    with db.read() as r:
        chosen = people.follow_set(r, ada.id)
    assert (chosen.ids, chosen.without_boosts, chosen.languages) == ({bo.id}, {bo.id}, {})


def test_nobody_follows_themselves_or_whom_there_is_not(db: Database) -> None:
    ada, bo, cy = crowd(db, "ada", "bo", "cy")
    with pytest.raises(people.NotWithYourself):
        people.follow(db, ada.acting, ada.id)
    with pytest.raises(people.AccountNotFound):
        people.follow(db, ada.acting, 12345)
    moderate(db, people.suspend_account, bo)
    moderate(db, people.delete_account, cy)
    for gone in (bo, cy):
        with pytest.raises(people.AccountNotFound):
            people.follow(db, ada.acting, gone.id)
        with pytest.raises(people.AccountUnusable):
            people.follow(db, gone.acting, ada.id)
    counters_agree(db)


def test_a_block_on_either_side_and_a_moved_account_refuse_a_follow(db: Database) -> None:
    ada, bo, cy = crowd(db, "ada", "bo", "cy")
    people.block(db, bo.acting, ada.id)
    with pytest.raises(people.FollowRefused):
        people.follow(db, ada.acting, bo.id)
    with pytest.raises(people.FollowRefused):
        people.follow(db, bo.acting, ada.id)
    set_row(db, cy, moved_to_id=bo.id)
    with pytest.raises(people.FollowRefused, match="moved"):
        people.follow(db, ada.acting, cy.id)
    assert told(db, people.Followed) == []


def test_a_blocked_servers_accounts_cannot_be_followed(db: Database) -> None:
    ada = person(db, "ada")
    cy = remote(db, "cy", "far.example")
    people.block_domain(db, ada.acting, "Far.Example")
    with pytest.raises(people.FollowRefused, match="server"):
        people.follow(db, ada.acting, cy.id)


def test_the_server_limits_how_many_one_may_follow(db: Database) -> None:
    ada, bo, cy, dee = crowd(db, "ada", "bo", "cy", "dee")
    set_row(db, ada, following_count=db.settings.most_follows - 2)
    set_row(db, bo, is_locked=True)
    people.follow(db, ada.acting, bo.id)
    people.follow(db, ada.acting, cy.id)
    with pytest.raises(people.TooManyFollows, match="7500"):
        people.follow(db, ada.acting, dee.id)
    people.follow(db, ada.acting, cy.id, notifies=True)
    people.unfollow(db, ada.acting, bo.id)
    people.follow(db, ada.acting, dee.id)


def test_a_locked_account_is_asked_and_accepts_with_the_options_asked_for(db: Database) -> None:
    ada, bo = crowd(db, "ada", "bo")
    set_row(db, bo, is_locked=True)
    for _ in range(2):
        assert people.follow(db, ada.acting, bo.id, shows_boosts=False, languages=["de"]) is FollowState.REQUESTED
    assert (ada.sees(bo).requested, ada.sees(bo).following, bo.sees(ada).requested_by) == (True, False, True)
    assert bo.account.followers_count == 0
    with db.read() as r:
        assert people.request_count(r, bo.id) == 1
    for _ in range(2):
        people.accept_request(db, bo.acting, ada.id)
    seen = ada.sees(bo)
    assert (seen.requested, seen.following, seen.shows_boosts, seen.languages) == (False, True, False, ("de",))
    assert len(told(db, people.FollowRequested)) == len(told(db, people.FollowAccepted)) == 1
    assert told(db, people.Followed) == []
    counters_agree(db)


def test_a_request_is_turned_down_or_taken_back(db: Database) -> None:
    ada, bo = crowd(db, "ada", "bo")
    set_row(db, bo, is_locked=True)
    people.follow(db, ada.acting, bo.id)
    for _ in range(2):
        people.reject_request(db, bo.acting, ada.id)
    assert not ada.sees(bo).requested
    people.follow(db, ada.acting, bo.id)
    for _ in range(2):
        people.unfollow(db, ada.acting, bo.id)
    assert not ada.sees(bo).requested
    assert len(told(db, people.FollowRejected)) == len(told(db, people.FollowRequestWithdrawn)) == 1
    with pytest.raises(people.RequestNotFound):
        people.accept_request(db, bo.acting, ada.id)


def test_a_limited_account_has_to_ask_anybody(db: Database) -> None:
    ada, bo = crowd(db, "ada", "bo")
    moderate(db, people.limit_account, ada)
    assert people.follow(db, ada.acting, bo.id) is FollowState.REQUESTED


def test_unlocking_accepts_nothing_by_itself(db: Database) -> None:
    ada, bo = crowd(db, "ada", "bo")
    people.update_profile(db, bo.acting, people.ProfileChange(is_locked=True))
    people.follow(db, ada.acting, bo.id)
    people.update_profile(db, bo.acting, people.ProfileChange(is_locked=False))
    assert ada.sees(bo).requested


def test_unfollowing_and_removing_a_follower_end_a_follow_once(db: Database) -> None:
    ada, bo, cy = crowd(db, "ada", "bo", "cy")
    people.follow(db, ada.acting, bo.id)
    people.follow(db, cy.acting, bo.id)
    people.endorse(db, ada.acting, bo.id)
    for _ in range(2):
        people.unfollow(db, ada.acting, bo.id)
        people.remove_follower(db, bo.acting, cy.id)
    assert not ada.sees(bo).endorsed
    assert bo.account.followers_count == 0
    assert len(told(db, people.Unfollowed)) == 2
    counters_agree(db)
