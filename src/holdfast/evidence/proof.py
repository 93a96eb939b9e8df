"""The rows of the change log that belong to a case, and what shows that they stand in the chain where they say.

For every row: its content with the salt of its commitment, and the whole seal in which it lies: the digest before it,
the rows' links in order, and the digest after it. Whoever has seen a later digest of this server, published or in
another pack, can compare. Who did something is part of a row's content, so rows of people are given with their
commitment alone, unless the team is named: they can be opened later, and nothing else fits them.
"""

from __future__ import annotations

import base64
from typing import Any

import msgspec

from holdfast.events.log import GENESIS, chain_end, commitment, link
from holdfast.store import MINUTE, Hot, Read, first_at

_ROWS = Hot(
    "SELECT c.id, c.seq, c.at, c.kind, c.owner, c.commitment, d.actor, d.payload, d.salt FROM changes c "
    "LEFT JOIN change_details d ON d.change_id = c.id WHERE c.kind IN (@kinds) AND c.id > :after "
    "ORDER BY c.id LIMIT :most"
)
_SEAL_OF = Hot("SELECT first_seq, last_seq, at, digest FROM seals WHERE last_seq >= :seq ORDER BY last_seq LIMIT 1")
_SEAL_BEFORE = Hot("SELECT digest FROM seals WHERE last_seq = :seq")
_LINKS = Hot("SELECT id, seq, at, kind, owner, commitment FROM changes WHERE seq BETWEEN :first AND :last ORDER BY seq")
KINDS = (
    "signal.raised",
    "case.opened",
    "case.changed",
    "case.looked_at",
    "case.contained",
    "case.decided",
    "decision.undone",
    "decision.ended",
    "decision.delivered",
    "appeal.filed",
    "appeal.answered",
)
_AT_ONCE = 2_000


def rows_of_case(
    r: Read, case_id: int, decision_ids: set[int], since: int, *, names_team: bool = False
) -> dict[str, Any]:
    """The proof for a case that was opened at ``since`` (ms)."""
    entries: list[dict[str, Any]] = []
    after = first_at(since - MINUTE)
    while True:
        found = r.fast(_ROWS, kinds=list(KINDS), after=after, most=_AT_ONCE)
        entries += [_entry(row, names_team) for row in found if _belongs(row[7], case_id, decision_ids)]
        if len(found) < _AT_ONCE:
            break
        after = found[-1][0]
    seals: dict[int, dict[str, Any]] = {}
    for entry in entries:
        if entry["seq"] is not None and not any(
            s["first_seq"] <= entry["seq"] <= s["last_seq"] for s in seals.values()
        ):
            seal = _seal(r, entry["seq"])
            seals[seal["last_seq"]] = seal
    seq, digest = chain_end(r)
    head = {"seq": seq, "digest": digest.hex()}
    return {"rows": entries, "seals": [seals[key] for key in sorted(seals)], "head": head}


def faults_of(proof: dict[str, Any]) -> list[str]:
    """What does not fit in a proof, in sentences; empty where everything does."""
    faults: list[str] = []
    places: dict[int, str] = {}
    for seal in proof["seals"]:
        digest = bytes.fromhex(seal["previous"])
        for row in seal["links"]:
            commit = bytes.fromhex(row["commitment"])
            digest = link(digest, row["seq"], int(row["id"]), row["at"], row["kind"], _number(row["owner"]), commit)
            places[row["seq"]] = row["commitment"]
        if digest.hex() != seal["digest"]:
            faults.append(f"The seal at change {seal['last_seq']} does not fit.")
    for row in proof["rows"]:
        told = row["commitment"]
        if "payload" in row:
            payload, salt = (base64.b64decode(row[name]) for name in ("payload", "salt"))
            told = commitment(salt, row["kind"], _number(row["actor"]), payload).hex()
        if row["seq"] is not None and places.get(row["seq"]) != told:
            faults.append(f"Change {row['seq']} ({row['kind']}) is not what was sealed.")
    return faults


def _belongs(payload: bytes | None, case_id: int, decision_ids: set[int]) -> bool:
    if payload is None:
        return False
    told = msgspec.json.decode(bytes(payload))
    return told.get("case_id") == case_id or told.get("decision_id") in decision_ids


def _entry(row: tuple[Any, ...], names_team: bool) -> dict[str, Any]:
    number, seq, at, kind, owner, commit, actor, payload, salt = row
    told = {"id": str(number), "seq": seq, "at": at, "kind": kind, "commitment": bytes(commit).hex()}
    if actor is not None and not names_team:
        return told
    return told | {
        "owner": None if owner is None else str(owner),
        "actor": None if actor is None else str(actor),
        "payload": base64.b64encode(bytes(payload)).decode(),
        "salt": base64.b64encode(bytes(salt)).decode(),
    }


def _seal(r: Read, seq: int) -> dict[str, Any]:
    first, last, at, digest = r.fast(_SEAL_OF, seq=seq)[0]
    before = r.fast(_SEAL_BEFORE, seq=first - 1)
    links = [
        {
            "id": str(i),
            "seq": s,
            "at": a,
            "kind": k,
            "owner": None if o is None else str(o),
            "commitment": bytes(c).hex(),
        }
        for i, s, a, k, o, c in r.fast(_LINKS, first=first, last=last)
    ]
    previous = bytes(before[0][0]) if before else GENESIS
    return {
        "first_seq": first,
        "last_seq": last,
        "at": at,
        "previous": previous.hex(),
        "digest": bytes(digest).hex(),
        "links": links,
    }


def _number(text: str | None) -> int | None:
    return None if text is None else int(text)
