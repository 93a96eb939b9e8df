"""Personal data ends on schedule, the chain holds after it, and nothing that is held is touched."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from holdfast import events, evidence, moderation
from holdfast.acting import SYSTEM
from holdfast.events.tables import change_details, changes
from holdfast.evidence import Wanted, erasing
from holdfast.moderation import Verdict
from holdfast.moderation.tables import looks, signals, visitors
from holdfast.store import DAY, ManualClock
from holdfast.writes import Database
from tests.moderation.team import Moderator, moderator
from tests.moderation.test_visitors import gives
from tests.posts.builders import Member, member


@pytest.fixture
def bo(db: Database) -> Member:
    return member(db, "bo")


@pytest.fixture
def mo(db: Database) -> Moderator:
    return moderator(db, "mo")


def noticed(db: Database, mo: Moderator, bo: Member, *, is_decided: bool = True) -> tuple[int, int]:
    """A notice of a new post by somebody without an account, looked at and decided; the case and the post."""
    post = bo.publishes("Burn it down")
    gives(db, f"/@{bo.name}/{post}")
    with db.read() as r:
        case_id = r.value(select(signals.c.case_id).order_by(signals.c.id.desc()).limit(1))
    mo.does(moderation.look, case_id)
    if is_decided:
        mo.does(moderation.decide, case_id, Verdict(on_subject="hide", facts="So."))
    return case_id, post


def kept(db: Database) -> dict[str, list[Any]]:
    """The cases of which contacts, networks and looks are there."""
    with db.read() as r:
        of_named = select(signals.c.case_id).join(visitors, visitors.c.id == signals.c.visitor_id)
        named = of_named.where((visitors.c.email != "") | (visitors.c.name != "")).order_by(signals.c.case_id)
        of_network = select(signals.c.case_id).where(signals.c.said_by.is_not(None)).order_by(signals.c.case_id)
        seen = select(looks.c.case_id).order_by(looks.c.case_id)
        return {"contacts": r.values(named), "networks": r.values(of_network), "looks": r.values(seen)}


def told_looks(db: Database) -> tuple[int, int]:
    """How many looks the change log has, and of how many it still says who looked."""
    is_look = changes.c.kind == "case.looked_at"
    with db.read() as r:
        rows = select(func.count()).select_from(changes)
        told = rows.join(change_details, change_details.c.change_id == changes.c.id)
        return int(r.value(rows.where(is_look)) or 0), int(r.value(told.where(is_look)) or 0)


def test_each_kind_of_personal_data_ends_in_its_time_and_the_chain_holds(
    db: Database, bo: Member, mo: Moderator, clock: ManualClock, run_jobs: Callable[[], None]
) -> None:
    done, _ = noticed(db, mo, bo)
    open_, _ = noticed(db, mo, bo, is_decided=False)
    both = sorted((done, open_))
    for days, expected in (
        (29, {"contacts": both, "networks": both, "looks": both}),
        (2, {"contacts": both, "networks": [open_], "looks": both}),
        (153, {"contacts": [open_], "networks": [open_], "looks": both}),
        (547, {"contacts": [open_], "networks": [open_], "looks": []}),
    ):
        clock.advance(days * DAY)
        erasing.begin(db, erasing.Nothing())
        run_jobs()
        assert kept(db) == expected
    assert told_looks(db) == (2, 0)
    with db.read() as r:
        verdict = events.verify(r)
    assert (verdict.faults, verdict.erased) == ([], 2)
    with db.read() as r:
        assert r.value(select(func.count()).select_from(changes).where(changes.c.kind == "personal_data.erased")) == 3


@pytest.mark.parametrize("kind", ["case", "post", "account"])
def test_what_is_held_stays_until_the_hold_is_lifted(
    db: Database, bo: Member, mo: Moderator, clock: ManualClock, run_jobs: Callable[[], None], kind: str
) -> None:
    case_id, post = noticed(db, mo, bo)
    other, _ = noticed(db, mo, member(db, "ada"))
    subject = {"case": case_id, "post": post, "account": bo.id}[kind]
    number = evidence.place_hold(db, SYSTEM, Wanted(kind=kind, subject_id=subject, reason="A court asks"))
    clock.advance(1_000 * DAY)
    erasing.begin(db, erasing.Nothing())
    run_jobs()
    assert other != case_id
    assert kept(db) == {"contacts": [case_id], "networks": [case_id], "looks": [case_id]}
    evidence.lift_hold(db, SYSTEM, number)
    erasing.begin(db, erasing.Nothing())
    run_jobs()
    assert kept(db) == {"contacts": [], "networks": [], "looks": []}


def test_more_than_a_slice_is_erased_past_what_is_held_and_nought_keeps_for_good(
    db: Database, bo: Member, mo: Moderator, clock: ManualClock, run_jobs: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(erasing, "SLICE", 2)
    held, *others = [noticed(db, mo, bo)[0] for _ in range(5)]
    evidence.place_hold(db, SYSTEM, Wanted(kind="case", subject_id=held, reason="Ours"))
    days = {"network_days": 0, "looks_days": 10}
    db.submit(lambda: db.set_settings(SYSTEM, days)).result()
    clock.advance(200 * DAY)
    erasing.begin(db, erasing.Nothing())
    run_jobs()
    assert kept(db) == {"contacts": [held], "networks": sorted([held, *others]), "looks": [held]}
