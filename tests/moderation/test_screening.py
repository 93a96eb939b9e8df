"""Screening: what is looked for is signalled, contained or refused in the same commit as the post."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from holdfast import moderation, people, posts
from holdfast.acting import SYSTEM
from holdfast.moderation import (
    BlockedTerm,
    CannotScreen,
    Filter,
    Matcher,
    NotForYou,
    ScreenedOut,
    Subject,
    TermTaken,
    Wanted,
)
from holdfast.moderation.matching import words_of
from holdfast.posts import StatusChange
from holdfast.writes import Database
from tests.moderation.team import Moderator
from tests.posts.builders import Member, row


def looks_for(db: Database, value: str, kind: str = "term", action: str = "signal", category: str = "fraud") -> int:
    return db.submit(lambda: moderation.add_term(db, SYSTEM, Wanted(kind, value, category, action)).id).result()


def subjects(db: Database, mo: Moderator) -> set[Subject]:
    with db.read() as r:
        return {one.about for one in moderation.queue(r, mo.acting, Filter(), now=db.clock.now())}


def test_a_post_that_meets_an_entry_is_signalled_at_once(db: Database, bo: Member, mo: Moderator) -> None:
    looks_for(db, "Free Money")
    harmless, post = bo.publishes("Money is free speech"), bo.publishes("Get FREE  mоney now!")
    assert subjects(db, mo) == {Subject.post(post)}
    assert (row(db, post).restriction, row(db, harmless).restriction) == (None, None)
    with db.read() as r:
        (case,) = moderation.of_subject(r, Subject.post(post))
        (signal,) = moderation.signals_of(r, case.id)
    assert (signal.source, signal.category, signal.detail["value"]) == ("rule", "fraud", "free money")


def test_a_post_is_contained_or_refused(db: Database, bo: Member, mo: Moderator) -> None:
    looks_for(db, "wallet drainer", action="contain")
    looks_for(db, "bad.example", "domain", "refuse")
    post = bo.publishes("A wallet-drainer for you")
    assert row(db, post).restriction == "contained"
    with pytest.raises(ScreenedOut, match=r"“bad\.example”"):
        bo.publishes("See https://www.sub.bad.example/page")
    bo.publishes("See https://notbad.example/page")
    assert subjects(db, mo) == {Subject.post(post)}


def test_an_edit_is_screened_too(db: Database, bo: Member, mo: Moderator) -> None:
    looks_for(db, "#scam", "hashtag", "contain")
    post = bo.publishes("Hello")
    bo.does(posts.edit, post, StatusChange(text="Hello #Scam"))
    assert row(db, post).restriction == "contained"
    looks_for(db, "https://x.example/a/", "link", "refuse")
    with pytest.raises(ScreenedOut):
        bo.does(posts.edit, bo.publishes("Hi"), StatusChange(text="http://x.example/a?b=c"))


def test_profiles_raise_signals_on_the_account(
    db: Database, bo: Member, mo: Moderator, run_jobs: Callable[[], None]
) -> None:
    looks_for(db, "official support", action="refuse", category="impersonation")
    bo.does(people.update_profile, people.ProfileChange(display_name="Official Support"))
    run_jobs()
    assert subjects(db, mo) == {Subject.account(bo.id)}


def test_what_is_dropped_is_looked_for_no_longer(db: Database, bo: Member, mo: Moderator) -> None:
    number = looks_for(db, "casino", action="refuse")
    with pytest.raises(ScreenedOut):
        bo.publishes("casino")
    mo.does(moderation.drop_term, number)
    bo.publishes("casino")


def test_entries_are_checked_and_members_may_not_write_them(db: Database, bo: Member) -> None:
    looks_for(db, "casino")
    with pytest.raises(TermTaken):
        looks_for(db, "  CASINO ")
    for wrong in (
        Wanted("pattern", "a", "spam", "signal"),
        Wanted("term", "!!", "spam", "signal"),
        Wanted("domain", "localhost", "spam", "signal"),
        Wanted("term", "a", "nonsense", "signal"),
        Wanted("term", "a", "spam", "explode"),
        Wanted("term", "a" * 501, "spam", "signal"),
    ):
        with pytest.raises(CannotScreen):
            moderation.add_term(db, SYSTEM, wrong)
    with pytest.raises(NotForYou):
        bo.does(moderation.add_term, Wanted("term", "a", "spam", "signal"))


def test_a_sweep_finds_older_posts_and_says_so_before(
    db: Database, bo: Member, mo: Moderator, run_jobs: Callable[[], None]
) -> None:
    old = [bo.publishes(f"Cheap pills {n}") for n in range(6)]
    bo.publishes("Pills are not cheap")
    secret = bo.publishes("Cheap pills, for you alone", visibility="private")
    number = looks_for(db, "cheap pills")
    with db.read() as r:
        found = moderation.preview(r, mo.acting, number)
    assert (found.looked_at, found.found, len(found.samples)) == (8, 7, 5)
    assert secret not in {one for one, _ in found.samples}  # it is the newest of all
    assert subjects(db, mo) == set()
    for _ in range(2):  # again: nothing counts twice
        mo.does(moderation.begin_sweep, number)
        run_jobs()
    with db.read() as r:
        entry = moderation.term(r, number)
        (case,) = moderation.of_subject(r, Subject.post(old[0]))
    assert subjects(db, mo) == {Subject.post(one) for one in (*old, secret)}
    assert (entry.swept_count, entry.swept_found, entry.swept_at is not None) == (8, 7, True)
    assert case.probability == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("written", "same"),
    [("раураl", "paypal"), ("ＰａｙＰａｌ", "paypal"), ("pay\u200bpal", "paypal"), ("STRASSE", "straße")],
)
def test_words_that_look_alike_are_the_same(written: str, same: str) -> None:
    assert words_of(written) == words_of(same)


def test_thousands_of_terms_are_looked_for_in_a_millisecond() -> None:
    def entry(number: int, value: str) -> BlockedTerm:
        return BlockedTerm(number, "term", value, "spam", "signal", "", None, 0, None, 0, 0, None)

    many = Matcher(entry(n, f"word{n} word{n + 1}") for n in range(10_000))
    text = ("nothing here is looked for " * 20)[:500]
    best = min(_seconds(lambda: many.found((text,))) for _ in range(20))
    assert best < 0.001
    assert [one.id for one in many.found(("see word77 word78",))] == [77]


def _seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start
