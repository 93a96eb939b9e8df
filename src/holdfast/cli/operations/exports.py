"""Exports and imports from the command line; what they hold is for ``continuity`` to say."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import msgspec

from holdfast import continuity, people
from holdfast.acting import Acting
from holdfast.errors import Invalid
from holdfast.site.registry import Progress, operation
from holdfast.store import Read
from holdfast.writes import Database


@operation("export")
def export(db: Database, *, account: str, file: str, progress: Progress) -> dict[str, Any]:
    """Write an account's data into a new file."""
    with db.read() as r:
        found = _member(r, account)
        counts: dict[str, int] = {}
        _written(Path(file), lambda out: counts.update(continuity.write_archive(db, r, found, out, progress)))
    return {"file": file, "bytes": Path(file).stat().st_size} | counts


@operation("export.csv")
def export_csv(db: Database, *, account: str, kind: str, file: str) -> dict[str, Any]:
    """Write what a member has of one kind as a CSV file that other servers take."""
    with db.read() as r:
        text = continuity.write_csv(r, db.local_domain, _member(r, account).id, kind)
    _written(Path(file), lambda out: out.write(text.encode()))
    return {"file": file, "bytes": Path(file).stat().st_size}


@operation("import.start")
def start(db: Database, *, account: str, kind: str, file: str, overwrite: bool = False) -> dict[str, Any]:
    """Take a CSV file for a member; a job does what its lines say."""
    path = Path(file)
    if not path.is_file():
        raise Invalid(f"There is no file {file}.")
    with path.open("rb") as opened:
        data = opened.read(continuity.MOST_BYTES + 1)
    with db.read() as r:
        acting = Acting(account_id=_member(r, account).id)
    number = db.submit(lambda: continuity.start_import(db, acting, kind, data, overwrites=overwrite)).result()
    return show(db, account=account, id=number)


@operation("import.show")
def show(db: Database, *, account: str, id: int | None = None) -> dict[str, Any]:
    """How far a member's import is (the latest, unless one is named), and which lines could not be used."""
    with db.read() as r:
        owner = _member(r, account).id
        mine = continuity.imports_of(r, owner)
        if id is None and not mine:
            raise continuity.ImportNotFound(f"{account} has imported nothing.")
        found = continuity.own_import(r, owner, id) if id is not None else mine[0]
        unused = continuity.unused_lines(r, found.id)
    shown = {name: getattr(found, name) for name in ("kind", "total", "done", "failed", "unreachable", "removed")}
    lines = [msgspec.structs.asdict(line) | {"reason": str(line.reason)} for line in unused]
    return {"id": str(found.id), "is_over": found.finished_at is not None} | shown | {"unused": lines}


def _member(r: Read, account: str) -> people.Account:
    found = people.account_by_handle(r, account.removeprefix("@"))
    if found is None or found.domain is not None:
        raise people.AccountNotFound(f"There is no member called {account}.")
    return found


def _written(target: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Let a file appear under its name when it is whole."""
    draft = target.with_name(target.name + ".partial")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as out:
            write(out)
            out.flush()
            os.fsync(out.fileno())
        draft.rename(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
