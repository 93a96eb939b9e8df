"""Filing reports: what is checked, what is kept, who is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import insert

from holdfast import moderation, notifications, posts
from holdfast.access.tables import members, rules
from holdfast.acting import STRANGER, SYSTEM
from holdfast.errors import Unauthenticated
from holdfast.moderation import CannotReport, ReportTargetGone, TooManyReports, reporting
from holdfast.moderation.jobs import MOST_TOLD
from holdfast.notifications.tables import notifications as told_rows
from holdfast.store import MINUTE, ManualClock, Window
from holdfast.writes import Ability, Database
from tests.moderation.team import Moderator
from tests.people.builders import remote
from tests.posts.builders import Member, change_account, count, member


@pytest.fixture
def ada(db: Database) -> Member:
    return member(db, "ada")


@pytest.fixture
def bo(db: Database) -> Member:
    return member(db, "bo")


@pytest.fixture
def mo(db: Database) -> Member:
    """A moderator."""
    found = member(db, "mo")
    with db.write(SYSTEM, Ability.JOBS) as w:
        w.run(insert(members).values(account_id=found.id, role="moderator", approved_at=1, created_at=1))
    return found


def filed(db: Database, who: Member) -> list[moderation.Report]:
    with db.read() as r:
        return moderation.reports_by(r, who.id, Window())


def add_rule(db: Database, number: int, **values: Any) -> int:
    with db.store.transaction() as tx:
        tx.run(insert(rules).values(id=number, position=1, text="Be kind", created_at=1, **values))
    return number


def test_a_report_keeps_what_was_said(db: Database, ada: Member, bo: Member) -> None:
    status = bo.publishes("Buy this")
    number = ada.does(
        moderation.report, bo.id, status_ids=[status, status], comment=" Spam! ", category="spam", forward=True
    )
    (report,) = filed(db, ada)
    assert report.id == number
    assert (report.target_id, report.category, report.comment) == (bo.id, "spam", "Spam!")
    assert (report.status_ids, report.rule_ids, report.forwards, report.acted_at) == ((status,), (), False, None)
    assert filed(db, bo) == []


def test_only_accounts_of_other_servers_are_forwarded(db: Database, ada: Member) -> None:
    cy = remote(db, "cy", "far.example")
    ada.does(moderation.report, cy.id, forward=True)
    assert filed(db, ada)[0].forwards


def test_rules_make_it_a_violation_and_must_stand(db: Database, ada: Member, bo: Member) -> None:
    rule, gone = add_rule(db, 3), add_rule(db, 4, deleted_at=2)
    ada.does(moderation.report, bo.id, rule_ids=[rule])
    assert (filed(db, ada)[0].category, filed(db, ada)[0].rule_ids) == ("violation", (rule,))
    for wrong in (gone, 99):
        with pytest.raises(CannotReport):
            ada.does(moderation.report, bo.id, rule_ids=[wrong])


def test_the_posts_must_be_the_targets_and_visible(db: Database, ada: Member, bo: Member, mo: Member) -> None:
    for hidden in (ada.publishes("mine"), mo.publishes("somebody's"), bo.publishes("private", visibility="private")):
        with pytest.raises(CannotReport):
            ada.does(moderation.report, bo.id, status_ids=[hidden])
    ada.does(moderation.report, bo.id, status_ids=[bo.publishes("to @ada", visibility="direct")])
    assert len(filed(db, ada)) == 1


def test_limits_are_kept(db: Database, ada: Member, bo: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CannotReport):
        ada.does(moderation.report, bo.id, comment="x" * 1001)
    with pytest.raises(CannotReport):
        ada.does(moderation.report, bo.id, status_ids=list(range(1, 102)))
    monkeypatch.setattr(reporting, "MOST_A_DAY", 2)
    for _ in range(2):
        ada.does(moderation.report, bo.id)
    with pytest.raises(TooManyReports) as caught:
        ada.does(moderation.report, bo.id)
    assert 86_000 < caught.value.retry_after <= 86_400


def test_oneself_nobody_and_the_gone_cannot_be_reported(db: Database, ada: Member, bo: Member) -> None:
    with pytest.raises(CannotReport):
        ada.does(moderation.report, ada.id)
    with pytest.raises(ReportTargetGone):
        ada.does(moderation.report, 12345)
    change_account(db, bo.id, deleted_at=1)
    with pytest.raises(ReportTargetGone):
        ada.does(moderation.report, bo.id)
    with pytest.raises(Unauthenticated):
        moderation.report(db, STRANGER, ada.id)


def test_the_staff_is_told_but_not_the_one_it_is_about(
    db: Database, ada: Member, bo: Member, mo: Member, run_jobs: Callable[[], None]
) -> None:
    number = ada.does(moderation.report, bo.id)
    ada.does(moderation.report, mo.id)
    run_jobs()
    with db.read() as r:
        (told,) = notifications.page(r, mo.id, Window(), now=db.clock.now())
        assert (told.kind, told.from_account_id, told.report_id) == ("admin.report", ada.id, number)
        assert moderation.reports_by_ids(r, [number])[number].target_id == bo.id
        assert notifications.page(r, bo.id, Window(), now=db.clock.now()) == []


def test_a_report_outlives_the_post_it_names(db: Database, ada: Member, bo: Member) -> None:
    status = bo.publishes("Bad")
    ada.does(moderation.report, bo.id, status_ids=[status])
    bo.does(posts.delete, status)
    assert filed(db, ada)[0].status_ids == (status,)


def test_a_report_shows_those_that_belong_with_it(db: Database, ada: Member, bo: Member) -> None:
    jo, cy, di = (member(db, name) for name in ("jo", "cy", "di"))
    root = ada.publishes("Good morning")
    first, second = (who.publishes("Go away", in_reply_to_id=root) for who in (bo, jo))
    about_bo = ada.does(moderation.report, bo.id, status_ids=[first])
    by_ada = ada.does(moderation.report, cy.id, comment="Rude in private")
    in_thread = di.does(moderation.report, jo.id, status_ids=[second])
    again = cy.does(moderation.report, bo.id)
    apart = bo.does(moderation.report, di.id)

    def siblings(number: int) -> list[int]:
        with db.read() as r:
            return [one.id for one in moderation.siblings(r, number)]

    assert siblings(about_bo) == [again, in_thread, by_ada]
    assert siblings(in_thread) == [about_bo]
    assert siblings(again) == [about_bo]
    assert siblings(apart) == siblings(1) == []


def test_of_a_flood_of_reports_the_team_is_told_some_and_none_is_lost(
    db: Database, bo: Member, mo: Moderator, clock: ManualClock, run_jobs: Callable[[], None]
) -> None:
    post = bo.publishes("Look at me")
    for place in range(MOST_TOLD + 5):
        member(db, f"neighbour{place}").does(moderation.report, bo.id, status_ids=[post])
    run_jobs()
    told = told_rows.c.account_id == mo.id
    assert count(db, told_rows, told) == MOST_TOLD
    clock.advance(2 * MINUTE)
    member(db, "late").does(moderation.report, bo.id, status_ids=[post])
    run_jobs()
    assert count(db, told_rows, told) == MOST_TOLD + 1
    with db.read() as r:
        (found,) = moderation.queue(r, SYSTEM, moderation.Filter(), now=clock.now())
    assert found.signals_count == MOST_TOLD + 6
