"""What people without an account and other servers report: signals, counted once for each, answered at the end."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from holdfast import moderation, posts
from holdfast.access.challenge import Passed
from holdfast.acting import SYSTEM, Acting
from holdfast.moderation import CannotGiveNotice, CannotReport, Filter, Subject, Verdict, VisitorNotice
from holdfast.store import MINUTE, ManualClock
from holdfast.writes import Database
from tests.moderation.team import Moderator, case_of
from tests.posts.builders import Member


def gives(db: Database, *places: str, said_by: str = "here", category: str = "hate") -> str:
    """Give a checked notice; its receipt."""
    notice = VisitorNotice(
        places=places,
        category=category,
        reason="It is against the law",
        name="Nora",
        email="nora@example.org",
        language="en",
        passed=Passed(str(db.store.ids.new()), 4_000_000_000),
        said_by=said_by,
    )
    return db.submit(lambda: moderation.give_notice(db, Acting(ip="192.0.2.1"), notice)).result()


def only_case(db: Database, mo: Moderator) -> moderation.Case:
    with db.read() as r:
        (found,) = moderation.queue(r, mo.acting, Filter(), now=db.clock.now())
    return found


def states(db: Database, code: str) -> list[str]:
    with db.read() as r:
        return [one.state for one in moderation.receipt(r, code).outcomes]


def test_a_notice_is_a_signal_of_each_address_and_told_when_decided(
    db: Database, bo: Member, mo: Moderator, clock: ManualClock, run_jobs: Callable[[], None]
) -> None:
    post = bo.publishes("Burn it down")
    code = gives(db, f"/@{bo.name}/{post}", f"{db.base_url}/@{bo.name}")
    with db.read() as r:
        found = moderation.queue(r, mo.acting, Filter(), now=clock.now())
        by_kind = {one.subject_kind: one for one in found}
        (signal,) = moderation.signals_of(r, by_kind["post"].id)
    assert set(by_kind) == {"post", "account"}
    assert (signal.source, signal.detail, signal.comment) == (
        "visitor",
        {"place": f"/@{bo.name}/{post}"},
        "It is against the law",
    )
    mo.does(moderation.decide, by_kind["post"].id, Verdict(on_subject="remove"))
    assert states(db, code) == ["acted", "open"]
    decision = mo.does(moderation.decide, by_kind["account"].id, Verdict())
    assert states(db, code) == ["acted", "left"]
    clock.advance(2 * MINUTE)
    run_jobs()
    mo.does(moderation.undo, decision)
    assert states(db, code) == ["acted", "open"]


def test_one_network_and_one_server_count_once_in_a_case(db: Database, bo: Member, mo: Moderator) -> None:
    post = bo.publishes()
    for _ in range(3):
        gives(db, f"/@{bo.name}/{post}")
    assert only_case(db, mo).probability == pytest.approx(0.3)
    gives(db, f"/@{bo.name}/{post}", said_by="elsewhere")
    assert only_case(db, mo).probability == pytest.approx(1 - 0.7**2)
    for _ in range(2):
        moderation.raise_from_server(db, SYSTEM, "Other.example", [Subject.post(post)], comment="Look")
    found = only_case(db, mo)
    assert (found.signals_count, found.probability) == (6, pytest.approx(1 - 0.7**3))


def test_nobody_learns_from_a_notice_which_posts_exist(db: Database, bo: Member, mo: Moderator) -> None:
    gone = bo.publishes()
    bo.does(posts.delete, gone)
    gives(db, f"/@{bo.name}/{gone}")
    assert only_case(db, mo).about == Subject.account(bo.id)


@pytest.mark.parametrize("place", ["/@nobody", "/about", "https://elsewhere.example/@bo", "/@bo@elsewhere.example"])
def test_an_address_at_which_nothing_is_takes_the_whole_notice_back(
    db: Database, bo: Member, mo: Moderator, place: str
) -> None:
    with pytest.raises(CannotGiveNotice):
        gives(db, f"/@{bo.name}", place)
    with db.read() as r:
        assert moderation.queue(r, mo.acting, Filter(), now=db.clock.now()) == []


def test_another_server_reports_what_is_here(db: Database, bo: Member, mo: Moderator) -> None:
    post = bo.publishes()
    numbers = moderation.raise_from_server(
        db, SYSTEM, "other.example", [Subject.post(post), Subject.post(12)], category="spam", comment="Spam"
    )
    assert [case_of(db, number).about for number in numbers] == [Subject.post(post)]
    for wrong in ({"category": "nonsense"}, {"server": ""}, {"subjects": [Subject.post(12)]}):
        values = {"server": "other.example", "subjects": [Subject.post(post)]} | wrong
        with pytest.raises(CannotReport):
            moderation.raise_from_server(db, SYSTEM, values.pop("server"), values.pop("subjects"), **values)  # type: ignore[arg-type]
