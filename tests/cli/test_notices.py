"""``holdfast notice``: a letter comes in, is shown and answered from the command line."""

from __future__ import annotations

import json
from pathlib import Path

from tests.servers import RunningServer


def test_a_letter_is_taken_in_shown_and_answered(server: RunningServer, tmp_path: Path) -> None:
    server.call("user.create", name="heron", email="heron@example.org", password="correct horse battery staple")
    token = server.call("user.token", name="heron")["token"]
    with server.client() as client:
        headers = {"authorization": f"Bearer {token}"}
        made = client.post("/api/v1/statuses", json={"status": "Here I am"}, headers=headers).json()
    letter = tmp_path / "letter.txt"
    letter.write_text(f"Please look at {made['url']} and https://far.example/1.\n")
    added = ["notice", "add", str(letter), "--from", "A host", "--deadline", "24h"]
    told = json.loads(server.cli(*added, "--reference", "R-7", "--json").ok().out)
    number = told["notice"]["id"]
    assert (told["found"], told["not_found"], told["open"]) == (1, 1, 1)
    assert "A host" in server.cli("notice", "list").ok().out
    assert "not an address of this server" in server.cli("notice", "show", number).ok().out
    assert "R-7" in server.cli("notice", "report", number).ok().out
    output = tmp_path / "answer.json"
    server.cli("notice", "report", number, "--format", "json", "--output", str(output)).ok()
    assert json.loads(output.read_text())["items"][0]["state"] == "open"
    paper = tmp_path / "answer.pdf"
    assert (
        "answer.pdf.sig" in server.cli("notice", "report", number, "--format", "pdf", "--output", str(paper)).ok().out
    )
    assert paper.read_bytes().startswith(b"%PDF")
    assert "It holds." in server.cli("evidence", "verify", str(paper)).ok().out
    paper.write_bytes(paper.read_bytes() + b" ")
    assert server.cli("evidence", "verify", str(paper)).code == 1
    assert "Noted as answered" in server.cli("notice", "answered", number).ok().out
    assert server.cli("notice", "show", "x").code == 1
    assert server.cli("notice", "add", str(tmp_path / "none"), "--from", "A", "--deadline", "24h").code == 1
    assert server.cli("notice", "add", str(letter), "--from", "A", "--deadline", "soon").code == 1
