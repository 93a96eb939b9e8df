"""Requests by authorities: step by step, never more than was verified, told when it may be; and the handover."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pyrage
import pytest

from holdfast import legal, moderation
from holdfast.evidence import verify_pack
from holdfast.legal import NewRequest
from holdfast.store import DAY, ManualClock
from holdfast.writes import Database
from tests.moderation.team import moderator
from tests.posts.builders import member
from tests.servers import PASSWORD, RunningServer
from tests.web.browser import Browser


def wanted(db: Database, **more: object) -> NewRequest:
    """A request as it comes in."""
    values = {
        "authority": "Police of Harbour",
        "basis": "§ 1 TTDSG",
        "asked": "Who is this?",
        "deadline": db.clock.now() + DAY,
    }
    return NewRequest(**(values | more))  # type: ignore[arg-type]


def test_nothing_is_handed_over_before_every_step_and_the_member_is_told_when_it_may_be(
    db: Database, clock: ManualClock, run_jobs: Callable[[], None]
) -> None:
    ada, admin = member(db, "ada"), moderator(db, "ann", "administrator").acting
    secret = clock.now() + 10 * DAY
    number = legal.add_request(db, admin, wanted(db, account_id=ada.id, secret_until=secret))
    with pytest.raises(legal.CannotAnswer):
        legal.record_handed(db, admin, number, "Name and address", b"...")
    with pytest.raises(legal.CannotAnswer):
        legal.close_request(db, admin, number, "answered", "Given.")
    for step in legal.CHECKS:
        legal.tick(db, admin, number, step)
        legal.tick(db, admin, number, step)
    legal.record_handed(db, admin, number, "Name and address", b"Ada, Pier 1")
    legal.close_request(db, admin, number, "answered", "Name and address were given.")
    run_jobs()
    with db.read() as r:
        assert legal.requests_about(r, ada.id) == []
        (given,) = legal.handed_over(r, number)
        assert len(given.digest) == 64
    clock.advance(11 * DAY)
    run_jobs()
    with db.read() as r:
        (told,) = legal.requests_about(r, ada.id)
    assert told.told_at is not None and told.outcome == "Name and address were given."
    with pytest.raises(legal.CannotAnswer):
        legal.close_request(db, admin, number, "refused", "No.")


def test_a_refusal_needs_no_steps_and_only_the_desk_may(db: Database, run_jobs: Callable[[], None]) -> None:
    ada, admin = member(db, "ada"), moderator(db, "ann", "administrator").acting
    mo, auditor = moderator(db, "mo").acting, moderator(db, "au", "auditor").acting
    with pytest.raises(moderation.NotForYou):
        legal.add_request(db, mo, wanted(db))
    number = legal.add_request(db, admin, wanted(db, account_id=ada.id))
    with db.read() as r:
        assert [one.id for one in legal.requests_listing(r, auditor, only_open=True)] == [number]
        with pytest.raises(moderation.NotForYou):
            legal.request(r, mo, number)
    with pytest.raises(moderation.NotForYou):
        legal.tick(db, auditor, number, "caller")
    legal.close_request(db, admin, number, "refused", "No law says so.")
    run_jobs()
    with db.read() as r:
        assert [one.state for one in legal.requests_about(r, ada.id)] == ["refused"]
    for wrong in ({"authority": " "}, {"deadline": 1}, {"account_id": 1}, {"asked": "x" * 20_001}):
        with pytest.raises(legal.CannotTake):
            legal.add_request(db, admin, wanted(db, **wrong))


def test_a_handover_opens_with_the_key_of_counsel_alone(server: RunningServer, tmp_path: Path) -> None:
    counsel = pyrage.x25519.Identity.generate()
    server.member("ada")
    made = server.cli(
        "legal", "request", "add", "--from", "A court", "--basis", "§ 98 StPO", "--asked", "All",
        "--deadline", "7d", "--json",
    ).ok()  # fmt: skip
    number = json.loads(made.out)["id"]
    assert "Steps missing: caller" in server.cli("legal", "request", "show", number).ok().out
    for step in ("caller", "basis", "scope", "counsel"):
        server.cli("legal", "request", "check", number, step).ok()
    given = tmp_path / "given.txt"
    given.write_text("A name")
    server.cli("legal", "request", "hand-over", number, "--what", "A name", "--file", str(given)).ok()
    target = tmp_path / "handover.age"
    server.cli("legal", "handover", "--to", str(counsel.to_public()), "--output", str(target)).ok()
    assert server.cli("legal", "handover", "--to", "nobody", "--output", str(target)).code == 1
    content = pyrage.decrypt(target.read_bytes(), [counsel])
    assert verify_pack(content).faults == [] and b"A court" not in target.read_bytes()
    pack = tmp_path / "pack.zip"
    pack.write_bytes(content)
    assert "It holds." in server.cli("evidence", "verify", str(pack)).ok().out
    import zipfile

    with zipfile.ZipFile(pack) as opened:
        names = set(opened.namelist())
        assert {"START-HERE.pdf", "dossier.pdf", "requests.json", "holds.json", "rules.md"} <= names
        assert "A court" in opened.read("START-HERE.md").decode()
    assert "answered" in server.cli("legal", "request", "answer", number, "--outcome", "Given.").ok().out


def test_the_desk_in_the_browser(server: RunningServer) -> None:
    ada = server.member("ada")
    with Browser(server.base_url) as owner, Browser(server.base_url) as browser:
        owner.sign_in("owner", PASSWORD)
        owner.open("/admin/requests")
        values = {
            "authority": "A ministry",
            "basis": "A law",
            "asked": "All posts",
            "member": ada.name,
            "deadline": "2031-01-02",
        }
        assert owner.send("/admin/requests", **(values | {"member": "nobody"})).status == 422
        owner.open("/admin/requests")
        page = owner.send("/admin/requests", **values)
        at = page.path.partition("?")[0]
        assert "A ministry" in page.heading
        assert owner.send(f"{at}/handed", what="Posts").status == 422
        for _ in range(4):
            owner.open(at)
            owner.send(f"{at}/check")
        owner.open(at)
        assert "Posts" in owner.send(f"{at}/handed", what="Posts").words
        page = owner.send(f"{at}/close", state="answered", outcome="Public posts were given.")
        assert "Public posts were given." in page.words
        browser.sign_in(ada.name, PASSWORD)
        for _ in range(50):
            page = browser.open("/settings/requests")
            if "A ministry" in page.words:
                break
        assert "Public posts were given." in page.words
        assert browser.open("/admin/requests").status == 404
