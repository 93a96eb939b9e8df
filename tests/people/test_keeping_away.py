"""Blocks, mutes and blocked servers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import update

from holdfast import people
from holdfast.acting import SYSTEM
from holdfast.errors import Invalid
from holdfast.people import tables
from holdfast.store import Window
from holdfast.writes import Ability, Database
from tests.people.builders import Person, counters_agree, crowd, person, remote, set_row, told


def test_a_block_ends_follows_requests_and_endorsements_on_both_sides(db: Database) -> None:
    ada, bo, cy = crowd(db, "ada", "bo", "cy")
    for one, other in ((ada, bo), (bo, ada)):
        people.follow(db, one.acting, other.id)
        people.endorse(db, one.acting, other.id)
    set_row(db, ada, is_locked=True)
    people.follow(db, cy.acting, ada.id)
    revision = bo.account.relations_revision
    for _ in range(2):
        people.block(db, ada.acting, bo.id)
    people.block(db, ada.acting, cy.id)
    seen, felt = ada.sees(bo), bo.sees(ada)
    assert (seen.blocking, seen.following, seen.followed_by, seen.endorsed) == (True, False, False, False)
    assert (felt.blocked_by, felt.blocking, felt.endorsed) == (True, False, False)
    assert not cy.sees(ada).requested
    assert bo.account.relations_revision > revision
    assert len(told(db, people.Blocked)) == 2
    assert len(told(db, people.Unfollowed)) == 2
    assert len(told(db, people.FollowRejected)) == 1
    counters_agree(db)


def test_an_unblock_lets_follow_again_and_restores_nothing(db: Database) -> None:
    ada, bo = crowd(db, "ada", "bo")
    people.follow(db, bo.acting, ada.id)
    people.block(db, ada.acting, bo.id)
    for _ in range(2):
        people.unblock(db, ada.acting, bo.id)
    assert not bo.sees(ada).following
    assert len(told(db, people.Unblocked)) == 1
    people.follow(db, bo.acting, ada.id)


@pytest.mark.parametrize("command", [people.block, people.unblock, people.mute, people.unmute])
def test_nobody_keeps_themselves_or_whom_there_is_not_away(db: Database, command: Callable[..., None]) -> None:
    ada = person(db, "ada")
    with pytest.raises(people.NotWithYourself):
        command(db, ada.acting, ada.id)
    with pytest.raises(people.AccountNotFound):
        command(db, ada.acting, 99)


def test_a_mute_keeps_the_follow_and_can_be_changed(db: Database) -> None:
    ada, bo = crowd(db, "ada", "bo")
    people.follow(db, ada.acting, bo.id)
    for _ in range(2):
        people.mute(db, ada.acting, bo.id)
    seen = ada.sees(bo)
    assert (seen.muting, seen.muting_notifications, seen.muting_expires_at, seen.following) == (True, True, None, True)
    people.mute(db, ada.acting, bo.id, duration_s=3600, hides_notifications=False)
    seen = ada.sees(bo)
    assert not seen.muting_notifications
    assert 3_500_000 < (seen.muting_expires_at or 0) - db.clock.now() <= 3_600_000
    assert len(told(db, people.Muted)) == 2
    for _ in range(2):
        people.unmute(db, ada.acting, bo.id)
    assert not ada.sees(bo).muting
    assert len(told(db, people.Unmuted)) == 1


@pytest.mark.parametrize("duration", [-1, 10**12])
def test_a_mute_without_a_sensible_end_is_refused(db: Database, duration: int) -> None:
    ada, bo = crowd(db, "ada", "bo")
    with pytest.raises(Invalid):
        people.mute(db, ada.acting, bo.id, duration_s=duration)


def end_mute_now(db: Database, target: Person) -> None:
    with db.write(SYSTEM, Ability.JOBS) as w:
        w.run(update(tables.mutes).where(tables.mutes.c.target_id == target.id).values(expires_at=w.now))


def test_a_mute_whose_time_is_over_hides_nothing_and_is_removed_by_the_job(db: Database) -> None:
    ada, bo, cy = crowd(db, "ada", "bo", "cy")
    people.mute(db, ada.acting, bo.id, duration_s=60)
    people.mute(db, ada.acting, cy.id, duration_s=600)
    now = db.clock.now()
    with db.read() as r:
        hidden = people.hidden_ids(r, ada.id, now=now)
        assert [entry.account_id for entry in people.mutes(r, ada.id, Window(), now=now)] == [cy.id, bo.id]
    assert hidden.muted == {bo.id, cy.id}
    assert 0 < (hidden.until or 0) - now <= 60_000
    end_mute_now(db, bo)
    now, revision = db.clock.now(), ada.account.relations_revision
    with db.read() as r:
        assert people.hidden_ids(r, ada.id, now=now).muted == {cy.id}
        assert [entry.account_id for entry in people.mutes(r, ada.id, Window(), now=now)] == [cy.id]
    assert not ada.sees(bo).muting
    for _ in range(2):
        people.expire_mutes(db, people.ExpireMutes())
    assert told(db, people.Unmuted) == [people.Unmuted(account_id=ada.id, target_id=bo.id)]
    assert ada.account.relations_revision == revision + 1
    assert ada.sees(cy).muting


def test_hidden_are_those_one_blocks_mutes_or_is_blocked_by(db: Database) -> None:
    ada, bo, cy, dee, eve = crowd(db, "ada", "bo", "cy", "dee", "eve")
    people.block(db, ada.acting, bo.id)
    people.block(db, cy.acting, ada.id)
    people.mute(db, ada.acting, dee.id, hides_notifications=False)
    people.mute(db, eve.acting, ada.id)
    people.block_domain(db, ada.acting, "bad.example")
    with db.read() as r:
        hidden = people.hidden_ids(r, ada.id, now=db.clock.now())
    assert hidden.ids == {bo.id, cy.id, dee.id}
    assert (hidden.blocked, hidden.blocked_by, hidden.muted) == ({bo.id}, {cy.id}, {dee.id})
    assert (hidden.muted_notifications, hidden.domains, hidden.until) == (set(), {"bad.example"}, None)
    assert bo.id in hidden
    assert eve.id not in hidden


def test_blocking_a_server_ends_the_follows_with_it_and_no_others(db: Database, run_jobs: Callable[[], None]) -> None:
    ada, bo = crowd(db, "ada", "bo")
    cy, dee = remote(db, "cy", "far.example"), remote(db, "dee", "near.example")
    for other in (bo, cy, dee):
        people.follow(db, ada.acting, other.id)
        people.follow(db, other.acting, ada.id)
    for name in ("far.example", "FAR.example."):
        people.block_domain(db, ada.acting, name)
    run_jobs()
    assert (ada.sees(cy).following, ada.sees(cy).followed_by, ada.sees(cy).domain_blocking) == (False, False, True)
    assert (ada.sees(dee).following, ada.sees(dee).followed_by, ada.sees(dee).domain_blocking) == (True, True, False)
    assert ada.sees(bo).following
    assert ada.account.following_count == 2
    counters_agree(db)
    with db.read() as r:
        assert [entry.domain for entry in people.domain_blocks(r, ada.id, Window())] == ["far.example"]
    for _ in range(2):
        people.unblock_domain(db, ada.acting, "far.example")
    assert len(told(db, people.DomainBlocked)) == len(told(db, people.DomainUnblocked)) == 1


def test_ones_own_server_and_what_is_no_domain_cannot_be_blocked(db: Database) -> None:
    ada = person(db, "ada")
    for name in (db.local_domain, "no domain", ""):
        with pytest.raises(Invalid):
            people.block_domain(db, ada.acting, name)
