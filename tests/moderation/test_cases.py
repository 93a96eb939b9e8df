"""Signals gather in cases; the queue is ordered by the harm to expect; clocks strike, and what is late is contained."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast import moderation, posts
from holdfast.moderation import Filter, NoSuchCase, NotForYou, Subject, SubjectGone, Verdict
from holdfast.moderation.priority import Weighing, probability
from holdfast.moderation.taxonomy import HARMS
from holdfast.posts import StatusChange
from holdfast.store import DAY, HOUR, ManualClock
from holdfast.writes import Database
from tests.moderation.team import Moderator, case_of, signals
from tests.posts.builders import Member, row


def queue(db: Database, who: Moderator, **wanted: object) -> list[int]:
    with db.read() as r:
        found = moderation.queue(r, who.acting, Filter(**wanted), now=db.clock.now())  # type: ignore[arg-type]
    return [one.id for one in found]


def test_signals_about_one_thing_make_one_case(db: Database, ada: Member, bo: Member, mo: Moderator) -> None:
    first, second = bo.publishes("One"), bo.publishes("Two")
    ada.does(moderation.report, bo.id, status_ids=[first, second], category="spam", comment="Again and again")
    number = signals(db, Subject.post(first), category="threat")
    assert len(queue(db, mo)) == 2
    assert queue(db, mo)[0] == number  # the graver one is first
    found = case_of(db, number)
    assert (found.category, found.severity, found.signals_count, found.account_id) == ("threat", 5, 2, bo.id)
    with db.read() as r:
        assert [(one.source, one.category) for one in moderation.signals_of(r, number)] == [
            ("member", "spam"),
            ("visitor", "threat"),
        ]


def test_the_shortest_deadline_of_all_signals_counts(db: Database, bo: Member, clock: ManualClock) -> None:
    post = Subject.post(bo.publishes())
    number = signals(db, post, category="copyright")
    assert case_of(db, number).deadline == clock.now() + 7 * DAY
    signals(db, post, "order", category="copyright")
    assert case_of(db, number).deadline == clock.now() + HOUR
    signals(db, post, "notice", category="copyright", deadline=clock.now() + 1_000)
    assert case_of(db, number).deadline == clock.now() + 1_000


def test_deadlines_are_what_the_settings_say(db: Database, bo: Member, clock: ManualClock, mo: Moderator) -> None:
    from holdfast.acting import SYSTEM

    db.set_settings(SYSTEM, {"moderation_deadlines": {"hate": 30, "juror": 5}})
    one = signals(db, Subject.post(bo.publishes()), category="hate")
    two = signals(db, Subject.post(bo.publishes()), "juror", category="hate")
    assert [case_of(db, n).deadline - clock.now() for n in (one, two)] == [30 * 60_000, 5 * 60_000]


def test_one_person_counts_once_and_by_their_record(db: Database, ada: Member, bo: Member, mo: Moderator) -> None:
    first = bo.publishes()
    for _ in range(3):
        ada.does(moderation.report, bo.id, status_ids=[first])
    (number,) = queue(db, mo)
    assert case_of(db, number).probability == pytest.approx(0.35)
    assert case_of(db, number).signals_count == 3
    mo.does(moderation.decide, number, Verdict())  # no measure: none of them was right
    ada.does(moderation.report, bo.id, status_ids=[bo.publishes()])
    (number,) = queue(db, mo)
    assert case_of(db, number).probability == pytest.approx(0.35 * 4 / 7)


def test_what_is_gone_has_no_case(db: Database, bo: Member) -> None:
    gone = bo.publishes()
    bo.does(posts.delete, gone)
    for subject in (Subject.post(gone), Subject.post(12), Subject.account(12)):
        with pytest.raises(SubjectGone):
            signals(db, subject)


def test_members_see_no_cases_and_the_team_none_about_themselves(
    db: Database, ada: Member, mo: Moderator, vi: Moderator
) -> None:
    number = signals(db, Subject.account(mo.id))
    assert queue(db, mo) == []
    assert queue(db, vi) == [number]
    with db.read() as r:
        with pytest.raises(NotForYou):
            moderation.queue(r, ada.acting, Filter(), now=0)
        with pytest.raises(NoSuchCase):
            moderation.case(r, mo.acting, number)


@given(
    severity=st.integers(1, 5),
    sure=st.floats(0, 1),
    reach=st.floats(0, 1e7),
    due=st.integers(1_600_000_000_000, 2_000_000_000_000),
)
def test_more_harm_never_waits_behind_less(severity: int, sure: float, reach: float, due: int) -> None:
    one = Weighing(severity, sure, reach, due)
    assert Weighing(min(severity + 1, 5), sure, reach, due).value >= one.value
    assert Weighing(severity, min(sure + 0.1, 1), reach, due).value >= one.value
    assert Weighing(severity, sure, reach + 1, due).value >= one.value
    assert Weighing(severity, sure, reach, due - HOUR).value > one.value


@given(st.lists(st.floats(0, 1), max_size=8), st.floats(0.01, 1))
def test_each_further_signal_makes_harm_likelier(others: list[float], one: float) -> None:
    assert probability([*others, one]) >= probability(others)
    assert 0 <= probability([*others, one]) <= 1


def test_a_case_says_why_it_stands_where_it_stands(db: Database, bo: Member, clock: ManualClock) -> None:
    number = signals(db, Subject.post(bo.publishes()), category="threat")
    words = case_of(db, number).weighing.words(clock.now())
    assert words == "Severity 5 of 5, 30% likely, 0 views an hour, due in 1 h."


def test_what_nobody_reached_in_time_is_contained(
    db: Database, ada: Member, bo: Member, mo: Moderator, clock: ManualClock, run_jobs: Callable[[], None]
) -> None:
    post = bo.publishes("Late")
    number = signals(db, Subject.post(post), category="hate")
    for hours, step in ((11, 0), (12, 1), (17, 1), (18, 2), (23, 2)):
        clock.advance(case_of(db, number).opened_at + hours * HOUR - clock.now())
        run_jobs()
        assert (case_of(db, number).warned, row(db, post).restriction) == (step, None)
    clock.advance(HOUR)
    run_jobs()
    found = case_of(db, number)
    assert (found.warned, found.contained_at, found.is_open) == (3, clock.now(), True)
    assert row(db, post).restriction == "contained"
    with db.read() as r:
        (decision,) = moderation.decisions_in(r, number)
    assert (decision.is_provisional, decision.is_automated, decision.decided_by) == (True, True, None)


def test_a_crowd_alone_contains_nothing_and_somebody_known_to_be_right_does(
    db: Database, bo: Member, clock: ManualClock
) -> None:
    post = bo.publishes("Loud")
    for place in range(12):
        number = signals(db, Subject.post(post), "visitor", category="threat", said_by=f"network {place}")
    found = case_of(db, number)
    assert (found.probability, found.contained_at, found.signals_count) == (0.75, None, 12)
    assert signals(db, Subject.post(post), "trusted_flagger", category="threat") == number
    assert case_of(db, number).probability == pytest.approx(1 - 0.25 * 0.2)
    assert case_of(db, number).contained_at == clock.now()
    doxxing = Subject.post(bo.publishes("Private"))
    number = signals(db, doxxing, "trusted_flagger", category="doxxing")  # severity 4: 0.8 is not enough
    assert case_of(db, number).contained_at is None
    signals(db, doxxing, "juror", category="doxxing")
    assert case_of(db, number).contained_at == clock.now()


def test_what_a_host_names_comes_before_what_is_as_grave_and_sooner_due(
    db: Database, bo: Member, mo: Moderator, clock: ManualClock
) -> None:
    named, hate, threat = (Subject.post(bo.publishes(words)) for words in ("One", "Two", "Three"))
    last = signals(db, hate, category="hate")
    first = signals(db, named, "notice", category="copyright", deadline=clock.now() + DAY)
    lives = signals(db, threat, category="threat")
    assert queue(db, mo) == [lives, first, last]
    assert signals(db, hate, "order", category="hate") == last
    assert queue(db, mo) == [lives, last, first]


def test_containment_can_be_switched_off(
    db: Database, bo: Member, clock: ManualClock, run_jobs: Callable[[], None]
) -> None:
    from holdfast.acting import SYSTEM

    db.set_settings(SYSTEM, {"contains_overdue": False, "contains_above": 0.0, "contains_gravest_above": 0.0})
    post = bo.publishes()
    number = signals(db, Subject.post(post), "hash", category="threat")
    clock.advance(2 * HOUR)
    run_jobs()
    assert case_of(db, number).warned == 3
    assert row(db, post).restriction is None


def test_what_is_grave_and_sure_is_contained_at_once(db: Database, bo: Member, mo: Moderator) -> None:
    spam, threat = bo.publishes("Buy"), bo.publishes("…")
    signals(db, Subject.post(spam), "hash", category="spam")
    number = signals(db, Subject.post(threat), "hash", category="threat")
    assert (row(db, spam).restriction, row(db, threat).restriction) == (None, "contained")
    assert case_of(db, number).contained_at is not None


def test_the_contained_counts_as_due(db: Database, bo: Member, mo: Moderator) -> None:
    waiting = signals(db, Subject.post(bo.publishes()), "juror", category="threat")
    contained = signals(db, Subject.post(bo.publishes()), "hash", category="threat")
    assert queue(db, mo) == [contained, waiting]


def test_no_measure_holds_until_the_post_is_edited(db: Database, ada: Member, bo: Member, mo: Moderator) -> None:
    post = bo.publishes("Harmless")
    number = signals(db, Subject.post(post))
    mo.does(moderation.decide, number, Verdict(rests=True))
    assert signals(db, Subject.post(post)) == number
    assert queue(db, mo) == []
    assert case_of(db, number).signals_count == 2
    bo.does(posts.edit, post, StatusChange(text="Harmful"))
    again = signals(db, Subject.post(post))
    assert again != number
    assert queue(db, mo) == [again]


def test_every_kind_of_harm_can_be_weighed_and_named_elsewhere() -> None:
    for harm in HARMS.values():
        assert 1 <= harm.severity <= 5
        assert harm.title
        assert harm.dsa.isupper()
