"""Switches, jobs, the change log, copies and exports by command."""

from __future__ import annotations

import csv
import fcntl
import hashlib
import io
import json
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
from sqlalchemy import text

from holdfast import store
from tests.servers import RunningServer
from tests.web.asking import ask

NewServer = Callable[..., RunningServer]


def test_an_ability_is_switched_off_and_on_again(server: RunningServer) -> None:
    off = server.cli("mode", "off", "media", "--reason", "the disk is being changed", "--until", "90m", "--json").ok()
    assert off.json["until"] is not None
    listed = {one["ability"]: one for one in server.cli("mode", "list", "--json").json}
    assert (listed["media"]["is_on"], listed["posting"]["is_on"]) == (False, True)
    assert "the disk is being changed" in server.cli("mode", "list").out
    assert server.cli("mode", "on", "media", "--json").json["changed"] is True
    assert server.cli("mode", "on", "media", "--json").json["changed"] is False


def test_what_cannot_be_switched_is_refused_with_what_can(server: RunningServer) -> None:
    refused = server.cli("mode", "off", "reading", "--reason", "x")
    assert refused.code == 1
    assert "sign_up" in refused.err
    assert server.cli("mode", "off", "posting", "--reason", "x", "--until", "whenever").code == 1


def test_jobs_are_listed_and_failed_ones_run_again(new_server: NewServer) -> None:
    server = new_server()
    opened = store.open_store(f"sqlite:///{server.data_dir / 'holdfast.db'}")
    with opened.transaction() as tx:
        tx.run(
            text(
                "INSERT INTO jobs (id, kind, payload, priority, run_at, state, attempts, created_at, last_error) "
                "VALUES (7, 'posts.unheard_of', '{}', 5, 0, 'failed', 12, 0, 'why it failed')"
            )
        )
    opened.close()
    failed = server.cli("jobs", "list", "--state", "failed", "--json").ok().json
    assert [(job["id"], job["last_error"]) for job in failed["jobs"]] == [(7, "why it failed")]
    assert "why it failed" in server.cli("jobs", "list").ok().out
    assert server.cli("jobs", "retry", "8").code == 1
    assert server.cli("jobs", "retry", "--json").ok().json == {"retried": 1}
    assert server.cli("jobs", "list", "--state", "waiting", "--json").json["counts"] == {"waiting": 1}


def test_the_change_log_is_verified_and_damage_ends_with_code_1(new_server: NewServer) -> None:
    server = new_server().start().set_up()
    assert server.cli("audit", "verify", "--json").ok().json["holds"] is True
    server.stop()
    opened = store.open_store(f"sqlite:///{server.data_dir / 'holdfast.db'}")
    with opened.transaction() as tx:
        tx.run(text("UPDATE changes SET at = at + 1 WHERE seq = 2"))
    opened.close()
    found = server.cli("audit", "verify")
    assert found.code == 1
    assert "DOES NOT HOLD" in found.out


def test_a_decision_that_was_altered_in_the_change_log_is_found_and_named(new_server: NewServer) -> None:
    server = new_server().start().set_up()
    ada, bo = server.member("ada"), server.member("bo")
    post = ask(server, bo, "POST", "/api/v1/statuses", status="Unruly words")
    ask(server, ada, "POST", "/api/v1/reports", account_id=bo.id, status_ids=[post["id"]], category="spam")
    (case,) = [one for one in server.cli("case", "list", "--json").ok().json if one["subject"] == post["id"]]
    server.cli("case", "decide", case["id"], "--measure", "hide", "--facts", "So.").ok()
    assert server.cli("audit", "verify", "--json").ok().json["holds"] is True
    server.stop()
    decided = "(SELECT id FROM changes WHERE kind = 'case.decided')"
    where = f"WHERE change_id = {decided}"
    alterations = (
        (f"UPDATE change_details SET payload = replace(payload, 'hide', 'none') {where}", "altered"),
        (f"UPDATE change_details SET payload = CAST('{{}}' AS BLOB) {where}", "altered"),
        (f"UPDATE change_details SET actor = {ada.id} {where}", "altered"),
        (f"UPDATE changes SET at = at - 60000 WHERE id = {decided}", "seal"),
        (f"DELETE FROM changes WHERE id = {decided}", "were sealed"),
    )
    database = server.data_dir / "holdfast.db"
    intact = database.read_bytes()
    for statement, word in alterations:
        opened = store.open_store(f"sqlite:///{database}")
        with opened.transaction() as tx:
            tx.run(text(statement))
        opened.close()
        found = server.cli("audit", "verify", "--json")
        assert found.code == 1 and found.json["holds"] is False, statement
        assert any(word in fault for fault in found.json["faults"]), found.json["faults"]
        assert word != "altered" or any("case.decided" in fault for fault in found.json["faults"])
        database.write_bytes(intact)
    assert server.cli("audit", "verify", "--json").ok().json["holds"] is True


