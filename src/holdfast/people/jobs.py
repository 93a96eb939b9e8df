"""What happens later: mutes that end by themselves, and relations that end in slices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec
from sqlalchemy import delete

from holdfast.acting import SYSTEM
from holdfast.people.commands.parties import touch, unlist
from holdfast.people.events import Unfollowed, Unmuted
from holdfast.people.tables import account_notes, domain_blocks, list_members, lists, markers
from holdfast.store import Hot
from holdfast.writes import Ability, Database, Write

EXPIRE_MUTES = "people.expire_mutes"
SEVER = "people.sever"
SLICE = 500
"""Rows that one run removes; the rest waits for the next, so that nobody's write waits long."""

_EXPIRED = Hot(
    "DELETE FROM mutes WHERE id IN (SELECT id FROM mutes WHERE expires_at <= :now ORDER BY expires_at LIMIT :most) "
    "RETURNING account_id, target_id"
)
_AT_DOMAIN = " IN (SELECT id FROM accounts WHERE domain = :domain)"
_FORWARD = "account_id = :me"
_BACKWARD = "target_id = :me"


def _slice(table: str, where: str) -> Hot:
    return Hot(
        f"DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE {where} ORDER BY id LIMIT :most) "  # noqa: S608
        "RETURNING account_id, target_id"
    )


_ENDED_BY_DELETION = [
    _slice(table, side)
    for table in ("follow_requests", "endorsements", "blocks", "mutes")
    for side in (_FORWARD, _BACKWARD)
]
_FOLLOWS = [_slice("follows", side) for side in (_FORWARD, _BACKWARD)]
_AT_SIDES = (f"{_FORWARD} AND target_id{_AT_DOMAIN}", f"{_BACKWARD} AND account_id{_AT_DOMAIN}")
_ENDED_BY_DOMAIN = [_slice(table, side) for table in ("follow_requests", "endorsements") for side in _AT_SIDES]
_FOLLOWS_AT_DOMAIN = [_slice("follows", side) for side in _AT_SIDES]
_FEWER_FOLLOWERS = Hot("UPDATE accounts SET followers_count = followers_count - :n WHERE id = :id")
_FEWER_FOLLOWED = Hot("UPDATE accounts SET following_count = following_count - :n WHERE id = :id")


class ExpireMutes(msgspec.Struct, frozen=True):
    """End the mutes whose time is over."""


class Sever(msgspec.Struct, frozen=True, kw_only=True):
    """End an account's relations: with one server's accounts, or (no domain) all of them."""

    account_id: int
    domain: str | None = None


def expire_mutes(db: Database, _: ExpireMutes) -> None:
    """Remove mutes whose time is over; queries have let them pass since that moment."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        ended = w.fast(_EXPIRED, now=w.now, most=SLICE)
        touch(w, *{source for source, _ in ended})
        for source, target in ended:
            w.record(Unmuted(account_id=source, target_id=target), owner=source)
        if len(ended) == SLICE:
            w.enqueue(EXPIRE_MUTES, ExpireMutes())


def sever(db: Database, payload: Sever) -> None:
    """End a slice of an account's relations, counters of the others included; goes on until none is left."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        w.serialise(payload.account_id)
        values = {"me": payload.account_id, "most": SLICE}
        if payload.domain is not None:
            values["domain"] = payload.domain  # type: ignore[assignment]
        everything = payload.domain is None
        ended = _run(w, _FOLLOWS if everything else _FOLLOWS_AT_DOMAIN, values)
        _uncount(w, ended)
        for source, target in ended:
            unlist(w, source, target)
            w.record(Unfollowed(account_id=source, target_id=target), owner=source)
        others = _run(w, _ENDED_BY_DELETION if everything else _ENDED_BY_DOMAIN, values)
        touch(w, *{account_id for both in (*ended, *others) for account_id in both})
        if ended or others:
            w.enqueue(SEVER, payload)
        elif everything:
            _forget(w, payload.account_id)


def _run(w: Write, statements: Iterable[Hot], values: dict[str, int]) -> list[tuple[int, int]]:
    return [(row[0], row[1]) for statement in statements for row in w.fast(statement, **values)]


def _uncount(w: Write, ended: Iterable[tuple[int, int]]) -> None:
    fewer: Counter[tuple[int, str]] = Counter()
    for source, target in ended:
        fewer[source, "followed"] += 1
        fewer[target, "followers"] += 1
    for (account_id, what), n in sorted(fewer.items()):  # in id order, as everywhere: no deadlocks
        w.run_fast(_FEWER_FOLLOWERS if what == "followers" else _FEWER_FOLLOWED, id=account_id, n=n)


def _forget(w: Write, account_id: int) -> None:
    """Remove what a deleted account kept for itself, and what others noted about it."""
    notes = (account_notes.c.account_id == account_id) | (account_notes.c.target_id == account_id)
    w.run(delete(account_notes).where(notes))
    w.run(delete(domain_blocks).where(domain_blocks.c.account_id == account_id))
    w.run(delete(markers).where(markers.c.account_id == account_id))
    w.run(delete(list_members).where(list_members.c.owner_id == account_id))
    w.run(delete(lists).where(lists.c.account_id == account_id))
