"""The member's side: told with reasons, appealed once, answered by somebody else, put back exactly."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from holdfast import moderation, notifications
from holdfast.acting import Acting
from holdfast.errors import Problem
from holdfast.moderation import (
    AnsweredMeanwhile,
    CannotAnswer,
    CannotAppeal,
    DecidedByYou,
    NoSuchAppeal,
    NoSuchDecision,
    NotForYou,
    Statement,
    Subject,
    Verdict,
)
from holdfast.store import DAY, MINUTE, ManualClock, Window
from holdfast.writes import Database
from tests.moderation.team import Moderator, case_of, moderator, signals
from tests.moderation.test_decisions import everything
from tests.posts.builders import Member, row

RunJobs = Callable[[], None]


@pytest.fixture
def al(db: Database) -> Moderator:
    """Another one who may answer appeals."""
    return moderator(db, "al")


def told(db: Database, who: Member) -> list[Statement]:
    with db.read() as r:
        return moderation.statements_of(r, who.id, now=db.clock.now(), appeal_days=db.settings.appeal_days)


def decided(db: Database, mo: Moderator, clock: ManualClock, run_jobs: RunJobs, post: int, **verdict: object) -> int:
    """A decision that its member has been told of."""
    case = signals(db, Subject.post(post))
    number = mo.does(moderation.decide, case, Verdict(**verdict))  # type: ignore[arg-type]
    clock.advance(MINUTE)
    run_jobs()
    return int(number)


def test_a_member_is_told_what_was_decided_and_why(
    db: Database, ada: Member, bo: Member, mo: Moderator, clock: ManualClock, run_jobs: RunJobs
) -> None:
    case = signals(db, Subject.post(bo.publishes()))
    number = mo.does(
        moderation.decide, case, Verdict(on_subject="hide", on_account="strike", facts="It says X.", law="§ 1")
    )
    assert told(db, bo) == []  # it can still be taken back unnoticed
    clock.advance(MINUTE)
    run_jobs()
    (said,) = told(db, bo)
    assert (said.id, said.state, said.facts, said.law, said.is_automated) == (
        number,
        "stands",
        "It says X.",
        "§ 1",
        False,
    )
    assert said.measures == ("Your post was hidden. Only you see it.", "Your account was given a strike.")
    assert said.category_title == "Hatred against people for what they are" and said.may_appeal
    with db.read() as r:
        (one,) = notifications.page(r, bo.id, Window(limit=5), now=clock.now())
        with pytest.raises(NoSuchDecision):
            moderation.statement_of(r, ada.id, int(number), now=clock.now(), appeal_days=183)
    assert (one.kind, one.decision_id, one.from_account_id) == ("moderation_warning", number, bo.id)


def test_an_appeal_is_answered_by_somebody_else_and_puts_everything_back(
    db: Database, bo: Member, mo: Moderator, al: Moderator, vi: Moderator, clock: ManualClock, run_jobs: RunJobs
) -> None:
    post = bo.publishes()
    before = everything(db, post, bo.id)
    number = decided(db, mo, clock, run_jobs, post, on_subject="remove", on_account="strike")
    appeal = int(bo.does(moderation.file_appeal, number, "It was a quote."))
    with pytest.raises(CannotAppeal, match="already"):
        bo.does(moderation.file_appeal, number)
    with db.read() as r:
        assert [one.id for one in moderation.waiting(r, al.acting)] == [appeal]
        assert moderation.waiting(r, mo.acting) == []
        with pytest.raises(NotForYou):
            moderation.waiting(r, vi.acting)
    with pytest.raises(DecidedByYou):
        mo.does(moderation.answer, appeal, "overturned")
    with pytest.raises(NotForYou):
        vi.does(moderation.answer, appeal, "overturned")
    with pytest.raises(CannotAnswer):
        al.does(moderation.answer, appeal, "upheld")  # without a reason
    al.does(moderation.answer, appeal, "overturned", "You were right.")
    assert everything(db, post, bo.id) == before
    (said,) = told(db, bo)
    assert said.state == "undone" and said.appeal is not None and said.appeal.outcome == "overturned"
    with db.read() as r:
        assert moderation.counted(r, bo.id, clock.now()) == 0
        assert moderation.decision(r, number).overturned_by_appeal_id == appeal
        assert not case_of(db, moderation.decision(r, number).case_id).is_open
    with pytest.raises(AnsweredMeanwhile):
        al.does(moderation.answer, appeal, "upheld", "No.")


def test_an_upheld_appeal_leaves_the_decision_and_time_ends_the_right(
    db: Database, ada: Member, bo: Member, mo: Moderator, al: Moderator, clock: ManualClock, run_jobs: RunJobs
) -> None:
    first, second = bo.publishes(), bo.publishes()
    one = decided(db, mo, clock, run_jobs, first, on_subject="hide")
    with pytest.raises(NoSuchDecision):
        ada.does(moderation.file_appeal, one)
    al.does(moderation.answer, bo.does(moderation.file_appeal, one), "upheld", "It breaks the rule.")
    assert row(db, first).restriction == "hidden"
    late = decided(db, mo, clock, run_jobs, second, on_subject="hide")
    clock.advance(184 * DAY)
    with pytest.raises(CannotAppeal, match="over"):
        bo.does(moderation.file_appeal, late)


def test_who_undoes_a_decision_answers_its_appeal(
    db: Database, bo: Member, mo: Moderator, al: Moderator, clock: ManualClock, run_jobs: RunJobs
) -> None:
    number = decided(db, mo, clock, run_jobs, bo.publishes(), on_subject="hide")
    appeal = bo.does(moderation.file_appeal, number)
    mo.does(moderation.undo, number)
    with pytest.raises(AnsweredMeanwhile):
        al.does(moderation.answer, appeal, "upheld", "No.")
    again = decided(db, mo, clock, run_jobs, bo.publishes(), on_subject="hide")
    mo.does(moderation.undo, again)
    with pytest.raises(CannotAppeal, match="taken back"):
        bo.does(moderation.file_appeal, again)


def test_a_member_of_the_team_answers_no_appeal_of_their_own(
    db: Database, mo: Moderator, al: Moderator, clock: ManualClock, run_jobs: RunJobs
) -> None:
    owner = moderator(db, "own", "owner")
    number = decided(db, owner, clock, run_jobs, al.publishes(), on_subject="hide")
    appeal = al.does(moderation.file_appeal, number)
    with db.read() as r:
        assert moderation.waiting(r, al.acting) == []
        with pytest.raises(NoSuchAppeal):
            moderation.appeal(r, al.acting, appeal)
    with pytest.raises(Problem, match="about themselves"):
        al.does(moderation.answer, appeal, "overturned")


def test_a_suspended_member_appeals_with_the_key_of_the_decision(
    db: Database, bo: Member, mo: Moderator, al: Moderator, clock: ManualClock, run_jobs: RunJobs
) -> None:
    number = decided(db, mo, clock, run_jobs, bo.publishes(), on_account="suspend")
    with db.read() as r:
        way = moderation.way_in_for(r, db, bo.id)
        assert moderation.way_in_for(r, db, al.id) == ""
        said, who = moderation.read_with(r, db, way.removeprefix("/decisions/"))
        assert (said.id, who.id) == (number, bo.id)
        with pytest.raises(Problem):
            moderation.read_with(r, db, way.removeprefix("/decisions/")[:-2] + "aa")
    stranger = Acting(ip="192.0.2.1")
    key = way.removeprefix("/decisions/")
    appeal = db.submit(lambda: moderation.appeal_with(db, stranger, key, "Please look again.")).result()
    al.does(moderation.answer, appeal, "overturned")
    with db.read() as r:
        assert moderation.way_in_for(r, db, bo.id) == ""


@pytest.mark.parametrize("seed", range(6))
def test_after_any_sequence_only_what_stands_is_in_force(
    db: Database,
    ada: Member,
    bo: Member,
    mo: Moderator,
    al: Moderator,
    clock: ManualClock,
    run_jobs: RunJobs,
    seed: int,
) -> None:
    """Decisions, undoings and appeals in any order end as if only the decisions that stand had ever been taken."""
    dice = random.Random(seed)
    on_post = ("nothing", "label", "less_reach", "hide", "remove", "lock")
    on_account = ("nothing", "strike", "sensitive", "limit", "freeze")
    post, twin = bo.publishes("Text"), ada.publishes("Text")
    case, taken, appeals = signals(db, Subject.post(post)), [], {}
    for _ in range(8):
        what = dice.choice(("decide", "decide", "undo", "appeal", "answer"))
        if what == "decide":
            verdict = Verdict(
                on_subject=dice.choice(on_post), on_account=dice.choice(on_account), label="L", closes=False
            )
            taken.append((int(mo.does(moderation.decide, case, verdict)), verdict))
            clock.advance(MINUTE)
            run_jobs()
        elif taken and what == "undo":
            number, _verdict = taken.pop(dice.randrange(len(taken)))
            mo.does(moderation.undo, number)
            appeals.pop(number, None)
        elif taken and what == "appeal":
            number, verdict = dice.choice(taken)
            is_felt = verdict.on_subject != "nothing" or verdict.on_account != "nothing"
            with db.read() as r:
                known = moderation.appeals_of(r, [number])
            if is_felt and not known:
                appeals[number] = bo.does(moderation.file_appeal, number)
        elif appeals:
            number, appeal = appeals.popitem()
            outcome = dice.choice(("upheld", "overturned"))
            al.does(moderation.answer, appeal, outcome, "Because.")
            if outcome == "overturned":
                taken = [one for one in taken if one[0] != number]
    other = signals(db, Subject.post(twin))
    for _number, verdict in taken:
        mo.does(moderation.decide, other, verdict)
    assert everything(db, post, bo.id) == _without_times(everything(db, twin, ada.id), everything(db, post, bo.id))
    with db.read() as r:
        assert moderation.counted(r, bo.id, clock.now()) == moderation.counted(r, ada.id, clock.now())


def _without_times(wanted: tuple[object, ...], found: tuple[object, ...]) -> tuple[object, ...]:
    """What is wanted, with the found moment wherever both are moments: those of a twin are later."""

    def same(a: object, b: object) -> object:
        if isinstance(a, tuple) and isinstance(b, tuple):
            return tuple(same(x, y) for x, y in zip(a, b, strict=True))
        return b if a is not None and b is not None and isinstance(a, int) and a > MINUTE * 60 * 24 else a

    return tuple(same(a, b) for a, b in zip(wanted, found, strict=True))
