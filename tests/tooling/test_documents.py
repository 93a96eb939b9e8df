"""The documents for people say what is so: every path that they name is there, every setting, every command."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from holdfast.cli.program import build

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import write_configuration  # noqa: E402 -- tools/ is a folder of scripts, not a package

PAGES = ["README.md", "ARCHITECTURE.md", "docs/operating.md", "proof/README.md", *(
    path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "docs" / "decisions").glob("*.md"))
)]  # fmt: skip
OURS = r"(?:src|docs|tests|tools|bench|proof|\.ci)/[\w./-]*\w/?"
"""A path from the root, as it stands between backquotes or as a link."""

WRITTEN = {"docs/measurements/proof.json"}
"""Results: not there before somebody has made the long run that writes them."""


def paths_named(text: str) -> set[str]:
    """Paths of this repository in a document; what has a wildcard or a blank in it is left out."""
    quoted = re.findall(rf"`({OURS})(?::\d+)?`", text)
    linked = [link for link in re.findall(r"\]\(([^)#\s]+)", text) if "://" not in link]
    return {path for path in (*quoted, *linked) if path not in WRITTEN}


@pytest.mark.parametrize("page", PAGES)
def test_every_path_that_a_document_names_is_there(page: str) -> None:
    folder = (ROOT / page).parent
    named = paths_named((ROOT / page).read_text(encoding="utf-8"))
    missing = [path for path in sorted(named) if not (ROOT / path).exists() and not (folder / path).exists()]
    assert missing == []


def test_a_path_that_is_not_there_would_be_found() -> None:
    assert paths_named("In `src/holdfast/nowhere.py` and [there](docs/none.md), not https://x.org/src/") == {
        "src/holdfast/nowhere.py",
        "docs/none.md",
    }


def test_the_page_of_settings_is_what_the_settings_say() -> None:
    assert write_configuration.PAGE.read_text(encoding="utf-8") == write_configuration.page()


@pytest.mark.parametrize("page", ["README.md", "docs/operating.md"])
def test_every_command_that_a_document_names_exists(page: str) -> None:
    """``holdfast word word``: as deep as the program has groups."""
    text = (ROOT / page).read_text(encoding="utf-8")
    named = re.findall(r"(?:`|bin/|^    )holdfast ((?:[a-z][a-z-]* ?)+)", text, re.MULTILINE)
    assert named
    for words in named:
        command = get_command(build())
        for word in words.split():
            commands = getattr(command, "commands", None)
            if not commands:
                break
            if word not in commands and getattr(command, "invoke_without_command", False):
                break
            assert word in commands, f"{page}: holdfast {words}"
            command = commands[word]


@pytest.mark.parametrize("page", ["README.md", "docs/operating.md"])
def test_every_make_target_that_a_document_names_exists(page: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"(?:`|^    )make ([a-z-]+)", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE))
    assert named <= targets
