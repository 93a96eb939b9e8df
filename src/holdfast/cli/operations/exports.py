"""Exports from the command line; what they hold is for ``continuity`` to say."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from holdfast import continuity, people
from holdfast.site.registry import Progress, operation
from holdfast.writes import Database


@operation("export")
def export(db: Database, *, account: str, file: str, progress: Progress) -> dict[str, Any]:
    """Write an account's data into a new file."""
    target = Path(file)
    draft = target.with_name(target.name + ".partial")
    with db.read() as r:
        found = people.account_by_handle(r, account.removeprefix("@"))
        if found is None or found.domain is not None:
            raise people.AccountNotFound(f"There is no member called {account}.")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as out:
                counts = continuity.write_archive(db, r, found, out, progress)
                out.flush()
                os.fsync(out.fileno())
            draft.rename(target)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
    return {"file": str(target), "bytes": target.stat().st_size} | counts
