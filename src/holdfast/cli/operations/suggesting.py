"""Operations on accounts that the staff suggests to everybody."""

from __future__ import annotations

from typing import Any

from holdfast import people
from holdfast.acting import SYSTEM
from holdfast.site.registry import operation
from holdfast.writes import Database


@operation("suggest.set")
def set_suggested(db: Database, *, name: str, is_featured: bool) -> dict[str, Any]:
    """Suggest an account to everybody, or no longer."""
    with db.read() as r:
        found = people.lookup(r, name, db.local_domain)
    changed = db.submit(lambda: people.feature_account(db, SYSTEM, found.id, is_featured=is_featured)).result()
    return {"name": found.handle, "changed": changed, "is_discoverable": bool(found.is_discoverable)}


@operation("suggest.list")
def listing(db: Database) -> list[dict[str, Any]]:
    """Accounts that are suggested to everybody, the latest first."""
    with db.read() as r:
        numbers = people.featured_accounts_listing(r)
        known = people.accounts_by_ids(r, numbers)
    return [
        {"name": known[number].handle, "is_discoverable": bool(known[number].is_discoverable)} for number in numbers
    ]
