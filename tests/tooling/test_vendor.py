"""What others wrote and the pages carry is what ``vendor.json`` says: file for file, with version and licence."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "src/holdfast/web/static/vendor"
sys.path.insert(0, str(ROOT / "tools"))

import write_vendor  # noqa: E402 -- tools/ is a folder of scripts, not a package


def test_every_file_is_the_one_that_was_fetched() -> None:
    told = json.loads((FOLDER / "vendor.json").read_text(encoding="utf-8"))
    there = {path.name for path in FOLDER.iterdir()} - {"vendor.json"}
    assert there == told.keys()
    for name, about in told.items():
        assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == about["sha256"], name
        assert about["licence"] and about["version"] in (write_vendor.HTMX, write_vendor.LUCIDE)


def test_the_sprite_has_the_icons_that_are_named() -> None:
    sprite = (FOLDER / "icons.svg").read_text(encoding="utf-8")
    assert sprite.count("<symbol ") == len(write_vendor.ICONS)
    for name in write_vendor.ICONS:
        assert f'<symbol id="{name}" ' in sprite
