"""One verdict over many cases: chosen or searched for, halted, resumed, left out where others were faster."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from holdfast import moderation
from holdfast.acting import SYSTEM
from holdfast.moderation import CannotDecide, CannotUndo, Filter, NotForYou, Selection, Subject, Verdict
from holdfast.moderation.bulk_running import BATCH
from holdfast.writes import Database
from tests.moderation.team import Moderator, case_of, signals
from tests.posts.builders import Member, row

HIDE = Verdict(on_subject="hide", facts="Advertising")


def spam(db: Database, bo: Member, count: int) -> tuple[list[int], list[int]]:
    """Posts and the cases about them."""
    posts = [bo.publishes(f"Cheap PILLS {number}") for number in range(count)]
    return posts, [signals(db, Subject.post(one), category="spam") for one in posts]


def hidden(db: Database, posts: list[int]) -> int:
    return sum(row(db, one).restriction == "hidden" for one in posts)


def bulk_of(db: Database, number: int) -> moderation.Bulk:
    with db.read() as r:
        return moderation.bulk(r, SYSTEM, number)


def test_a_search_is_decided_as_one_and_undone_as_one(
    db: Database, bo: Member, mo: Moderator, run_jobs: Callable[[], None]
) -> None:
    posts, cases = spam(db, bo, 30)
    other = signals(db, Subject.post(bo.publishes("Pills are not cheap")), category="spam")
    search = Selection(search=Filter(words="cheap pills"))
    with db.read() as r:
        found = moderation.preview_many(r, mo.acting, search, db.clock.now())
    assert (found.count, len(found.samples)) == (30, 5)
    for wrong in (None, 31):
        with pytest.raises(CannotDecide, match="These are 30 cases"):
            mo.does(moderation.decide_many, search, HIDE, count=wrong)
    number = mo.does(moderation.decide_many, search, HIDE, count=30)
    run_jobs()
    done = bulk_of(db, number)
    assert (done.state, done.decided, done.skipped, hidden(db, posts)) == ("finished", 30, 0, 30)
    assert case_of(db, other).is_open and not any(case_of(db, one).is_open for one in cases)

    mo.does(moderation.undo_many, number)
    run_jobs()
    assert (bulk_of(db, number).state, bulk_of(db, number).undone, hidden(db, posts)) == ("undone", 30, 0)
    assert all(case_of(db, one).is_open for one in cases)
    with pytest.raises(CannotUndo):
        mo.does(moderation.undo_many, number)


def test_what_others_work_on_or_have_changed_is_left_out(
    db: Database, bo: Member, mo: Moderator, vi: Moderator, run_jobs: Callable[[], None]
) -> None:
    posts, cases = spam(db, bo, 4)
    vi.does(moderation.claim, cases[0])
    number = mo.does(moderation.decide_many, Selection(case_ids=tuple(cases)), HIDE)
    vi.does(moderation.decide, cases[1], Verdict())  # while the job waits
    vi.does(moderation.decide, cases[2], Verdict(on_account="note", closes=False))
    run_jobs()
    done = bulk_of(db, number)
    assert (done.decided, done.skipped, hidden(db, posts)) == (1, 3, 1)
    with db.read() as r:
        assert moderation.left_out(r, number) == {"case_claimed": 1, "case_decided": 2}
        assert [one.decided_by for one in moderation.decisions_in(r, cases[1])] == [vi.id]


def test_it_is_halted_and_goes_on_where_it_was(
    db: Database, bo: Member, mo: Moderator, vi: Moderator, run_jobs: Callable[[], None]
) -> None:
    posts, _ = spam(db, bo, 3)
    number = mo.does(moderation.decide_many, Selection(search=Filter(categories=("spam",))), HIDE)
    with pytest.raises(NotForYou):
        vi.does(moderation.stop_many, number)
    mo.does(moderation.stop_many, number)
    run_jobs()
    assert (bulk_of(db, number).state, hidden(db, posts)) == ("stopped", 0)
    mo.does(moderation.resume_many, number)
    run_jobs()
    assert (bulk_of(db, number).state, hidden(db, posts)) == ("finished", 3)


def test_each_turn_decides_a_batch_and_undo_reaches_what_was_decided(
    db: Database, bo: Member, mo: Moderator, run_jobs: Callable[[], None]
) -> None:
    from holdfast.moderation import bulk_running, planning

    posts, _ = spam(db, bo, BATCH + 5)
    search = Selection(search=Filter(account_id=bo.id))
    number = mo.does(moderation.decide_many, search, HIDE, count=len(posts))
    db.submit(lambda: bulk_running.go_on(db, planning.DueBulk(number))).result()  # and then the server ends
    assert (bulk_of(db, number).state, hidden(db, posts)) == ("running", BATCH)
    mo.does(moderation.undo_many, number)
    run_jobs()
    assert (bulk_of(db, number).undone, hidden(db, posts)) == (BATCH, 0)


def test_who_may_not_decide_cannot_in_bulk_either(db: Database, bo: Member, vi: Moderator, ada: Member) -> None:
    _, cases = spam(db, bo, 1)
    chosen = Selection(case_ids=tuple(cases))
    with pytest.raises(NotForYou):
        ada.does(moderation.decide_many, chosen, HIDE)
    with pytest.raises(NotForYou, match="suspend"):
        vi.does(moderation.decide_many, chosen, Verdict(on_account="suspend"))
    with pytest.raises(CannotDecide, match="No open case"):
        vi.does(moderation.decide_many, Selection(), HIDE)
    with pytest.raises(CannotDecide, match="such measure"):
        vi.does(moderation.decide_many, chosen, Verdict(on_subject="explode"))
