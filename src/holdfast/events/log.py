"""Appending to the change log, sealing it, and checking that nobody has altered it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import func, select

from holdfast.events.event import Event, Recorded, decode, encode
from holdfast.events.tables import change_details, changes, seals
from holdfast.store import Hot, Read, Transaction

GENESIS = bytes(32)
SEAL_MOST = 5_000  # rows in one seal, so that a transaction stays short

_ADD_CHANGE = Hot(
    "INSERT INTO changes (id, seq, at, kind, owner, commitment) VALUES (:id, :seq, :at, :kind, :owner, :commitment)"
)
_ADD_DETAIL = Hot("INSERT INTO change_details (change_id, actor, payload, salt) VALUES (:id, :actor, :payload, :salt)")
_SEAL = Hot("INSERT INTO seals (last_seq, first_seq, at, digest) VALUES (:last_seq, :first_seq, :at, :digest)")
_LAST_SEAL = Hot("SELECT last_seq, digest FROM seals ORDER BY last_seq DESC LIMIT 1")
_UNSEALED = Hot("SELECT id, at, kind, owner, commitment FROM changes WHERE seq IS NULL ORDER BY id LIMIT :most")
_NUMBER = Hot(  # on PostgreSQL only
    "UPDATE changes SET seq = n.seq FROM unnest(CAST(:seqs AS BIGINT[]), CAST(:ids AS BIGINT[])) AS n (seq, id) "
    "WHERE changes.id = n.id"
)
_SINCE = Hot(
    "SELECT c.id, c.seq, c.at, c.kind, d.actor, d.payload FROM changes c "
    "LEFT JOIN change_details d ON d.change_id = c.id WHERE c.seq > :seq ORDER BY c.seq LIMIT :most"
)
_ERASE_DETAILS = Hot("DELETE FROM change_details WHERE change_id IN (@ids)")


@dataclass(slots=True)
class Draft:
    """A row of the change log before it is written."""

    id: int
    at: int
    owner: int | None
    actor: int | None
    event: Event
    seq: int | None = None


def commitment(salt: bytes, kind: str, actor: int | None, payload: bytes) -> bytes:
    """What the chain keeps of a row: SHA-256 over salt, kind, actor and payload, each with its length."""
    digest = hashlib.sha256()
    for part in (salt, kind.encode(), b"" if actor is None else str(actor).encode(), payload):
        digest.update(len(part).to_bytes(4, "big"))
        digest.update(part)
    return digest.digest()


def link(previous: bytes, seq: int, number: int, at: int, kind: str, owner: int | None, commit: bytes) -> bytes:
    """The chain's digest after one more row."""
    words = f"{seq}\n{number}\n{at}\n{kind}\n{'' if owner is None else owner}\n".encode()
    return hashlib.sha256(previous + words + commit).digest()


def append(tx: Transaction, drafts: Sequence[Draft], *, seal_now: bool) -> None:
    """Write rows of the change log; ``seal_now`` where this transaction alone writes, so its order is the order."""
    seq, digest = chain_end(tx) if seal_now else (0, GENESIS)
    first = seq + 1
    rows: list[dict[str, Any]] = []
    details: list[dict[str, Any]] = []
    for draft in drafts:
        payload, salt, kind = encode(draft.event), os.urandom(16), draft.event.kind
        commit = commitment(salt, kind, draft.actor, payload)
        if seal_now:
            seq += 1
            draft.seq = seq
            digest = link(digest, seq, draft.id, draft.at, kind, draft.owner, commit)
        rows.append(
            {
                "id": draft.id,
                "seq": draft.seq,
                "at": draft.at,
                "kind": kind,
                "owner": draft.owner,
                "commitment": commit,
            }
        )
        details.append({"id": draft.id, "actor": draft.actor, "payload": payload, "salt": salt})
    tx.run_many(_ADD_CHANGE, rows)
    tx.run_many(_ADD_DETAIL, details)
    if seal_now:
        tx.run_later(_SEAL, last_seq=seq, first_seq=first, at=drafts[-1].at, digest=digest)


