"""``holdfast case …`` and ``holdfast evidence verify``: from a signal to a pack that others can check."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

from tests.servers import RunningServer
from tests.web.asking import ask


def test_a_case_is_listed_shown_decided_undone_and_taken_out_as_evidence(server: RunningServer, tmp_path: Path) -> None:
    ada, bo = server.member("ada"), server.member("bo")
    post = ask(server, bo, "POST", "/api/v1/statuses", status="Ünruly words", spoiler_text="Mind")
    ask(server, bo, "PUT", f"/api/v1/statuses/{post['id']}", status="Ünruly words, changed")
    ask(
        server,
        ada,
        "POST",
        "/api/v1/reports",
        account_id=bo.id,
        status_ids=[post["id"]],
        category="spam",
        comment="Look",
    )
    listed = json.loads(server.cli("case", "list", "--about", "post", "--most", "1000", "--json").ok().out)
    (found,) = [one for one in listed if one["subject"] == post["id"]]  # others share the server
    number = found["id"]
    assert found["category"] == "spam" and "Severity" in found["why"]
    assert "Spam" in server.cli("case", "list").ok().out
    assert server.cli("case", "list", "--category", "nonsense").code == 1
    shown = json.loads(server.cli("case", "show", number, "--json").ok().out)
    texts = [version["text"] for version in shown["subject"]["post"]["versions"]]
    assert texts == ["Ünruly words", "Ünruly words, changed"]
    assert shown["signals"][0]["comment"] == "Look" and shown["signals"][0]["by"] == f"member {ada.id}"
    assert server.cli("case", "decide", number, "--measure", "explode").code == 1
    wrong = server.cli("case", "decide", number, "--measure", "hide", "--as", "bo")
    assert wrong.code == 1  # a case about themselves, and no permission either
    decided = json.loads(server.cli("case", "decide", number, "--measure", "hide", "--facts", "So.", "--json").ok().out)
    left = json.loads(server.cli("case", "list", "--most", "1000", "--json").ok().out)
    assert number not in {one["id"] for one in left}
    assert json.loads(server.cli("case", "list", "--closed", "--json").ok().out)[0]["id"] == number
    assert server.client().get(f"/api/v1/statuses/{post['id']}").status_code == 404
    pack = tmp_path / "pack.zip"
    server.cli("case", "export", number, "--to", str(pack)).ok()
    server.cli("case", "undo", decided["id"]).ok()
    assert server.client().get(f"/api/v1/statuses/{post['id']}").status_code == 200
    _checks(server, pack, number, tmp_path)


def _checks(server: RunningServer, pack: Path, number: str, folder: Path) -> None:
    """A pack holds against the server's published key, and not when anything in it was changed."""
    facts = server.client().get("/.well-known/holdfast").json()
    key = facts["signing"]["public_key"]
    told = json.loads(server.cli("evidence", "verify", str(pack), "--key", key, "--json").ok().out)
    assert told["faults"] == [] and told["files"] == 3 and told["rows"] == 3 and told["head_seq"] <= facts["log"]["seq"]
    assert server.cli("evidence", "verify", str(pack), "--key", "x" * 44).code == 1
    with zipfile.ZipFile(pack) as opened:
        files = {name: opened.read(name) for name in opened.namelist()}
    case = json.loads(files["case.json"])
    assert case["case"]["id"] == number and case["decisions"][0]["facts"] == "So."
    assert files["case.pdf"].startswith(b"%PDF")
    log = json.loads(files["log.json"])
    assert any("payload" not in row for row in log["rows"]) and "actor" not in json.dumps(
        [r for r in log["rows"] if "payload" not in r]
    )
    for name, old, new in (
        ("case.json", b"So.", b"No."),
        ("log.json", b'"seq": ', b'"seq": 1'),
        ("manifest.json", b"holdfast-pack-1", b"holdfast-pack-2"),
    ):
        changed = folder / f"changed-{name}.zip"
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as writing:
            for each, content in files.items():
                writing.writestr(each, content.replace(old, new) if each == name else content)
        changed.write_bytes(out.getvalue())
        assert server.cli("evidence", "verify", str(changed)).code == 1, name
    broken = folder / "broken.zip"
    broken.write_bytes(b"no pack")
    assert "no evidence pack" in server.cli("evidence", "verify", str(broken)).err
