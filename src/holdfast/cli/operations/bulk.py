"""Operations on many cases at once."""

from __future__ import annotations

from typing import Any

import msgspec

from holdfast import moderation
from holdfast.acting import SYSTEM
from holdfast.cli.operations.casework import acting_as
from holdfast.errors import Invalid
from holdfast.moderation import Filter, Selection, Verdict
from holdfast.site.registry import operation
from holdfast.store import read_id
from holdfast.writes import Database


@operation("bulk.decide")
def decide(
    db: Database,
    *,
    search: dict[str, Any],
    cases: list[str],
    verdict: dict[str, Any],
    count: int | None = None,
    only_look: bool = False,
    member: str = "",
) -> dict[str, Any]:
    """Decide in cases that are named or that a search finds; or only say how many these are, with samples."""
    acting, wanted = acting_as(db, member), _selection(search, cases)
    with db.read() as r:
        found = moderation.preview_many(r, acting, wanted, db.clock.now())
    told = {"count": found.count, "samples": [str(one.id) for one in found.samples]}
    if only_look:
        return told
    decided = msgspec.convert(verdict, Verdict)
    number = db.submit(lambda: moderation.decide_many(db, acting, wanted, decided, count=count)).result()
    return told | {"id": str(number)}


@operation("bulk.show")
def show(db: Database, *, bulk_id: str) -> dict[str, Any]:
    """How far a bulk decision is."""
    number = _number(bulk_id)
    with db.read() as r:
        found = moderation.bulk(r, SYSTEM, number)
        skipped = moderation.left_out(r, number)
    told: dict[str, Any] = msgspec.to_builtins(found)
    ids = {name: None if told[name] is None else str(told[name]) for name in ("id", "decided_by", "undone_by")}
    return told | ids | {"state": found.state, "left_out": skipped}


@operation("bulk.steer")
def steer(db: Database, *, bulk_id: str, what: str, member: str = "") -> dict[str, Any]:
    """Halt a bulk decision, let it go on, or take all of it back."""
    commands = {"stop": moderation.stop_many, "resume": moderation.resume_many, "undo": moderation.undo_many}
    number, acting = _number(bulk_id), acting_as(db, member)
    db.submit(lambda: commands[what](db, acting, number)).result()
    return show(db, bulk_id=bulk_id)


def _selection(search: dict[str, Any], cases: list[str]) -> Selection:
    if search.get("category") and search["category"] not in moderation.HARMS:
        known = ", ".join(moderation.HARMS)
        raise Invalid.field("category", "ERR_INCLUSION", f"There is no such kind of harm; use one of {known}.")
    if search.get("about") and search["about"] not in moderation.KINDS:
        known = ", ".join(moderation.KINDS)
        raise Invalid.field("about", "ERR_INCLUSION", f"No case is about such a thing; use one of {known}.")
    numbers = [read_id(one) for one in cases]
    if None in numbers:
        raise moderation.NoSuchCase("One of these is no number of a case; `holdfast case list` shows them.")
    wanted = Filter(
        words=search.get("words", ""),
        categories=(search["category"],) if search.get("category") else (),
        subject_kind=search.get("about") or None,
        is_overdue=True if search.get("overdue") else None,
        is_contained=True if search.get("contained") else None,
    )
    chosen = tuple(number for number in numbers if number is not None)
    return Selection(case_ids=chosen, search=wanted if not chosen and any(search.values()) else None)


def _number(written: str) -> int:
    number = read_id(written)
    if number is None:
        raise moderation.NoSuchBulk(f"'{written}' is no number of a bulk decision.")
    return number
