"""Who is told what, once, and how it is taken back; on both engines."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy import insert, select, update

from holdfast import jobs, notifications, people, posts
from holdfast.access import EmailConfirmed, MemberSignedUp
from holdfast.access.tables import members
from holdfast.acting import SYSTEM
from holdfast.notifications import NotificationCreated
from holdfast.notifications.jobs import IS_WATCHED, SLICE
from holdfast.people.tables import follows
from holdfast.posts.tables import poll_votes
from holdfast.store import Window
from holdfast.writes import Ability, Database
from tests.people.builders import remote
from tests.posts.builders import Member, change_account, member, told


def test_a_mention_is_told_once(db: Database, ada: Member, bo: Member, brief, run_jobs) -> None:
    status = ada.publishes("Hello @bo and @bo")
    assert brief(bo) == [("mention", ada.id, status)]
    with db.write(SYSTEM, Ability.JOBS) as w:
        event = told(db, posts.StatusPublished)[0]
        w.enqueue("notifications.named", event)
    assert len(brief(bo)) == 1
    (event,) = told(db, NotificationCreated)
    assert (event.account_id, event.what) == (bo.id, "mention")


def test_a_plain_post_enqueues_no_job(db: Database, ada: Member, bo: Member, run_jobs: Callable[[], None]) -> None:
    bo.follows(ada)
    run_jobs()
    ada.publishes("Nobody is named here")
    with db.read() as r:
        assert not r.exists(select(jobs.table.c.id).where(jobs.table.c.kind.like("notifications.%")))


def test_followers_who_asked_for_it_are_told_of_every_post(ada: Member, bo: Member, jo: Member, brief) -> None:
    bo.does(people.follow, ada.id, notifies=True)
    jo.follows(ada)
    first = ada.publishes("First")
    assert brief(bo) == [("status", ada.id, first)]
    ada.publishes("An answer", in_reply_to_id=jo.publishes("A question"))
    ada.does(posts.boost, jo.publishes("Good"))
    assert len(brief(bo)) == 1
    thread = ada.publishes("More", in_reply_to_id=first)
    assert len(brief(bo)) == 2
    both = ada.publishes("And @bo by name")
    assert brief(bo) == [("mention", ada.id, both), ("status", ada.id, thread), ("status", ada.id, first)]
    assert [kind for kind, *_ in brief(jo)] == ["reblog"]


def test_nobody_is_told_of_their_own_deeds(ada: Member, brief) -> None:
    status = ada.publishes("I, @ada")
    ada.does(posts.favourite, status)
    ada.does(posts.boost, status)
    assert brief(ada) == []


def test_a_favourite_is_told_and_taken_back(ada: Member, bo: Member, brief) -> None:
    status = ada.publishes()
    bo.does(posts.favourite, status)
    assert brief(ada) == [("favourite", bo.id, status)]
    bo.does(posts.unfavourite, status)
    assert brief(ada) == []
    bo.does(posts.favourite, status)
    assert brief(ada) == [("favourite", bo.id, status)]


def test_a_favourite_taken_back_at_once_is_never_told(ada: Member, bo: Member, brief, db: Database) -> None:
    status = ada.publishes()
    bo.does(posts.favourite, status)
    bo.does(posts.unfavourite, status)
    assert brief(ada) == []
    assert told(db, NotificationCreated) == []


def test_a_boost_is_told_with_the_original_and_taken_back(ada: Member, bo: Member, brief) -> None:
    status = ada.publishes()
    bo.does(posts.boost, status)
    assert brief(ada) == [("reblog", bo.id, status)]
    bo.does(posts.unboost, status)
    assert brief(ada) == []


def test_a_follow_is_told_and_taken_back(ada: Member, bo: Member, brief) -> None:
    bo.follows(ada)
    assert brief(ada) == [("follow", bo.id, None)]
    bo.does(people.unfollow, ada.id)
    assert brief(ada) == []


def test_a_request_is_told_and_becomes_a_follow(db: Database, ada: Member, bo: Member, jo: Member, brief) -> None:
    change_account(db, ada.id, is_locked=True)
    bo.follows(ada)
    jo.follows(ada)
    assert {(kind, who) for kind, who, _ in brief(ada)} == {("follow_request", bo.id), ("follow_request", jo.id)}
    ada.does(people.reject_request, jo.id)
    ada.does(people.accept_request, bo.id)
    assert brief(ada) == [("follow", bo.id, None)]
    bo.does(people.unfollow, ada.id)
    assert brief(ada) == []


def test_a_withdrawn_request_is_taken_back(db: Database, ada: Member, bo: Member, brief) -> None:
    change_account(db, ada.id, is_locked=True)
    bo.follows(ada)
    assert len(brief(ada)) == 1
    bo.does(people.unfollow, ada.id)
    assert brief(ada) == []


def test_a_deleted_status_takes_everything_about_it_along(ada: Member, bo: Member, brief) -> None:
    status = ada.publishes("Hello @bo")
    bo.does(posts.favourite, status)
    assert (len(brief(ada)), len(brief(bo))) == (1, 1)
    ada.does(posts.delete, status)
    assert (brief(ada), brief(bo)) == ([], [])


def test_a_status_deleted_before_its_jobs_ran_is_not_told(ada: Member, bo: Member, brief) -> None:
    ada.does(posts.delete, ada.publishes("Hello @bo"))
    assert brief(bo) == []


def test_an_edit_is_told_to_boosters_and_the_newly_mentioned(ada: Member, bo: Member, jo: Member, brief) -> None:
    status = ada.publishes("Hello")
    bo.does(posts.boost, status)
    brief(ada)
    for text in ("Hello @jo", "Hello again @jo"):
        ada.does(posts.edit, status, posts.StatusChange(text=text))
    assert brief(bo) == [("update", ada.id, status)] * 2
    assert brief(jo) == [("mention", ada.id, status)]


def test_the_end_of_a_poll_is_told_to_author_and_voters_once(
    db: Database, ada: Member, bo: Member, jo: Member, brief
) -> None:
    status = ada.publishes("Which?", poll=posts.PollDraft(options=("A", "B"), expires_in_s=300, is_multiple=True))
    (event,) = told(db, posts.StatusPublished)
    bo.does(posts.vote, event.poll_id, [0, 1])
    closed = posts.PollClosed(poll_id=event.poll_id, status_id=status, author_id=ada.id)
    for _ in range(2):
        with db.write(SYSTEM, Ability.JOBS) as w:
            w.record(closed)
    assert brief(ada) == brief(bo) == [("poll", ada.id, status)]
    assert brief(jo) == []


def test_more_voters_than_a_slice_are_all_told(db: Database, ada: Member, bo: Member, heard) -> None:
    status = ada.publishes("Which?", poll=posts.PollDraft(options=("A", "B"), expires_in_s=300))
    (event,) = told(db, posts.StatusPublished)
    with db.write(SYSTEM, Ability.JOBS) as w:
        voters = [people.create_account(w, f"voter{i}x{i * 7919}") for i in range(SLICE + 3)]
        rows = [{"poll_id": event.poll_id, "account_id": v, "position": 0, "created_at": w.now} for v in voters]
        w.run(insert(poll_votes), rows)
        w.record(posts.PollClosed(poll_id=event.poll_id, status_id=status, author_id=ada.id))
    heard(ada)
    assert {e.account_id for e in told(db, NotificationCreated)} == {*voters, ada.id}


@pytest.mark.parametrize("side", ["by the receiver", "by the sender"])
def test_a_block_keeps_both_from_being_told_and_removes_what_was(ada: Member, bo: Member, brief, side: str) -> None:
    status = ada.publishes()
    bo.does(posts.favourite, status)
    bo.publishes("Hello @ada")
    assert len(brief(ada)) == 2
    blocker, other = (ada, bo) if side == "by the receiver" else (bo, ada)
    blocker.blocks(other)
    assert brief(ada) == []
    other.publishes(f"Hello again @{blocker.name}")
    assert (brief(ada), brief(bo)) == ([], [])


def test_a_mute_that_hides_notifications_hides_earlier_ones_for_its_time(ada: Member, bo: Member, brief) -> None:
    first = bo.publishes("Hello @ada")
    assert len(brief(ada)) == 1
    ada.does(people.mute, bo.id)
    bo.publishes("Once more @ada")
    assert brief(ada) == []
    ada.does(people.unmute, bo.id)
    assert brief(ada) == [("mention", bo.id, first)]


def test_a_mute_that_lets_notifications_through_does_so(ada: Member, bo: Member, brief) -> None:
    ada.does(people.mute, bo.id, hides_notifications=False)
    bo.publishes("Hello @ada")
    assert len(brief(ada)) == 1


def test_a_blocked_domain_is_not_heard(db: Database, ada: Member, brief) -> None:
    cy = remote(db, "cy", "far.example")

    def follow() -> None:
        with db.write(SYSTEM, Ability.JOBS) as w:
            notifications.tell(w, ada.id, "follow", cy.id)

    follow()
    assert len(brief(ada)) == 1
    ada.does(people.block_domain, "far.example")
    assert brief(ada) == []
    follow()
    assert brief(ada) == []


def test_a_muted_thread_is_silent(ada: Member, bo: Member, brief) -> None:
    status = ada.publishes()
    ada.does(posts.mute_thread, status)
    answer = bo.publishes("@ada yes", in_reply_to_id=status)
    bo.does(posts.favourite, status)
    assert brief(ada) == []
    ada.does(posts.unmute_thread, status)
    later = bo.publishes("@ada still yes", in_reply_to_id=answer)
    assert brief(ada) == [("mention", bo.id, later)]


def test_a_limited_account_is_heard_by_its_followers_only(db: Database, ada: Member, bo: Member, jo: Member, brief):
    jo.follows(ada)
    brief(ada)
    change_account(db, ada.id, limited_at=1)
    ada.publishes("Hello @bo and @jo")
    assert brief(bo) == []
    assert [kind for kind, *_ in brief(jo)] == ["mention"]


def test_a_suspended_account_is_heard_no_more_until_it_is_restored(db: Database, ada: Member, bo: Member, brief):
    ada.publishes("Hello @bo")
    assert len(brief(bo)) == 1
    change_account(db, ada.id, suspended_at=1)
    assert brief(bo) == []
    change_account(db, ada.id, suspended_at=None)
    assert len(brief(bo)) == 1


def test_a_deleted_account_leaves_no_notification(db: Database, ada: Member, bo: Member, brief) -> None:
    ada.publishes("Hello @bo")
    bo.publishes("Hello @ada")
    assert len(brief(bo)) == 1
    with db.write(SYSTEM, Ability.MODERATION) as w:
        people.delete_account(w, ada.id)
    assert (brief(ada), brief(bo)) == ([], [])


def make_staff(db: Database, who: Member, role: str) -> None:
    with db.write(SYSTEM, Ability.JOBS) as w:
        w.run(insert(members).values(account_id=who.id, role=role, approved_at=1, created_at=1))


def test_the_staff_is_told_of_sign_ups_once_they_are_complete(
    db: Database, ada: Member, bo: Member, jo: Member, brief
) -> None:
    make_staff(db, ada, "moderator")
    make_staff(db, bo, "member")

    def record(event: MemberSignedUp | EmailConfirmed) -> None:
        with db.write(SYSTEM, Ability.JOBS) as w:
            w.record(event)

    record(MemberSignedUp(account_id=jo.id, needs_approval=True, needs_confirmation=True))
    assert brief(ada) == []
    record(EmailConfirmed(account_id=jo.id))
    record(EmailConfirmed(account_id=jo.id, is_change=True))
    assert brief(ada) == [("admin.sign_up", jo.id, None)]
    assert brief(bo) == []


def test_the_staff_hears_of_those_whom_it_blocks(db: Database, ada: Member, bo: Member, brief) -> None:
    make_staff(db, ada, "moderator")
    ada.blocks(bo)
    brief(ada)
    with db.write(SYSTEM, Ability.JOBS) as w:
        w.record(MemberSignedUp(account_id=bo.id, needs_approval=False, needs_confirmation=False))
    assert len(brief(ada)) == 1


def test_the_index_of_watched_authors_is_used(db: Database, ada: Member) -> None:
    statement, values = IS_WATCHED.bind("sqlite" if db.store.is_sqlite else "postgresql", {"author": ada.id})
    explain = "EXPLAIN QUERY PLAN" if db.store.is_sqlite else "EXPLAIN"
    with db.store.transaction() as r:
        if not db.store.is_sqlite:
            r.driver.execute("SET LOCAL enable_seqscan = off")  # of an empty table the planner takes no index
        plan = r.driver.execute(f"{explain} {statement}", values).fetchall()
    assert "ix_follows_notifies" in str(plan)


def test_a_follow_that_no_longer_notifies_is_not_watched(db: Database, ada: Member, bo: Member, brief) -> None:
    bo.does(people.follow, ada.id, notifies=True)
    bo.does(people.follow, ada.id, notifies=False)
    with db.store.transaction() as tx:
        tx.run(update(follows).values(shows_boosts=False))
    ada.publishes("Hello")
    assert [one for one in brief(bo) if one[0] == "status"] == []


def test_many_members_can_be_told_in_one_go(db: Database, ada: Member) -> None:
    crowd = [member(db, f"crowd{i}y{i * 7907}") for i in range(3)]
    with db.write(SYSTEM, Ability.JOBS) as w:
        assert notifications.tell_all(w, [one.id for one in crowd] * 2, "follow", ada.id) == 3
        assert notifications.tell_all(w, [one.id for one in crowd], "follow", ada.id) == 0


def test_an_account_that_is_gone_leaves_no_policy_and_no_request(
    db: Database, ada: Member, bo: Member, jo: Member, brief
) -> None:
    for who in (ada, jo):
        who.does(notifications.change_policy, {"for_not_following": "filter"})
    bo.publishes("Hello @ada and @jo")
    assert brief(ada) == brief(jo) == []
    with db.read() as r:
        (request,) = notifications.requests(r, ada.id, Window())
    ada.does(notifications.accept_requests, [request.id])
    assert [kind for kind, *_ in brief(ada)] == ["mention"]
    with db.write(SYSTEM, Ability.MODERATION) as w:
        people.delete_account(w, ada.id)
    with db.write(SYSTEM, Ability.MODERATION) as w:
        people.delete_account(w, bo.id)
    assert brief(jo) == []
    with db.read() as r:
        for name in ("notifications", "notification_requests", "notification_permissions"):
            assert r.value(sa.text(f"SELECT COUNT(*) FROM {name}")) == 0, name
        assert r.value(sa.text("SELECT account_id FROM notification_policies")) == jo.id
