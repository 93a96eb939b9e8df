"""Figures of moderation: counted from what was done, on both engines; reports that freeze; statements that fit."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from holdfast import moderation, transparency
from holdfast.access import permissions_of
from holdfast.acting import SYSTEM, Acting
from holdfast.moderation import Subject, Verdict, delivering
from holdfast.moderation.planning import Due
from holdfast.moderation.tables import cases
from holdfast.moderation.tables import signals as signal_rows
from holdfast.store import DAY, HOUR, MINUTE
from holdfast.transparency.reports import last_period
from holdfast.writes import Ability, Database
from tests.moderation.team import moderator, signals
from tests.posts.builders import member


def backdate(db: Database, case_id: int, **moments: int) -> None:
    """Let a case have happened at other times."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        w.run(update(cases).where(cases.c.id == case_id).values(**moments))


def test_times_are_counted_by_kind_of_harm_with_what_was_in_time(db: Database) -> None:
    ada, now = member(db, "ada"), db.clock.now()
    begun = now - 2 * DAY
    for number, (look, decision, category) in enumerate(
        [(5, 10, "threat"), (20, 50, "threat"), (70, 90, "threat"), (10, 20, "spam")]
    ):
        case = signals(db, Subject.post(ada.publishes(f"Post {number}")), category=category)
        end = begun + decision * MINUTE
        backdate(db, case, opened_at=begun, deadline=begun + HOUR, looked_at=begun + look * MINUTE, decided_at=end,
                 closed_at=end, contained_at=begun + HOUR if decision > 60 else None)  # fmt: skip
    late = signals(db, Subject.post(ada.publishes("Left alone")), category="spam")
    backdate(db, late, opened_at=begun, deadline=begun + HOUR)
    with db.read() as r:
        found = {one.category: one for one in transparency.times_by_category(r, begun, now, now)}
        days = transparency.backlog_by_day(r, begun, now)
    threat = found["threat"]
    assert (threat.opened, threat.decided, threat.open, threat.overdue) == (3, 3, 0, 0)
    assert (threat.look_p50, threat.look_p95) == (20 * MINUTE, 70 * MINUTE)
    assert (threat.decision_p50, threat.decision_p95) == (50 * MINUTE, 90 * MINUTE)
    assert threat.in_time == pytest.approx(2 / 3) and threat.acted_in_time == 1
    assert (found["spam"].open, found["spam"].overdue, found["spam"].in_time) == (1, 1, 0.5)
    assert found["all"].opened == 5
    assert days[0].opened == 5 and days[-1].open == 1


def test_overturns_and_work_name_nobody(db: Database) -> None:
    ada, mo, po = member(db, "ada"), moderator(db, "mo"), moderator(db, "po")
    for number in range(3):
        case = signals(db, Subject.post(ada.publishes(f"Post {number}")))
        moderation.look(db, mo.acting, case)
        decided = moderation.decide(db, mo.acting, case, Verdict(on_subject="hide", facts="So."))
        delivering.deliver(db, Due(decided))
    appeal = moderation.file_appeal(db, ada.acting, decided, "Look again")
    moderation.answer(db, po.acting, appeal, "overturned", "You are right.")
    with db.read() as r:
        found = transparency.overturns(r, 0, db.clock.now() + 1)
        work = transparency.workload(r, 0, db.clock.now() + 1)
    (person,) = found["person"]
    assert (person.of, person.decisions, person.appealed, person.overturned) == ("person 1", 3, 1, 1)
    assert found["category"][0].overturned == 1
    assert (work[0].who, work[0].role, work[0].looks, work[0].decisions) == ("person 1", "moderator", 3, 3)


def test_the_plan_is_kept_by_who_may(db: Database) -> None:
    admin = moderator(db, "ann", "administrator")
    number = transparency.add_measure(db, admin.acting, "Hire two more", db.clock.now() + DAY, "Ann")
    with pytest.raises(moderation.NotForYou):
        transparency.add_measure(db, moderator(db, "mo").acting, "Mine", db.clock.now())
    with pytest.raises(transparency.CannotPlan):
        transparency.add_measure(db, admin.acting, " ", db.clock.now())
    transparency.finish_measure(db, admin.acting, number)
    with db.read() as r:
        (one,) = transparency.plan(r)
    assert one.text == "Hire two more" and one.done_at is not None
    transparency.drop_measure(db, admin.acting, number)
    with pytest.raises(transparency.NoSuchMeasure):
        transparency.drop_measure(db, admin.acting, number)


def test_a_dossier_has_all_that_is_asked_for_and_only_for_who_may_have_it(db: Database) -> None:
    ada, mo = member(db, "ada"), moderator(db, "mo")
    post = ada.publishes("Words")
    letter = moderation.Letter(
        sender="A host",
        body=f"{db.base_url}/@ada/{post}",
        deadline=db.clock.now() + HOUR,
        kind="host",
        category="threat",
    )
    moderation.add_notice(db, SYSTEM, letter)
    with db.read() as r:
        with pytest.raises(moderation.NotForYou):
            transparency.dossier(db, r, mo.acting)
        auditor = Acting(account_id=mo.id, permissions=permissions_of("auditor"))
        data = transparency.dossier(db, r, auditor)
    assert data["open"]["cases"] == 1 and data["notices"][0]["contained"] == 1
    assert {one["role"] for one in data["staff"]} == {"moderator"}
    words = transparency.dossier_document(data)
    assert "A host" in str(words.blocks) and "ada" not in json.dumps(data)


