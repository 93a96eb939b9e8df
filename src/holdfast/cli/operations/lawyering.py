"""Operations at the desk for requests by authorities, and the handover to a new counsel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from holdfast import access, legal
from holdfast.acting import SYSTEM
from holdfast.cli.operations.casework import write_file
from holdfast.errors import Invalid
from holdfast.legal import LegalRequest, NewRequest, NoSuchRequest
from holdfast.site.registry import operation
from holdfast.store import Read, read_id
from holdfast.writes import Database


@operation("request.add")
def add(
    db: Database,
    *,
    authority: str,
    basis: str,
    asked: str,
    deadline: int,
    contact: str = "",
    reference: str = "",
    member: str = "",
    secret_until: int | None = None,
) -> dict[str, Any]:
    """Take a request in."""
    with db.read() as r:
        about = access.by_name(r, member).account_id if member else None
    new = NewRequest(
        authority=authority,
        basis=basis,
        asked=asked,
        deadline=deadline,
        contact=contact,
        reference=reference,
        account_id=about,
        secret_until=secret_until,
    )
    number = db.submit(lambda: legal.add_request(db, SYSTEM, new)).result()
    return show(db, number=str(number))


@operation("request.list")
def listing(db: Database, *, only_open: bool = False) -> list[dict[str, Any]]:
    """Requests: what is open first, the soonest due first."""
    with db.read() as r:
        return [_told(r, one) for one in legal.requests_listing(r, SYSTEM, only_open=only_open)]


@operation("request.show")
def show(db: Database, *, number: str) -> dict[str, Any]:
    """One request with its steps and what was handed over."""
    with db.read() as r:
        return _told(r, legal.request(r, SYSTEM, _number(number)))


@operation("request.check")
def check(db: Database, *, number: str, step: str) -> dict[str, Any]:
    """Note that a step was taken."""
    found = _number(number)
    db.submit(lambda: legal.tick(db, SYSTEM, found, step)).result()
    return show(db, number=number)


@operation("request.hand_over")
def hand_over(db: Database, *, number: str, what: str, file: str = "") -> dict[str, Any]:
    """Record what was handed over; of a file its digest."""
    found = _number(number)
    try:
        content = Path(file).read_bytes() if file else None
    except OSError as fault:
        raise Invalid(f"'{file}' cannot be read: {fault.strerror}.") from fault
    db.submit(lambda: legal.record_handed(db, SYSTEM, found, what, content)).result()
    return show(db, number=number)


@operation("request.close")
def close(db: Database, *, number: str, state: str, outcome: str) -> dict[str, Any]:
    """Answer or refuse a request."""
    found = _number(number)
    db.submit(lambda: legal.close_request(db, SYSTEM, found, state, outcome)).result()
    return show(db, number=number)


@operation("legal.handover")
def handover(db: Database, *, recipient: str, file: str) -> dict[str, Any]:
    """Write what a new counsel needs, sealed to their key."""
    content = legal.handover(db, SYSTEM, recipient)
    write_file(Path(file), content)
    return {"file": file, "bytes": len(content)}


def _number(written: str) -> int:
    number = read_id(written)
    if number is None:
        raise NoSuchRequest(f"'{written}' is no number of a request; `holdfast legal request list` shows them.")
    return number


def _told(r: Read, one: LegalRequest) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins(one)
    ids = {name: None if told[name] is None else str(told[name]) for name in ("id", "account_id", "taken_by")}
    handed = [msgspec.to_builtins(each) for each in legal.handed_over(r, one.id)]
    return told | ids | {"missing": one.missing, "handed_over": handed}
