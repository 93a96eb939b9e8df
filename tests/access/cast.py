"""Members for the tests of this room, made through the room's own front doors."""

from __future__ import annotations

from typing import Any

import msgspec

from holdfast import access
from holdfast.access import SignUpForm
from holdfast.acting import SYSTEM, Acting
from holdfast.writes import Database

PASSWORD = "correct horse battery staple"
HERE = Acting(ip="192.0.2.7")
ELSEWHERE = Acting(ip="198.51.100.9")


def member(db: Database, name: str, *, role: str = "member", email: str | None = None, **more: Any) -> Acting:
    """A member who is in, as they act in a web session of theirs."""
    hashed = access.hash_password(db, PASSWORD, name=name)
    address = f"{name}@harbour.example" if email is None else email or None
    account_id = access.create_member(db, SYSTEM, name, email=address, password_hash=hashed, role=role, **more)
    return acting(account_id, role)


def acting(account_id: int, role: str = "member", **more: Any) -> Acting:
    return Acting(account_id, permissions=access.permissions_of(role), ip="192.0.2.7", **more)


def form(db: Database, name: str = "ada", **more: Any) -> SignUpForm:
    values = {"username": name, "password": PASSWORD, "agreement": True, "email": f"{name}@harbour.example"}
    return SignUpForm(**(values | more))


def an_app(db: Database, scopes: str = "read write") -> Acting:
    """An app's own token at work."""
    made = access.register_app(db, HERE, "Gull", [access.OUT_OF_BAND], scopes)
    issued = access.client_token(db, HERE, made.app, scopes)
    with db.read() as r:
        return access.bearer(r, issued.token, ip="192.0.2.7")


def signs_up(db: Database, app: Acting, name: str = "ada", **more: Any) -> int:
    """Sign up by app; the account's id."""
    issued = access.sign_up_by_app(db, app, access.prepare(db, app, form(db, name, **more)))
    assert issued.account_id is not None
    return issued.account_id


def found(db: Database, who: Acting | int) -> access.Member:
    account_id = who if isinstance(who, int) else who.known_id
    with db.read() as r:
        return access.member(r, account_id)


def set_boot(db: Database, **values: Any) -> None:
    """Boot settings as if the server had been started with them."""
    boot = msgspec.structs.replace(db.config.boot, **values)
    db.config = msgspec.structs.replace(db.config, boot=boot)


def opens(db: Database, registration: str = "open", **values: Any) -> None:
    db.set_settings(SYSTEM, {"registration": registration, **values})
