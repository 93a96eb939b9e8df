"""Decisions: in force at once, told later, undone exactly; nobody decides twice, or above their rank."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from holdfast import moderation
from holdfast.access import Outranked
from holdfast.moderation import (
    CannotDecide,
    CannotUndo,
    ClaimedByOther,
    DecidedMeanwhile,
    Filter,
    IsAboutYou,
    NotForYou,
    Subject,
    Verdict,
)
from holdfast.store import DAY, HOUR, MINUTE, SECOND, ManualClock
from holdfast.writes import Database
from tests.moderation.team import Moderator, case_of, moderator, signals
from tests.posts.builders import Member, account_row, row


def told(db: Database, number: int) -> bool:
    with db.read() as r:
        return moderation.decision(r, number).delivered_at is not None


def everything(db: Database, post: int, account: int) -> tuple[object, ...]:
    """What measures change about a post and an account."""
    one, who = row(db, post), account_row(db, account)
    return (
        (one.restriction, one.visibility, one.label, one.is_sensitive, one.spoiler_text, one.replies_count),
        (who.limited_at, who.suspended_at, who.posting_frozen_at, who.sensitized_at, who.statuses_count),
    )


ON_POST = ("label", "warning", "less_reach", "hide", "remove", "lock")
ON_ACCOUNT = ("note", "warning", "strike", "sensitive", "limit", "freeze", "suspend")


@pytest.mark.parametrize("measure", ON_POST)
def test_a_measure_on_a_post_is_undone_exactly(db: Database, bo: Member, mo: Moderator, measure: str) -> None:
    post = bo.publishes("Text", spoiler_text="")
    before = everything(db, post, bo.id)
    number = signals(db, Subject.post(post))
    decision = mo.does(moderation.decide, number, Verdict(on_subject=measure, label="Disputed"))
    changed = everything(db, post, bo.id)
    assert measure == "lock" or changed != before
    assert not case_of(db, number).is_open
    mo.does(moderation.undo, decision)
    assert everything(db, post, bo.id) == before
    assert case_of(db, number).is_open


@pytest.mark.parametrize("measure", ON_ACCOUNT)
def test_a_measure_on_an_account_is_undone_exactly(db: Database, bo: Member, mo: Moderator, measure: str) -> None:
    post = bo.publishes()
    before = everything(db, post, bo.id)
    number = signals(db, Subject.account(bo.id))
    decision = mo.does(moderation.decide, number, Verdict(on_account=measure))
    if measure in ("sensitive", "limit", "freeze", "suspend"):
        assert everything(db, post, bo.id) != before
    with db.read() as r:
        assert moderation.counted(r, bo.id, db.clock.now()) == (measure == "strike")
    mo.does(moderation.undo, decision)
    assert everything(db, post, bo.id) == before
    with db.read() as r:
        assert moderation.counted(r, bo.id, db.clock.now()) == 0


def test_what_two_decisions_want_stays_until_both_are_undone(db: Database, bo: Member, mo: Moderator) -> None:
    post = bo.publishes()
    number = signals(db, Subject.post(post))
    first = mo.does(moderation.decide, number, Verdict(on_subject="hide", on_account="limit", closes=False))
    second = mo.does(moderation.decide, number, Verdict(on_subject="remove", on_account="limit"))
    mo.does(moderation.undo, first)
    assert (row(db, post).restriction, account_row(db, bo.id).limited_at is None) == ("removed", False)
    mo.does(moderation.undo, second)
    assert (row(db, post).restriction, account_row(db, bo.id).limited_at) == (None, None)


def test_a_decision_is_told_after_a_minute_in_which_it_can_be_taken_back(
    db: Database, bo: Member, mo: Moderator, clock: ManualClock, run_jobs: Callable[[], None]
) -> None:
    number = signals(db, Subject.post(bo.publishes()))
    first = mo.does(moderation.decide, number, Verdict(on_subject="hide"))
    clock.advance(59 * SECOND)
    run_jobs()
    assert not told(db, first)
    mo.does(moderation.undo, first)
    second = mo.does(moderation.decide, number, Verdict(on_subject="hide"))
    clock.advance(MINUTE)
    run_jobs()
    assert (told(db, first), told(db, second)) == (False, True)
    with pytest.raises(CannotUndo):
        mo.does(moderation.undo, first)


def test_a_timed_measure_ends_by_itself(
    db: Database, bo: Member, mo: Moderator, clock: ManualClock, run_jobs: Callable[[], None]
) -> None:
    number = signals(db, Subject.account(bo.id))
    until = clock.now() + 7 * DAY
    mo.does(moderation.decide, number, Verdict(on_account="suspend", until=until))
    clock.advance(7 * DAY - HOUR)
    run_jobs()
    assert account_row(db, bo.id).suspended_at is not None
    clock.advance(HOUR)
    run_jobs()
    assert account_row(db, bo.id).suspended_at is None
    clock.advance(40 * DAY)
    run_jobs()
    assert account_row(db, bo.id).deleted_at is None


def test_a_suspended_account_is_erased_after_thirty_days(
    db: Database, bo: Member, mo: Moderator, clock: ManualClock, run_jobs: Callable[[], None]
) -> None:
    number = signals(db, Subject.account(bo.id))
    mo.does(moderation.decide, number, Verdict(on_account="suspend"))
    clock.advance(29 * DAY)
    run_jobs()
    assert account_row(db, bo.id).deleted_at is None
    clock.advance(DAY)
    run_jobs()
    assert account_row(db, bo.id).deleted_at is not None


def test_a_person_decides_about_what_was_contained(db: Database, bo: Member, mo: Moderator) -> None:
    good, bad = bo.publishes(), bo.publishes()
    first, second = (signals(db, Subject.post(one), "hash", category="threat") for one in (good, bad))
    mo.does(moderation.decide, first, Verdict())
    mo.does(moderation.decide, second, Verdict(on_subject="hide"))
    assert (row(db, good).restriction, row(db, bad).restriction) == (None, "hidden")
    assert case_of(db, first).contained_at is None


def test_containment_is_undone_like_any_decision(db: Database, bo: Member, mo: Moderator) -> None:
    post = bo.publishes()
    number = signals(db, Subject.post(post), "hash", category="threat")
    with db.read() as r:
        (contained,) = moderation.decisions_in(r, number)
    mo.does(moderation.undo, contained.id)
    assert row(db, post).restriction is None
    assert (case_of(db, number).is_open, case_of(db, number).contained_at) == (True, None)


def test_a_case_is_worked_on_by_one(db: Database, bo: Member, mo: Moderator, vi: Moderator, clock: ManualClock) -> None:
    number = signals(db, Subject.post(bo.publishes()))
    mo.does(moderation.claim, number)
    for command, values in ((moderation.claim, ()), (moderation.decide, (Verdict(),))):
        with pytest.raises(ClaimedByOther) as caught:
            vi.does(command, number, *values)
        assert caught.value.details == {"claimed_by": mo.id, "until": clock.now() + 10 * MINUTE}
    clock.advance(10 * MINUTE)
    vi.does(moderation.claim, number)
    vi.does(moderation.release, number)
    mo.does(moderation.claim, number)


def test_who_comes_late_learns_who_decided_what(db: Database, bo: Member, mo: Moderator, vi: Moderator) -> None:
    number = signals(db, Subject.post(bo.publishes()))
    seen = case_of(db, number).revision
    decision = mo.does(moderation.decide, number, Verdict(on_subject="hide"))
    with pytest.raises(DecidedMeanwhile) as caught:
        vi.does(moderation.decide, number, Verdict(), seen=seen)
    details = caught.value.details
    assert (details["decision_id"], details["decided_by"], details["on_subject"]) == (decision, mo.id, "hide")
    with pytest.raises(DecidedMeanwhile):
        vi.does(moderation.claim, number)


def test_racing_moderators_never_take_the_same_case(db: Database, bo: Member) -> None:
    numbers = {signals(db, Subject.post(bo.publishes(f"{n}"))) for n in range(12)}
    team = [moderator(db, f"vol{n}", "volunteer") for n in range(4)]

    def work(who: Moderator) -> list[int]:
        done = []
        while (found := who.does(moderation.claim_next)) is not None:
            who.does(moderation.decide, found.id, Verdict(), seen=found.revision)
            done.append(found.id)
        return done

    with ThreadPoolExecutor(4) as pool:
        taken = [number for done in pool.map(work, team) for number in done]
    assert sorted(taken) == sorted(numbers)


def test_the_next_case_is_one_that_may_be_decided(db: Database, bo: Member, mo: Moderator, vi: Moderator) -> None:
    grave = signals(db, Subject.post(bo.publishes()), "juror", category="threat")
    light = signals(db, Subject.post(bo.publishes()), category="spam")
    vi.does(moderation.escalate, grave, moderation.GRAVE)
    assert vi.does(moderation.claim_next).id == light
    assert mo.does(moderation.claim_next).id == grave
    assert mo.does(moderation.claim_next, Filter(without=("threat",))) is None


def test_rank_and_role_bind(db: Database, bo: Member, mo: Moderator, vi: Moderator) -> None:
    other = moderator(db, "other")
    about_bo, about_mo = signals(db, Subject.account(bo.id)), signals(db, Subject.account(mo.id))
    with pytest.raises(NotForYou):
        vi.does(moderation.decide, about_bo, Verdict(on_account="suspend"))
    with pytest.raises(NotForYou):
        bo.does(moderation.decide, about_mo, Verdict())
    with pytest.raises(IsAboutYou):
        mo.does(moderation.decide, about_mo, Verdict())
    with pytest.raises(Outranked):
        other.does(moderation.decide, about_mo, Verdict(on_account="limit"))
    auditor = moderator(db, "auditor", "auditor")
    with pytest.raises(NotForYou):
        auditor.does(moderation.decide, about_bo, Verdict())
    decision = mo.does(moderation.decide, about_bo, Verdict(on_account="limit"))
    with pytest.raises(NotForYou):
        vi.does(moderation.undo, decision)


@pytest.mark.parametrize(
    ("verdict", "field"),
    [
        (Verdict(on_subject="burn"), "on_subject"),
        (Verdict(on_subject="contain"), "on_subject"),
        (Verdict(on_account="burn"), "on_account"),
        (Verdict(on_subject="label"), "label"),
        (Verdict(category="burning"), "category"),
        (Verdict(facts="x" * 5_001), "facts"),
        (Verdict(on_subject="hide", until=1), "until"),
        (Verdict(on_account="delete", until=10**14), "until"),
        (Verdict(rule_ids=(77,)), "rule_ids"),
    ],
)
def test_what_does_not_fit_is_refused(db: Database, bo: Member, mo: Moderator, verdict: Verdict, field: str) -> None:
    number = signals(db, Subject.post(bo.publishes()))
    with pytest.raises(CannotDecide) as caught:
        mo.does(moderation.decide, number, verdict)
    assert [one.field for one in caught.value.fields] == [field]
    assert case_of(db, number).is_open


def test_the_ladder_goes_up_with_each_strike(db: Database, bo: Member, mo: Moderator, clock: ManualClock) -> None:
    def proposed(severity: int = 2) -> str:
        with db.read() as r:
            return moderation.proposal(r, bo.id, severity, clock.now()).measure

    assert (proposed(), proposed(5)) == ("warning", "freeze")
    for expected in ("strike", "freeze", "freeze", "suspend"):
        mo.does(moderation.decide, signals(db, Subject.account(bo.id)), Verdict(on_account="strike"))
        assert proposed() == expected
    clock.advance(90 * DAY)
    assert proposed() == "warning"


def test_a_case_is_left_to_those_who_may_decide_only(db: Database, bo: Member, vi: Moderator) -> None:
    number = signals(db, Subject.post(bo.publishes()))
    with pytest.raises(CannotDecide):
        vi.does(moderation.escalate, number, "server.own")
    assert case_of(db, number).needs == moderation.DECIDE
