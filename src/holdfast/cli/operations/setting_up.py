"""Operations that set a server up and change its settings."""

from __future__ import annotations

from typing import Any

from holdfast.access import setup, sign_ups
from holdfast.acting import SYSTEM
from holdfast.config import Registration
from holdfast.errors import Conflict
from holdfast.site.registry import operation
from holdfast.writes import Database


@operation("init")
def init(
    db: Database,
    *,
    name: str,
    registration: Registration,
    owner: str,
    email: str,
    password: str,
    domain: str = "",
    description: str = "",
    rules: tuple[str, ...] = (),
) -> dict[str, Any]:
    """The whole set-up, as the browser does it."""
    if db.settings.is_set_up:
        raise setup.AlreadySetUp()
    form = setup.SetUp(
        name=name,
        registration=registration,
        owner=owner,
        email=email or None,
        password_hash=sign_ups.hash_password(db, password, name=owner, email=email),
        domain=domain,
        short_description=description,
        rules=rules,
    )
    account_id = db.submit(lambda: setup.set_up(db, form)).result()
    return {"owner": owner, "account_id": str(account_id), "url": db.base_url}


@operation("settings.set")
def settings_set(db: Database, *, values: dict[str, Any]) -> dict[str, Any]:
    """Change server settings; what is in force afterwards."""
    if "is_set_up" in values:
        raise Conflict("is_set_up is not set by hand; use holdfast init.")
    rest = {key: value for key, value in values.items() if key != "domain"}

    def change() -> None:
        if rest:
            db.set_settings(SYSTEM, rest)
        if "domain" in values:
            setup.take_domain(db, SYSTEM, values["domain"])

    db.submit(change).result()
    return {key: getattr(db.settings, key) for key in values}