def test_a_backup_is_whole_checked_and_private(server: RunningServer, tmp_path: Path) -> None:
    server.member("kept")
    blob = server.data_dir / "media" / "aa"
    blob.mkdir(parents=True, exist_ok=True)
    (blob / "picture").write_bytes(b"picture")
    made = server.cli("backup", "now", "--to", str(tmp_path / "copies"), "--json").ok().json
    folder = Path(made["folder"])
    manifest = json.loads((folder / "manifest.json").read_text())
    on_disk = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} - {"manifest.json"}
    assert {entry["path"] for entry in manifest["files"]} == on_disk
    for entry in manifest["files"]:
        content = (folder / entry["path"]).read_bytes()
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (entry["sha256"], entry["bytes"])
        assert stat.S_IMODE((folder / entry["path"]).stat().st_mode) == 0o600
    assert {"secrets/master.key", "media/aa/picture"} <= on_disk
    assert manifest["database"] == server.engine
    assert not list(folder.parent.glob("*.partial"))
    if server.engine == "sqlite":
        copy = sqlite.connect(str(folder / "database" / "holdfast.db"))
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert copy.execute("SELECT count(*) FROM members").fetchone()[0] >= 2
        copy.close()
    else:
        rows = [json.loads(line) for line in (folder / "database" / "members.ndjson").read_text().splitlines()]
        assert len(rows) >= 2
        assert {"account_id", "role", "password_hash"} <= set(rows[0])


def test_a_backup_works_without_a_running_server_and_clears_what_a_killed_one_left(new_server: NewServer) -> None:
    server = new_server()
    copies = server.data_dir / "backups"
    left, mine = copies / "holdfast-20260101T000000000000Z.partial", copies / "letters.partial"
    for folder in (left, mine):
        (folder / "media").mkdir(parents=True)
        (folder / "media" / "half").write_bytes(b"half a picture")
    with open(copies / "backup.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # as a backup holds it that is not finished
        refused = server.cli("backup", "now")
        assert refused.code == 1 and "is not finished yet" in refused.err and left.exists()
    made = server.cli("backup", "now", "--json").ok().json
    assert Path(made["folder"]).parent == copies
    assert not left.exists() and mine.exists()


def test_an_account_leaves_with_all_that_it_has(server: RunningServer, tmp_path: Path) -> None:
    member = server.member("leaver")
    words = [{"keyword": "ending", "whole_word": False}]
    with server.client(member.token) as api:
        made = {"title": "Films", "context": ["home"], "keywords_attributes": words}
        assert api.post("/api/v2/filters", json=made).is_success
        number = api.post("/api/v1/lists", json={"title": "Rowers"}).json()["id"]
        assert api.post(f"/api/v1/lists/{number}/accounts", json={"account_ids": [member.id]}).is_success
        post = api.post("/api/v1/statuses", json={"status": "Mine", "quote_approval_policy": "nobody"}).json()
        assert api.post("/api/v1/statuses", json={"status": "So", "quoted_status_id": post["id"]}).is_success
    other = server.member("other")
    server.cli("user", "alias", member.name, other.name).ok()
    brought = tmp_path / "brought.csv"
    brought.write_text(f"{other.name}\nnobody at all\n")
    server.cli("import", "csv", member.name, str(brought), "--kind", "blocks").ok()
    target = tmp_path / "leaver.zip"
    server.cli("export", member.name, "--to", str(target)).ok()
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        profile = json.loads(archive.read("profile.json"))
        assert (profile["username"], profile["moved_to"]) == (member.name, None)
        assert [uri.rpartition("/")[2] for uri in profile["also_known_as"]] == [other.name]
        (past,) = json.loads(archive.read("imports.json"))
        assert (past["kind"], past["done"], past["failed"]) == ("blocks", 1, 1) and past["finished_at"]
        assert [(one["line"], one["text"]) for one in past["unused"]] == [(2, "nobody at all")]
        written = [
            (one["text"], one["quote_of"], one["quote_policy"]) for one in json.loads(archive.read("posts.json"))
        ]
        assert written == [("Mine", None, "nobody"), ("So", post["uri"], "public")]
        following = list(csv.reader(io.StringIO(archive.read("following.csv").decode())))
        assert following[0] == ["Account address", "Show boosts", "Notify on new posts", "Languages"]
        (kept,) = json.loads(archive.read("filters.json"))
        assert (kept["title"], kept["context"], kept["keywords"]) == ("Films", ["home"], words)
        listed = archive.read("lists.csv").decode().splitlines()
        assert listed[0] == "List name,Account address" and listed[1].startswith(f"Rowers,{member.name}@")
    assert server.cli("export", "nobody", "--to", str(tmp_path / "x.zip")).code == 1
    assert not list(tmp_path.glob("*.partial"))
