"""The dossier from the command line and in the browser; the public page; the plan."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import PASSWORD, RunningServer
from tests.web.asking import ask
from tests.web.browser import Browser


@pytest.fixture
def owner(server: RunningServer) -> Iterator[Browser]:
    """The owner's browser."""
    with Browser(server.base_url) as found:
        found.sign_in("owner", PASSWORD)
        yield found


def test_a_dossier_is_written_signed_and_in_under_a_minute(server: RunningServer, tmp_path: Path) -> None:
    ada, bo = server.member("ada"), server.member("bo")
    post = ask(server, bo, "POST", "/api/v1/statuses", status="Words")
    ask(server, ada, "POST", "/api/v1/reports", account_id=bo.id, status_ids=[post["id"]], category="spam")
    planned = json.loads(server.cli("moderation", "plan", "add", "Hire", "--due", "30d", "--json").ok().out)
    assert "Hire" in server.cli("moderation", "plan", "list").ok().out
    assert server.cli("moderation", "plan", "add", " ", "--due", "30d").code == 1
    paper = tmp_path / "dossier.pdf"
    began = time.monotonic()
    server.cli("moderation", "dossier", "--format", "pdf", "--output", str(paper)).ok()
    assert time.monotonic() - began < 60 and paper.read_bytes().startswith(b"%PDF")
    assert "It holds." in server.cli("evidence", "verify", str(paper)).ok().out
    words = server.cli("moderation", "dossier").ok().out
    assert "# Moderation of" in words and "| Spam | " in words and "| Hire |" in words
    data = json.loads(server.cli("moderation", "dossier", "--json").ok().out)
    assert data["open"]["cases"] >= 1 and data["open"]["oldest_age"] > 0
    server.cli("moderation", "plan", "done", planned["id"]).ok()
    server.cli("moderation", "plan", "drop", planned["id"]).ok()
    assert server.cli("moderation", "plan", "drop", planned["id"]).code == 1
    figures = server.cli("moderation", "figures", "--since", "2020-01-01", "--format", "csv").ok().out
    assert "STATEMENT_CATEGORY_OTHER_VIOLATION_TC" in figures
    assert isinstance(json.loads(server.cli("moderation", "statements", "--since", "2020-01-01").ok().out), list)


def test_the_owner_reads_plans_and_takes_away(server: RunningServer, owner: Browser, tmp_path: Path) -> None:
    page = owner.open("/admin/transparency")
    assert "Age of the oldest open case" in page.words and "No measures are planned." in page.words
    assert owner.send("/admin/transparency/plan", text="More people", due="soon").status == 422
    owner.open("/admin/transparency")
    page = owner.send("/admin/transparency/plan", text="More people", responsible="Ada", due="2031-01-02")
    assert "More people" in page.words and "2031" in page.words
    assert "done" in owner.send("/admin/transparency/plan/change", what="done").words
    pack = tmp_path / "dossier.zip"
    pack.write_bytes(owner.http.get("/admin/transparency/dossier.zip").content)
    assert "It holds." in server.cli("evidence", "verify", str(pack)).ok().out
    assert owner.http.get("/admin/transparency/statements.json?since=2020-01-01").json().keys() == {"statements"}
    assert owner.http.get("/admin/transparency/statements.json?since=2020-01-01&form=csv").text.startswith("puid,")
    assert owner.http.get("/admin/transparency/statements.json?since=never").status_code == 404


def test_everybody_reads_what_is_published_and_nothing_else(server: RunningServer) -> None:
    with Browser(server.base_url) as stranger:
        page = stranger.open("/transparency")
        assert page.status == 200 and ("No report is published yet" in page.words or "Reported" in page.words)
        assert stranger.open("/transparency/1").status == 404
        assert stranger.open("/admin/transparency").path.startswith("/auth/sign_in")
        member = server.member("cy")
        stranger.sign_in(member.name, PASSWORD)
        assert stranger.open("/admin/transparency").status == 404
