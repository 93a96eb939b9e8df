"""Operations on custom emoji."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from holdfast import posts
from holdfast.acting import SYSTEM
from holdfast.errors import Invalid, Problem
from holdfast.posts import Emoji, EmojiFiles, Packed
from holdfast.posts.picture_worker import PictureWorker
from holdfast.site.registry import Progress, operation
from holdfast.writes import Database


@operation("emoji.add")
def add(db: Database, *, shortcode: str, file: str, category: str = "", replace: bool = False) -> dict[str, Any]:
    """Add one emoji from a picture."""
    posts.check_shortcode(shortcode)
    stored = posts.store_emoji(db, _read(file))
    return _shown(_add(db, shortcode, stored, category, replace=replace))


@operation("emoji.import")
def import_zip(
    db: Database, *, file: str, category: str = "", replace: bool = False, progress: Progress
) -> dict[str, Any]:
    """Add the pictures of a ZIP file; each is named as its file. What cannot be added is told, the rest is added."""
    _read(file, least=1)
    worker = PictureWorker()
    added: list[str] = []
    refused: list[dict[str, str]] = []
    for done, one in enumerate(posts.packed_emojis(Path(file), db.settings.most_emoji_bytes), start=1):
        try:
            _add_packed(db, one, category, worker, replace=replace)
            added.append(one.shortcode)
        except Problem as problem:
            refused.append({"name": one.shortcode, "problem": problem.message})
        progress("emoji", done, done)
    return {"added": added, "refused": refused}


def _add_packed(db: Database, one: Packed, category: str, worker: PictureWorker, *, replace: bool) -> None:
    if one.problem:
        raise Invalid(one.problem)
    posts.check_shortcode(one.shortcode)
    _add(db, one.shortcode, posts.store_emoji(db, one.data, worker), category, replace=replace)


def _add(db: Database, shortcode: str, stored: EmojiFiles, category: str, *, replace: bool) -> Emoji:
    def change() -> Emoji:
        return posts.add_emoji(db, SYSTEM, shortcode, *stored, category=category, replace=replace)

    return db.submit(change).result()


@operation("emoji.list")
def listing(db: Database) -> list[dict[str, Any]]:
    """Every emoji."""
    with db.read() as r:
        return [_shown(one) for one in posts.all_emojis(r)]


@operation("emoji.disable")
def disable(db: Database, *, shortcode: str, disabled: bool = True) -> dict[str, Any]:
    """Let an emoji be used no longer, or again."""
    db.submit(lambda: posts.disable_emoji(db, SYSTEM, shortcode, is_disabled=disabled)).result()
    return {"shortcode": shortcode.strip(":"), "is_disabled": disabled}


@operation("emoji.remove")
def remove(db: Database, *, shortcode: str) -> dict[str, Any]:
    """Take an emoji away for good."""
    db.submit(lambda: posts.remove_emoji(db, SYSTEM, shortcode)).result()
    return {"shortcode": shortcode.strip(":")}


def _read(file: str, least: int = 0) -> bytes:
    try:
        with Path(file).open("rb") as opened:
            return opened.read(least or 8 * 1024 * 1024)
    except OSError as problem:
        raise Invalid.field("file", "ERR_INVALID", f"{file} cannot be read: {problem.strerror}") from problem


def _shown(one: Emoji) -> dict[str, Any]:
    return {"shortcode": one.shortcode, "category": one.category or "", "is_disabled": one.is_disabled}