def test_a_report_is_published_once_when_its_period_is_over(db: Database) -> None:
    now = int(datetime(2026, 8, 3, tzinfo=UTC).timestamp() * 1000)
    assert [datetime.fromtimestamp(ms / 1000, UTC).isoformat()[:10] for ms in last_period(now, 6)] == [
        "2026-01-01",
        "2026-07-01",
    ]
    ada = member(db, "ada")
    begins, _ = last_period(db.clock.now(), 6)
    for number in range(6):
        case = signals(db, Subject.post(ada.publishes(f"Post {number}")), category="spam" if number else "threat")
        with db.write(SYSTEM, Ability.JOBS) as w:
            w.run(update(cases).where(cases.c.id == case).values(opened_at=begins + HOUR))
            w.run(update(signal_rows).where(signal_rows.c.case_id == case).values(
                created_at=begins + HOUR))  # fmt: skip
    transparency.publish_due(db, transparency.Nothing())
    transparency.publish_due(db, transparency.Nothing())
    with db.read() as r:
        (one,) = transparency.published(r)
    assert one.data["signals"] == {"visitor": 6}
    told = {line["category"]: line["all"] for line in one.data["notices"]}
    assert told == {"spam": 5, "threat": "fewer than 5"}
    rows = list(csv.reader(io.StringIO(transparency.as_csv(one.data))))
    assert ["notices", "STATEMENT_CATEGORY_VIOLENCE", "", "all", "fewer than 5"] in [row[2:] for row in rows]
    db.submit(lambda: db.set_settings(SYSTEM, {"transparency_reports": "off"})).result()
    transparency.publish_due(db, transparency.Nothing())
    with db.read() as r:
        assert len(transparency.published(r)) == 1


CATEGORIES = {
    "ANIMAL_WELFARE", "CONSUMER_INFORMATION", "CYBER_VIOLENCE", "CYBER_VIOLENCE_AGAINST_WOMEN",
    "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS", "ILLEGAL_OR_HARMFUL_SPEECH", "INTELLECTUAL_PROPERTY_INFRINGEMENTS",
    "NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS", "NOT_SPECIFIED_NOTICE", "OTHER_VIOLATION_TC",
    "PROTECTION_OF_MINORS", "RISK_FOR_PUBLIC_SECURITY", "SCAMS_AND_FRAUD", "SELF_HARM",
    "UNSAFE_AND_PROHIBITED_PRODUCTS", "VIOLENCE",
}  # fmt: skip


def test_every_decision_that_was_told_has_a_statement_in_the_form_of_the_database(db: Database) -> None:
    ada, mo = member(db, "ada"), moderator(db, "mo")
    measures = [
        (subject, account)
        for subject in ("remove", "hide", "less_reach", "lock", "label", "warning")
        for account in ("nothing", "freeze")
    ] + [("nothing", "limit")]
    kinds, written = list(moderation.HARMS), [ada.publishes(f"Private words {number}") for number in range(14)]
    for number, (subject, account) in enumerate(measures):
        case = signals(db, Subject.post(written[number]), category=kinds[number])
        verdict = Verdict(on_subject=subject, on_account=account, facts="Ada wrote this.", label="Disputed")
        delivering.deliver(db, Due(moderation.decide(db, mo.acting, case, verdict)))
    quiet = signals(db, Subject.post(written[-1]))
    moderation.decide(db, mo.acting, quiet, Verdict())
    with db.read() as r:
        found = transparency.statements_between(r, SYSTEM, 0, db.clock.now() + 1)
    assert len(found) == len(measures) and len({one["puid"] for one in found}) == len(found)
    for one in found:
        assert one["decision_visibility"] or one["decision_provision"] or one["decision_account"]
        assert one["category"].removeprefix("STATEMENT_CATEGORY_") in CATEGORIES
        is_illegal = one["decision_ground"] == "DECISION_GROUND_ILLEGAL_CONTENT"
        assert bool(one["illegal_content_legal_ground"]) == is_illegal == bool(one["illegal_content_explanation"])
        assert bool(one["incompatible_content_ground"]) != is_illegal
        assert one["content_type"] == ["CONTENT_TYPE_TEXT"] and one["source_type"] == "SOURCE_ARTICLE_16"
        assert one["application_date"] == datetime.now(UTC).strftime("%Y-%m-%d") and len(one["decision_facts"]) <= 5000
    text = transparency.statements_as_csv(found)
    assert "Ada wrote" not in text and "Private words" not in text
    assert len(list(csv.DictReader(io.StringIO(text)))) == len(found)
    with db.read() as r, pytest.raises(moderation.NotForYou):
        transparency.statements_between(r, mo.acting, 0, 1)
