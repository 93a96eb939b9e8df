"""Operations on cases: the queue, one case, a decision, an undo, the evidence pack."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import msgspec

from holdfast import access, evidence, moderation, people
from holdfast.access import permissions_of
from holdfast.acting import SYSTEM, Acting
from holdfast.errors import Invalid
from holdfast.moderation import Case, Filter, Verdict
from holdfast.site.registry import operation
from holdfast.store import Window, read_id
from holdfast.writes import Database


@operation("case.list")
def listing(
    db: Database,
    *,
    category: str = "",
    about: str = "",
    overdue: bool = False,
    contained: bool = False,
    closed: bool = False,
    most: int = 40,
) -> list[dict[str, Any]]:
    """Open cases, those with the most harm to expect first; or closed ones, newest first."""
    if category and category not in moderation.HARMS:
        known = ", ".join(moderation.HARMS)
        raise Invalid.field("category", "ERR_INCLUSION", f"There is no kind of harm called {category}; use {known}.")
    if about and about not in moderation.KINDS:
        known = ", ".join(moderation.KINDS)
        raise Invalid.field("about", "ERR_INCLUSION", f"No case is about a {about}; use {known}.")
    now = db.clock.now()
    with db.read() as r:
        if closed:
            found = moderation.closed(r, SYSTEM, Window(limit=most))
        else:
            wanted = Filter(
                categories=(category,) if category else (),
                subject_kind=about or None,
                is_overdue=True if overdue else None,
                is_contained=True if contained else None,
            )
            found = moderation.queue(r, SYSTEM, wanted, now=now, most=most)
    return [_case(one, now) for one in found]


@operation("case.show")
def show(db: Database, *, case_id: str) -> dict[str, Any]:
    """One case with its subject, signals, decisions, appeals and looks, and why it stands where it stands."""
    number = _number(case_id)
    with db.read() as r:
        case = moderation.case(r, SYSTEM, number)
        told = evidence.case_file(db, r, SYSTEM, number)
    return told | {"why": str(case.weighing.words(db.clock.now())), "revision": case.revision}


@operation("case.decide")
def decide(
    db: Database,
    *,
    case_id: str,
    on_subject: str = "nothing",
    on_account: str = "nothing",
    category: str = "",
    rules: list[int] = [],  # noqa: B006 -- read from JSON, never changed
    law: str = "",
    facts: str = "",
    note: str = "",
    label: str = "",
    until: int | None = None,
    closes: bool = True,
    rests: bool = False,
    member: str = "",
) -> dict[str, Any]:
    """Decide in a case, as who runs the server or in the name of a member of the team."""
    number, acting = _number(case_id), acting_as(db, member)
    verdict = Verdict(
        on_subject=on_subject,
        on_account=on_account,
        category=category or None,
        rule_ids=tuple(rules),
        law=law,
        facts=facts,
        note=note,
        label=label,
        until=until,
        closes=closes,
        rests=rests,
    )
    decided = db.submit(lambda: moderation.decide(db, acting, number, verdict)).result()
    return _decided(db, decided)


@operation("case.undo")
def undo(db: Database, *, decision_id: str, member: str = "") -> dict[str, Any]:
    """Take a decision back; all that it changed is put back."""
    number, acting = read_id(decision_id), acting_as(db, member)
    if number is None:
        raise moderation.NoSuchDecision(f"'{decision_id}' is no number of a decision; `holdfast case show` has them.")
    db.submit(lambda: moderation.undo(db, acting, number)).result()
    return _decided(db, number)


@operation("case.export")
def export(db: Database, *, case_id: str, file: str, names_team: bool = False) -> dict[str, Any]:
    """Write the evidence pack of a case into a file."""
    with db.read() as r:
        content = evidence.pack_case(db, r, SYSTEM, _number(case_id), names_team=names_team)
    write_file(Path(file), content)
    return {"file": file, "bytes": len(content)}


def write_file(target: Path, content: bytes) -> None:
    """A file that only its owner reads, there when it is whole. Raises :class:`Invalid`."""
    draft = target.with_name(target.name + ".partial")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(content)
        draft.replace(target)
    except OSError as fault:
        raise Invalid(f"'{target}' cannot be written: {fault.strerror}.") from fault


def _number(written: str) -> int:
    number = read_id(written)
    if number is None:
        raise moderation.NoSuchCase(f"'{written}' is no number of a case; `holdfast case list` shows them.")
    return number


def acting_as(db: Database, name: str) -> Acting:
    """Who runs the server, or a member of the team whom they name. Raises :class:`AccountNotFound`."""
    if not name:
        return SYSTEM
    with db.read() as r:
        found = access.by_login(r, name)
    if found is None:
        raise people.AccountNotFound(f"There is no member called {name}.")
    return Acting(account_id=found.account_id, permissions=permissions_of(found.role))


def _case(one: Case, now: int) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins(one)
    ids = {name: None if told[name] is None else str(told[name]) for name in ("id", "account_id", "claimed_by")}
    return told | ids | {"title": str(moderation.harm(one.category).title), "why": str(one.weighing.words(now))}


def _decided(db: Database, number: int) -> dict[str, Any]:
    with db.read() as r:
        one = moderation.decision(r, number)
    told: dict[str, Any] = msgspec.to_builtins(one)
    ids = ("id", "case_id", "account_id", "status_id", "decided_by", "undone_by", "overturned_by_appeal_id")
    return told | {name: None if told[name] is None else str(told[name]) for name in ids}
