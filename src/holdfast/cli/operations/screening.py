"""Operations on what screening looks for."""

from __future__ import annotations

from typing import Any

import msgspec

from holdfast import moderation
from holdfast.acting import SYSTEM
from holdfast.moderation import BlockedTerm, Wanted
from holdfast.site.registry import operation
from holdfast.store import read_id
from holdfast.writes import Database


@operation("screening.list")
def listing(db: Database) -> list[dict[str, Any]]:
    """Every entry."""
    with db.read() as r:
        return [_shown(one) for one in moderation.terms(r)]


@operation("screening.add")
def add(db: Database, *, kind: str, value: str, category: str, action: str, note: str = "") -> dict[str, Any]:
    """Look for something from now on."""
    wanted = Wanted(kind, value, category, action, note)
    return _shown(db.submit(lambda: moderation.add_term(db, SYSTEM, wanted)).result())


@operation("screening.drop")
def drop(db: Database, *, term_id: str) -> dict[str, Any]:
    """Look for something no longer."""
    return _shown(db.submit(lambda: moderation.drop_term(db, SYSTEM, _number(term_id))).result())


@operation("screening.test")
def try_text(db: Database, *, text: str) -> list[dict[str, Any]]:
    """The entries that a text would meet."""
    with db.read() as r:
        return [_shown(one) for one in moderation.met_by(r, db, text)]


@operation("screening.sweep")
def sweep(db: Database, *, term_id: str, is_preview: bool) -> dict[str, Any]:
    """Look for an entry in older posts; a preview counts and shows some, and does nothing."""
    number = _number(term_id)
    with db.read() as r:
        found = moderation.preview(r, SYSTEM, number)
    if not is_preview:
        db.submit(lambda: moderation.begin_sweep(db, SYSTEM, number)).result()
    samples = [{"id": str(one), "text": text} for one, text in found.samples]
    return {"looked_at": found.looked_at, "found": found.found, "samples": samples, "begun": not is_preview}


def _number(text: str) -> int:
    number = read_id(text)
    if number is None:
        raise moderation.NoSuchTerm()
    return number


def _shown(one: BlockedTerm) -> dict[str, Any]:
    return msgspec.structs.asdict(one) | {"id": str(one.id), "created_by": str(one.created_by or "")}
