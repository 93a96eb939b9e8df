"""Imports: a file's lines are kept at once, and done by a job in slices, each of which is one commit.

A process that is killed goes on at the first line whose commit was not on the disk. A file that replaces what there
was ends nothing while one of its lines could not be used: a mistyped name must not cost a follow.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, insert, select, update

from holdfast import jobs, people
from holdfast.acting import SYSTEM, Acting
from holdfast.continuity.applying import APPLY, NotReachable, remove, subjects
from holdfast.continuity.csv_files import kind_named, read_csv
from holdfast.continuity.events import ImportBegun, ImportEnded
from holdfast.continuity.tables import import_rows, imports
from holdfast.errors import Conflict, NotFound, Problem, TooMany, Unavailable
from holdfast.languages import N_, packed, unpacked
from holdfast.store import Read
from holdfast.writes import Ability, Database, Write

IMPORT = "continuity.import"
SLICE = 50
"""Lines that one run does; others' writes wait no longer than it takes."""

MOST_KEPT = 10
"""Imports of a member that are remembered, with the lines that could not be used."""


GIVEN_UP = N_("The import stopped before this line was its turn. Import the file again.")


class ImportRuns(Conflict):
    """An import of such a file is still running; wait until it has ended."""

    key = "import_runs"


class ImportNotFound(NotFound):
    """There is no such import."""

    key = "import_not_found"


class RunImport(msgspec.Struct, frozen=True, kw_only=True):
    """Do the next lines of an import."""

    import_id: int


class EndStranded(msgspec.Struct, frozen=True):
    """Look for imports that no job goes on with."""


class Import(msgspec.Struct, frozen=True, kw_only=True):
    """How far an import is; times in milliseconds."""

    id: int
    account_id: int
    kind: str
    is_overwrite: bool
    total: int
    done: int
    failed: int
    unreachable: int
    removed: int
    created_at: int
    finished_at: int | None

    @property
    def waiting(self) -> int:
        """Lines that are still to be done."""
        return self.total - self.done - self.failed - self.unreachable


class UnusedLine(msgspec.Struct, frozen=True):
    """A line that could not be used: its number in the file, what stands there, and why."""

    line: int
    text: str
    is_unreachable: bool
    reason: str


def start_import(db: Database, acting: Acting, kind: str, data: bytes, *, overwrites: bool = False) -> int:
    """Take a CSV file; the import's id. A job does what its lines say.

    Raises :class:`Invalid` on ``kind`` or ``file``, :class:`ImportRuns`, :class:`AccountUnusable`.
    """
    lines = read_csv(kind_named(kind), data)
    with db.write(acting, Ability.RELATIONS) as w:
        w.serialise(acting.known_id)
        owner = people.account_by_id(w, acting.known_id)
        if owner is None or not owner.is_present:
            raise people.AccountUnusable()
        mine = imports.c.account_id == owner.id
        for other in _found(w, mine, imports.c.kind == kind, imports.c.finished_at.is_(None)):
            if _goes_on(w, other):
                raise ImportRuns()
            _give_up(w, other)
        over = select(imports.c.id).where(mine, imports.c.finished_at.is_not(None)).order_by(imports.c.id.desc())
        _delete(w, w.ids(over.offset(MOST_KEPT - 1)))
        number = w.new_id()
        row = {"id": number, "account_id": owner.id, "kind": kind, "is_overwrite": overwrites, "created_at": w.now}
        w.run(insert(imports).values(row | {"total": len(lines)}))
        waiting = {"import_id": number, "state": "waiting"}
        w.run(insert(import_rows), [waiting | {"line": line.number, "cells": line.cells} for line in lines])
        w.enqueue(IMPORT, RunImport(import_id=number))
        w.record(ImportBegun(import_id=number, account_id=owner.id, what=kind, lines=len(lines)))
        return number


