"""Legal holds: they outlive deletion, are sealed, notice changes, end by themselves, and nothing of them stays."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable

import pyrage
import pytest
from sqlalchemy import select

from holdfast import evidence, moderation, posts
from holdfast.acting import SYSTEM
from holdfast.evidence import Wanted, holds
from holdfast.evidence.sealing import open_sealed
from holdfast.evidence.tables import held_copies
from holdfast.moderation import Subject
from holdfast.posts.storage import storage
from holdfast.store import DAY, ManualClock
from holdfast.vendors import BlobMissing
from holdfast.writes import Database
from tests.moderation.team import moderator, signals
from tests.posts.builders import Member, member


def opened(content: bytes) -> dict[str, bytes]:
    """The files of a pack, which holds."""
    assert evidence.verify_pack(content).faults == []
    with zipfile.ZipFile(io.BytesIO(content)) as pack:
        return {name: pack.read(name) for name in pack.namelist()}


@pytest.fixture
def ada(db: Database) -> Member:
    return member(db, "ada")


def test_a_held_post_outlives_its_deletion_and_is_sealed(
    db: Database, ada: Member, clock: ManualClock, run_jobs: Callable[[], None]
) -> None:
    post = ada.publishes("Words that matter")
    number = evidence.place_hold(db, SYSTEM, Wanted(kind="post", subject_id=post, reason="A court asks"))
    ada.does(posts.delete, post)
    run_jobs()
    clock.advance(60 * DAY)
    run_jobs()
    (_, content), *_ = evidence.open_hold(db, SYSTEM, number)
    assert b"Words that matter" in opened(content)["subject.json"]
    with db.read() as r:
        key = r.value(select(held_copies.c.blob_key).where(held_copies.c.hold_id == number))
    assert b"Words that matter" not in storage(db).read(key)
    evidence.lift_hold(db, SYSTEM, number)
    with pytest.raises(BlobMissing):
        storage(db).read(key)
    with pytest.raises(evidence.CannotOpen):
        evidence.open_hold(db, SYSTEM, number)


def test_what_changes_under_a_hold_is_copied_again_and_its_end_comes_by_itself(
    db: Database, ada: Member, clock: ManualClock
) -> None:
    case = signals(db, Subject.post(ada.publishes("First")), category="hate")
    end = clock.now() + DAY
    number = evidence.place_hold(db, SYSTEM, Wanted(kind="case", subject_id=case, reason="Ours", until=end))
    holds.refresh(db, holds.Nothing())
    assert len(evidence.open_hold(db, SYSTEM, number)) == 1
    moderation.decide(db, SYSTEM, case, moderation.Verdict(on_subject="hide", facts="So."))
    holds.refresh(db, holds.Nothing())
    newest, oldest = evidence.open_hold(db, SYSTEM, number)
    assert (
        json.loads(opened(newest[1])["case.json"])["decisions"]
        and not json.loads(opened(oldest[1])["case.json"])["decisions"]
    )
    clock.advance(2 * DAY)
    holds.refresh(db, holds.Nothing())
    with db.read() as r:
        assert evidence.hold(r, SYSTEM, number).lifted_at is not None and not evidence.is_held(r, "case", case)


def test_sealed_to_somebody_else_only_they_can_open_it(db: Database, ada: Member) -> None:
    ada.publishes("One"), ada.publishes("Two")
    counsel = pyrage.x25519.Identity.generate()
    wanted = Wanted(kind="account", subject_id=ada.id, reason="Ours", recipient=str(counsel.to_public()))
    number = evidence.place_hold(db, SYSTEM, wanted)
    with pytest.raises(evidence.CannotOpen):
        evidence.open_hold(db, SYSTEM, number)
    ((_, sealed),) = evidence.sealed_copies(db, SYSTEM, number)
    told = json.loads(opened(open_sealed(sealed, str(counsel)))["subject.json"])
    assert len(told["subject"]["posts"]) == 2 and told["subject"]["account"]["name"] == "ada"


def test_what_points_at_the_abuse_of_children_is_held_by_itself_for_ninety_days(
    db: Database, ada: Member, run_jobs: Callable[[], None]
) -> None:
    case = signals(db, Subject.post(ada.publishes("Terrible")), category="child_safety")
    signals(db, Subject.post(ada.publishes("Rude")), category="hate")
    run_jobs()
    with db.read() as r:
        (found,) = evidence.holds_listing(r, SYSTEM)
    assert (found.kind, found.subject_id, found.is_automatic) == ("case", case, True)
    assert found.until is not None and found.until > db.clock.now() + 89 * DAY


def test_who_may_and_what_cannot_be_held(db: Database, ada: Member) -> None:
    post = ada.publishes("Words")
    good = Wanted(kind="post", subject_id=post, reason="Ours")
    with pytest.raises(moderation.NotForYou):
        evidence.place_hold(db, moderator(db, "mo").acting, good)
    auditor = moderator(db, "au", "auditor").acting
    number = evidence.place_hold(db, moderator(db, "an", "administrator").acting, good)
    with pytest.raises(moderation.NotForYou):
        evidence.lift_hold(db, auditor, number)
    assert evidence.open_hold(db, auditor, number)
    for wrong in (
        {"kind": "song"}, {"reason": " "}, {"subject_id": 1}, {"until": 1}, {"recipient": "age1nonsense"},
        {"reason": "x" * 1_001},
    ):  # fmt: skip
        with pytest.raises(evidence.CannotHold):
            evidence.place_hold(db, SYSTEM, Wanted(**({"kind": "post", "subject_id": post, "reason": "Ours"} | wrong)))
