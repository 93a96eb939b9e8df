"""The team hears of cases whose time runs out: more people the later it gets, each as chosen, not in a flood."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import text

from holdfast import moderation
from holdfast.acting import SYSTEM
from holdfast.errors import Invalid
from holdfast.moderation import Subject, warning
from holdfast.moderation.warning import Choices
from holdfast.store import HOUR, MINUTE, ManualClock
from holdfast.writes import Ability, Database
from tests.access.test_letters import Post, post
from tests.moderation.team import Moderator, moderator, signals
from tests.posts.builders import Member

__all__ = ["post"]


def test_the_later_it_gets_the_more_people_are_told(
    db: Database, ada: Member, vi: Moderator, mo: Moderator, clock: ManualClock, run_jobs: Callable[[], None]
) -> None:
    ann = moderator(db, "ann", "administrator")
    told: list[tuple[int, str]] = []
    for step, reached in (("half", {vi.id, mo.id, ann.id}), ("quarter", {vi.id, mo.id, ann.id})):
        case = signals(db, Subject.post(ada.publishes(step)), category="hate")
        with db.write(SYSTEM, Ability.JOBS) as w:
            found = moderation.cases.find(w, case)
            assert set(warning._team(w, found, step)) == reached
        told.append((case, step))
    moderation.claim(db, vi.acting, told[0][0])
    with db.write(SYSTEM, Ability.JOBS) as w:
        found = moderation.cases.find(w, told[0][0])
        assert warning._team(w, found, "half") == [vi.id]  # who works on it is enough
        assert set(warning._team(w, found, "overdue")) == {vi.id, mo.id, ann.id}


def test_a_letter_leaves_when_no_time_is_left_once_in_ten_minutes_and_as_chosen(
    db: Database, ada: Member, mo: Moderator, clock: ManualClock, post: Post, run_jobs: Callable[[], None]
) -> None:
    with db.write(SYSTEM, Ability.JOBS) as w:
        w.run(
            text("UPDATE members SET email = 'mo@harbour.example', email_confirmed_at = 1 WHERE account_id = :id"),
            {"id": mo.id},
        )
    first = signals(db, Subject.post(ada.publishes("Spam 1")), category="self_harm")
    signals(db, Subject.post(ada.publishes("Spam 2")), category="self_harm")
    clock.advance(3 * HOUR)
    run_jobs()
    assert post.take() == []  # by letter from the last step on, if nothing else was chosen
    clock.advance(HOUR + MINUTE)
    run_jobs()
    letter = post.only()
    assert letter["subject"] == "No time is left: Suicide or self-harm" and letter["to"] == "mo@harbour.example"
    assert "/admin/cases/" in str(letter) and "Spam" not in str(letter)
    warning.choose(db, mo.acting, Choices("never", "never"))
    signals(db, Subject.post(ada.publishes("Spam 3")), category="self_harm")
    clock.advance(5 * HOUR)
    run_jobs()
    assert post.take() == []
    with pytest.raises(Invalid):
        warning.choose(db, mo.acting, Choices("always", "never"))
    with pytest.raises(moderation.NotForYou):
        warning.choose(db, ada.acting, Choices())
    assert first