def run_import(db: Database, payload: RunImport) -> None:
    """Do a slice of an import; goes on until there is no line left, and nothing to remove."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        found = _found(w, imports.c.id == payload.import_id)
        if not found or found[0].finished_at is not None:
            return
        now = found[0]
        mine = import_rows.c.import_id == now.id
        waiting = select(import_rows.c.line, import_rows.c.cells).where(mine, import_rows.c.state == "waiting")
        lines = w.rows(waiting.order_by(import_rows.c.line).limit(SLICE))
        if lines:
            _apply(db, w, now, [(line, cells) for line, cells in lines])
        elif not now.is_overwrite or now.failed or not _remove(db, w, now):
            _finish(w, now)
            return
        w.enqueue(IMPORT, payload)


def _apply(db: Database, w: Write, now: Import, lines: list[tuple[int, list[str]]]) -> None:
    acting = Acting(account_id=now.account_id)
    results: list[dict[str, Any]] = []
    for line, cells in lines:
        result: dict[str, Any] = {"at": line, "state": "done", "subject": None, "reason": None}
        try:
            result["subject"] = APPLY[now.kind](db, acting, cells)
        except (Unavailable, TooMany):
            raise  # nothing is wrong with the line: the job is run again later
        except NotReachable as problem:
            result |= {"state": "unreachable", "reason": packed(problem.said)}
        except Problem as problem:
            result |= {"state": "failed", "reason": packed(problem.said)}
        results.append(result)
    rows = import_rows.c
    names = ("state", "subject", "reason")
    change = update(import_rows).where(rows.import_id == now.id, rows.line == bindparam("at"))
    w.run(change.values({name: bindparam(f"to_{name}") for name in names}), [_renamed(one, names) for one in results])
    counts = Counter(result["state"] for result in results)
    more = {name: imports.c[name] + counts[name] for name in ("done", "failed", "unreachable")}
    w.run(update(imports).where(imports.c.id == now.id).values(more))


def _renamed(result: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {"at": result["at"]} | {f"to_{name}": result[name] for name in names}


def _remove(db: Database, w: Write, now: Import) -> int:
    """End a slice of what the file does not name; how many there were."""
    named = select(import_rows.c.subject).where(import_rows.c.import_id == now.id, import_rows.c.subject.is_not(None))
    gone = sorted(subjects(w, now.kind, now.account_id) - set(w.values(named)))[:SLICE]
    remove(db, Acting(account_id=now.account_id), now.kind, gone)
    w.run(update(imports).where(imports.c.id == now.id).values(removed=imports.c.removed + len(gone)))
    return len(gone)


def _finish(w: Write, now: Import) -> None:
    used = (import_rows.c.import_id == now.id) & (import_rows.c.state == "done")
    w.run(delete(import_rows).where(used))
    w.run(update(imports).where(imports.c.id == now.id).values(finished_at=w.now))
    counts = {name: getattr(now, name) for name in ("done", "failed", "unreachable", "removed")}
    w.record(ImportEnded(import_id=now.id, account_id=now.account_id, **counts), owner=now.account_id)


def _goes_on(r: Read, now: Import) -> bool:
    return jobs.is_pending(r, IMPORT, msgspec.json.encode(RunImport(import_id=now.id)))


def _give_up(w: Write, now: Import) -> None:
    """End an import whose job ran out of attempts: what is left of the file could not be used."""
    left = (import_rows.c.import_id == now.id) & (import_rows.c.state == "waiting")
    count = w.run(update(import_rows).where(left).values(state="failed", reason=packed(GIVEN_UP)))
    w.run(update(imports).where(imports.c.id == now.id).values(failed=imports.c.failed + count))
    _finish(w, msgspec.structs.replace(now, failed=now.failed + count))


def end_stranded(db: Database, _: EndStranded) -> None:
    """End every import whose job ran out of attempts, so that its member learns which lines are not done."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        for one in _found(w, imports.c.finished_at.is_(None)):
            if not _goes_on(w, one):
                _give_up(w, one)


def _found(r: Read, *rules: Any) -> list[Import]:
    names = Import.__struct_fields__
    rows = r.rows(select(*(imports.c[name] for name in names)).where(*rules).order_by(imports.c.id.desc()))
    return [Import(**dict(zip(names, row, strict=True)) | {"is_overwrite": bool(row.is_overwrite)}) for row in rows]


def imports_of(r: Read, account_id: int) -> list[Import]:
    """An account's imports, the latest first."""
    return _found(r, imports.c.account_id == account_id)


def own_import(r: Read, account_id: int, import_id: int) -> Import:
    """One import of an account. Raises :class:`ImportNotFound`, also for imports of others."""
    found = _found(r, imports.c.account_id == account_id, imports.c.id == import_id)
    if not found:
        raise ImportNotFound()
    return found[0]


def unused_lines(r: Read, import_id: int, *, most: int | None = None) -> list[UnusedLine]:
    """The lines that could not be used, in the file's order: those with a fault first."""
    rows = import_rows.c
    chosen = select(rows.line, rows.cells, rows.state, rows.reason).where(
        rows.import_id == import_id, rows.state.in_(("failed", "unreachable"))
    )
    found = r.rows(chosen.order_by(rows.state, rows.line).limit(most))
    return [
        UnusedLine(line, ",".join(cells).rstrip(","), state == "unreachable", unpacked(why))
        for line, cells, state, why in found
    ]


def forget_imports(db: Database, event: Any) -> None:
    """Remove a deleted account's imports; one that runs ends with them."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        _delete(w, w.ids(select(imports.c.id).where(imports.c.account_id == event.account_id)))


def _delete(w: Write, ids: list[int]) -> None:
    if ids:
        w.run(delete(import_rows).where(import_rows.c.import_id.in_(ids)))
        w.run(delete(imports).where(imports.c.id.in_(ids)))
