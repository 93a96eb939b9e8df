"""``holdfast drill notice``: a small one is held, with texts of one's own; nothing of it touches this server's data."""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast.cli.drills.texts import read_texts, samples
from holdfast.errors import Invalid
from tests.servers import RunningServer

SMALL = ("--ordinary", "60", "--planted", "6", "--volunteers", "2", "--reported", "50", "--errors", "0")
WORDS = "wrzlbrmft"  # no word of any language: nothing but this test's own entry can find it


def test_a_drill_tells_what_a_host_wants_to_know(server: RunningServer, tmp_path: Path) -> None:
    texts = tmp_path / "texts.csv"
    texts.write_text("number,text\n1,One of the texts\n2,Another one\n")
    answer = tmp_path / "answer.md"
    told = server.cli("drill", "notice", "--texts", str(texts), "--answer", str(answer), *SMALL, "--json").ok().json
    assert (told["planted"], told["ordinary"], told["still_visible"]) == (6, 60, 0)
    assert told["after_letter"]["within_hour"] == told["after_letter"]["decided_in_day"] == 100.0
    assert told["after_letter"]["within_minute"] >= told["hidden_before_letter"] / 6 * 100 - 0.1
    assert told["wrongly_contained"] == 0 and told["decisions"] >= 6
    words = answer.read_text()
    assert words == told["answer"]
    assert "Decided: 6; hidden until a person decides: 0; open: 0" in words and "Deadline met: yes" in words
    with server.client() as http:  # nobody has been here
        assert http.get("/api/v1/accounts/lookup?acct=author0").status_code == 404


def test_a_drill_screens_as_this_server_does(server: RunningServer, tmp_path: Path) -> None:
    number = server.call("screening.add", kind="term", value=WORDS, category="threat", action="contain")["id"]
    try:
        texts = tmp_path / "texts.txt"
        texts.write_text(f"Somebody says {WORDS} here\n")
        told = server.cli("drill", "notice", "--texts", str(texts), *SMALL, "--json").ok().json
        assert told["after_posting"]["within_minute"] == 100.0
        assert told["hidden_before_letter"] == 6
        said = server.cli("drill", "notice", "--texts", str(texts), *SMALL, "--plain").ok().out
        assert "6 violent posts among 60 ordinary ones, 2 at work." in said and "| 6 |" in said
    finally:
        server.call("screening.drop", term_id=number)


def test_texts_are_read_from_lines_tables_and_json(tmp_path: Path) -> None:
    files = {
        "a.txt": "One\n\n  Two \n",
        "b.csv": 'text,source\nOne,here\n"Two",there\n',
        "c.jsonl": '{"text": "One"}\n"Two"\n',
    }
    for name, written in files.items():
        (tmp_path / name).write_text(written)
        assert read_texts(tmp_path / name) == ("One", "Two")
    assert len(samples()) == len(set(samples())) >= 20


@pytest.mark.parametrize(
    ("name", "written", "words"),
    [
        ("empty.txt", b"\n \n", "holds no text"),
        ("bad.jsonl", b'{"text": "One"}\n{"words": 1}\n', "Line 2 has no text"),
        ("broken.jsonl", b"{\n", "Line 1 is no JSON"),
        ("latin.txt", b"\xff\xfe\xfa", "is not UTF-8"),
        ("long.txt", b"x" * 6_000, "more than 5,000 characters"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(tmp_path: Path, name: str, written: bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(written)
    with pytest.raises(Invalid, match=words):
        read_texts(path)


def test_wrong_use_is_refused_before_anything_begins(server: RunningServer, tmp_path: Path) -> None:
    missing = server.cli("drill", "notice", "--texts", str(tmp_path / "none.txt"))
    assert missing.code == 1 and "cannot be read" in missing.err
    unknown = server.cli("drill", "notice", "--category", "rudeness")
    assert unknown.code == 1 and "'rudeness' is no kind of harm" in unknown.err
