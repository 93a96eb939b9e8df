"""Operations on legal holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from holdfast import evidence
from holdfast.acting import SYSTEM
from holdfast.cli.operations.casework import write_file
from holdfast.evidence import Hold, NoSuchHold, Wanted
from holdfast.site.registry import operation
from holdfast.store import read_id
from holdfast.writes import Database


@operation("hold.place")
def place(
    db: Database,
    *,
    kind: str,
    subject: str,
    reason: str,
    reference: str = "",
    until: int | None = None,
    recipient: str = "",
) -> dict[str, Any]:
    """Hold a case, a post or an account."""
    number = read_id(subject)
    if number is None:
        raise evidence.CannotHold.field("subject", "ERR_INVALID", f"'{subject}' is no number.")
    wanted = Wanted(kind=kind, subject_id=number, reason=reason, reference=reference, until=until, recipient=recipient)
    placed = evidence.place_hold(db, SYSTEM, wanted)
    with db.read() as r:
        return _told(evidence.hold(r, SYSTEM, placed))


@operation("hold.list")
def listing(db: Database, *, lifted: bool = False) -> list[dict[str, Any]]:
    """Holds, the newest first."""
    with db.read() as r:
        return [_told(one) for one in evidence.holds_listing(r, SYSTEM, all_of_them=lifted)]


@operation("hold.lift")
def lift(db: Database, *, number: str) -> dict[str, Any]:
    """End a hold; its key and copies are destroyed."""
    found = _number(number)
    db.submit(lambda: evidence.lift_hold(db, SYSTEM, found)).result()
    with db.read() as r:
        return _told(evidence.hold(r, SYSTEM, found))


@operation("hold.export")
def export(db: Database, *, number: str, file: str, sealed: bool = False) -> dict[str, Any]:
    """Write what a hold keeps: a pack for each copy, the newest as FILE, older ones beside it."""
    take = evidence.sealed_copies if sealed else evidence.open_hold
    target, files = Path(file), []
    for place, (at, content) in enumerate(take(db, SYSTEM, _number(number))):
        path = target if place == 0 else target.with_name(f"{target.stem}-{at}{target.suffix}")
        write_file(path, content)
        files.append(str(path))
    return {"files": files}


def _number(written: str) -> int:
    number = read_id(written)
    if number is None:
        raise NoSuchHold(f"'{written}' is no number of a hold; `holdfast hold list` shows them.")
    return number


def _told(one: Hold) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins(one)
    ids = ("id", "subject_id", "placed_by", "lifted_by")
    return told | {name: None if told[name] is None else str(told[name]) for name in ids}
