"""What comes of a case when a decision in it is undone: it is as it was, contained or not, and its clock goes on."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from holdfast import moderation
from holdfast.moderation import NotForYou, Subject, Verdict
from holdfast.store import DAY, HOUR, MINUTE, ManualClock, Window
from holdfast.writes import Database
from tests.moderation.team import Moderator, case_of, moderator, signals
from tests.posts.builders import Member, account_row, row


def provisional(db: Database, case_id: int) -> moderation.Decision:
    with db.read() as r:
        (found,) = [one for one in moderation.decisions_in(r, case_id) if one.is_provisional]
    return found


def test_undoing_a_decision_contains_again_what_it_took_out_of_containment(
    db: Database, bo: Member, mo: Moderator
) -> None:
    post = bo.publishes()
    number = signals(db, Subject.post(post), "hash", category="threat")
    before = case_of(db, number)
    decision = mo.does(moderation.decide, number, Verdict())
    assert row(db, post).restriction is None
    mo.does(moderation.undo, decision)
    after = case_of(db, number)
    assert row(db, post).restriction == "contained"
    assert (after.contained_at, after.is_open, after.priority) == (before.contained_at, True, before.priority)
    assert provisional(db, number).stands  # the same one: nobody is told twice
    mo.does(moderation.undo, provisional(db, number).id)
    assert row(db, post).restriction is None


def test_what_a_person_let_out_of_containment_stays_out(db: Database, ada: Member, bo: Member, mo: Moderator) -> None:
    post = bo.publishes()
    number = signals(db, Subject.post(post), "hash", category="threat")
    mo.does(moderation.undo, provisional(db, number).id)
    signals(db, Subject.post(post), "trusted_flagger", category="threat")
    assert (row(db, post).restriction, case_of(db, number).contained_at) == (None, None)


def test_the_clock_of_a_case_that_is_open_again_goes_on(
    db: Database, bo: Member, mo: Moderator, clock: ManualClock, run_jobs: Callable[[], None]
) -> None:
    post = bo.publishes()
    number = signals(db, Subject.post(post), category="hate")
    decision = mo.does(moderation.decide, number, Verdict())
    clock.advance(13 * HOUR)
    run_jobs()
    mo.does(moderation.undo, decision)
    clock.advance(11 * HOUR)
    run_jobs()
    assert row(db, post).restriction == "contained"


def test_a_case_stays_closed_while_a_later_one_about_the_same_is_open(db: Database, bo: Member, mo: Moderator) -> None:
    post = bo.publishes()
    first = signals(db, Subject.post(post))
    decision = mo.does(moderation.decide, first, Verdict(on_subject="warning"))
    second = signals(db, Subject.post(post))
    mo.does(moderation.undo, decision)
    assert not row(db, post).is_sensitive
    assert (case_of(db, first).is_open, case_of(db, second).is_open) == (False, True)


def test_what_is_suspended_already_can_be_deleted(
    db: Database, bo: Member, mo: Moderator, clock: ManualClock, run_jobs: Callable[[], None]
) -> None:
    mo.does(moderation.decide, signals(db, Subject.account(bo.id)), Verdict(on_account="suspend"))
    mo.does(moderation.decide, signals(db, Subject.account(bo.id)), Verdict(on_account="delete"))
    clock.advance(MINUTE)
    run_jobs()
    assert account_row(db, bo.id).deleted_at is not None
    clock.advance(30 * DAY)
    run_jobs()  # the first decision finds nothing left to erase


def test_reports_are_done_with_all_their_cases(db: Database, ada: Member, bo: Member, mo: Moderator) -> None:
    posts = [bo.publishes(), bo.publishes()]
    ada.does(moderation.report, bo.id, status_ids=posts)

    def done() -> bool:
        with db.read() as r:
            (found,) = moderation.reports_by(r, ada.id, Window())
        return found.acted_at is not None

    first, second = (signals(db, Subject.post(one)) for one in posts)
    mo.does(moderation.decide, first, Verdict())
    assert not done()
    decision = mo.does(moderation.decide, second, Verdict())
    assert done()
    mo.does(moderation.undo, decision)
    assert not done()


def test_nobody_learns_from_the_counts_that_there_is_a_case_about_them(db: Database, bo: Member, mo: Moderator) -> None:
    other = moderator(db, "other")
    signals(db, Subject.account(mo.id))
    signals(db, Subject.account(bo.id))
    with db.read() as r:
        counted = [moderation.backlog(r, who.acting, db.clock.now())["open"] for who in (mo, other)]
        assert counted == [1, 2]
        with pytest.raises(NotForYou):
            moderation.backlog(r, bo.acting, db.clock.now())