def seal(tx: Transaction, now: int) -> int:
    """Number committed rows and chain them (PostgreSQL: a sequence is not commit order; this is). Rows sealed."""
    rows, end = tx.fast_several((_UNSEALED, {"most": SEAL_MOST}), (_LAST_SEAL, {}))
    if not rows:
        return 0
    seq, digest = _end_of(end)
    first = seq + 1
    for number, at, kind, owner, commit in rows:
        seq += 1
        digest = link(digest, seq, number, at, kind, owner, bytes(commit))
    tx.run_later(_NUMBER, seqs=list(range(first, seq + 1)), ids=[row[0] for row in rows])
    tx.run_later(_SEAL, last_seq=seq, first_seq=first, at=now, digest=digest)
    return len(rows)


def chain_end(read: Read) -> tuple[int, bytes]:
    """The place of the newest sealed row, and the chain's digest there."""
    return _end_of(read.fast(_LAST_SEAL))


def _end_of(found: list[tuple[Any, ...]]) -> tuple[int, bytes]:
    return (found[0][0], bytes(found[0][1])) if found else (0, GENESIS)


def last_seq(read: Read) -> int:
    """The place of the newest sealed row."""
    return chain_end(read)[0]


class Since(NamedTuple):
    """Events in order, the place up to which the chain was read, and how many rows that were."""

    records: list[Recorded]
    seq: int
    rows: int


def since(read: Read, seq: int, most: int = 1_000) -> Since:
    """Sealed events after a place in the chain. Rows whose content was erased, or whose kind this release does not
    know, are read but give no event."""
    rows = read.fast(_SINCE, seq=seq, most=most)
    found = []
    for number, place, at, kind, actor, payload in rows:
        event = decode(kind, bytes(payload)) if payload is not None else None
        if event is not None:
            found.append(Recorded(number, place, at, actor, event))
    return Since(found, rows[-1][1] if rows else seq, len(rows))


def erase(tx: Transaction, change_ids: Sequence[int]) -> None:
    """Erase what rows of the change log say, with the salts; their commitments stay, and the chain holds as before."""
    if change_ids:
        tx.run_fast(_ERASE_DETAILS, ids=list(change_ids))


@dataclass(slots=True)
class Verdict:
    """What checking the chain found. ``faults`` are sentences; an empty list means that it holds."""

    rows: int = 0
    erased: int = 0
    unsealed: int = 0
    faults: list[str] = field(default_factory=list)
    digest: str = ""


def verify(read: Read, *, most_faults: int = 20) -> Verdict:
    """Walk the whole chain: numbers without gaps, every seal, and every commitment whose content is there."""
    verdict = Verdict()
    ends = {row.last_seq: bytes(row.digest) for row in read.connection.execute(select(seals))}
    expected, digest = 1, GENESIS
    for row in _walk(read):
        verdict.rows += 1
        if row.seq != expected:
            verdict.faults.append(f"Change {expected} is missing: the next one is number {row.seq}.")
            expected = row.seq
        digest = link(digest, row.seq, row.id, row.at, row.kind, row.owner, _bytes(row.commitment))
        if row.payload is None:
            verdict.erased += 1
        elif commitment(_bytes(row.salt), row.kind, row.actor, _bytes(row.payload)) != _bytes(row.commitment):
            verdict.faults.append(f"Change {row.seq} ({row.kind}) does not match its commitment: it was altered.")
        if row.seq in ends and ends.pop(row.seq) != digest:
            verdict.faults.append(f"The seal at change {row.seq} does not match: a row up to there was altered.")
            digest = GENESIS
        expected += 1
        if len(verdict.faults) >= most_faults:
            break
    else:
        if ends:
            verdict.faults.append(f"Changes up to {max(ends)} were sealed, but {expected - 1} are there.")
    verdict.digest = digest.hex()
    verdict.unsealed = int(read.value(select(func.count()).select_from(changes).where(changes.c.seq.is_(None))) or 0)
    return verdict


def _bytes(found: Any) -> bytes:
    """What a column of bytes holds; in SQLite somebody may have put a text or a number there."""
    return bytes(found) if isinstance(found, bytes | memoryview) else str(found).encode()


def _walk(read: Read) -> Iterator[Any]:
    seq = 0
    while True:
        rows = read.rows(
            select(changes, change_details.c.actor, change_details.c.payload, change_details.c.salt)
            .join(change_details, change_details.c.change_id == changes.c.id, isouter=True)
            .where(changes.c.seq > seq)
            .order_by(changes.c.seq)
            .limit(5_000)
        )
        if not rows:
            return
        yield from rows
        seq = rows[-1].seq
