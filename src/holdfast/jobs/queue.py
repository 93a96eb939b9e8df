"""Putting jobs into the queue, claiming, finishing, failing, listing and retrying them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import func, or_, select, update

from holdfast.jobs.tables import jobs
from holdfast.store import MINUTE, SECOND, Hot, Read, Transaction

LEASE_MS = 2 * MINUTE
MOST_ATTEMPTS = 12
LONGEST_WAIT_MS = 60 * MINUTE

_ENQUEUE = Hot(
    "INSERT INTO jobs (id, kind, payload, priority, run_at, state, attempts, dedupe, created_at) VALUES "
    "(:id, :kind, :payload, :priority, :run_at, 'waiting', 0, :dedupe, :created_at) ON CONFLICT (dedupe) DO NOTHING"
)
_CLAIM_TEXT = (
    "UPDATE jobs SET state = 'running', attempts = attempts + 1, lease_until = :until, lease_owner = :owner "
    "WHERE id IN (SELECT id FROM jobs WHERE ((state = 'waiting' AND run_at <= :now) OR "
    "(state = 'running' AND lease_until < :now)) AND kind {which} (@kinds) "
    "ORDER BY priority, run_at, id LIMIT :most{lock}) "
    "RETURNING id, kind, payload, attempts, priority"
)
_LOCKS = {"sqlite": "", "postgresql": " FOR UPDATE SKIP LOCKED"}
_CLAIM = {engine: Hot(_CLAIM_TEXT.format(which="NOT IN", lock=lock)) for engine, lock in _LOCKS.items()}
_CLAIM_ONLY = {engine: Hot(_CLAIM_TEXT.format(which="IN", lock=lock)) for engine, lock in _LOCKS.items()}
_FINISH = Hot("DELETE FROM jobs WHERE id = :id AND lease_owner = :owner")
_NEXT = Hot("SELECT run_at FROM jobs WHERE state = 'waiting' AND kind NOT IN (@kinds) ORDER BY run_at LIMIT 1")


_IS_PENDING = Hot("SELECT 1 FROM jobs WHERE kind = :kind AND payload = :payload AND state <> 'failed' LIMIT 1")


class Claimed(msgspec.Struct, frozen=True):
    """A job that this runner holds until its lease ends."""

    id: int
    kind: str
    payload: bytes
    attempts: int
    priority: int


def enqueue(
    tx: Transaction,
    number: int,
    kind: str,
    payload: bytes,
    *,
    now: int,
    run_at: int,
    priority: int,
    dedupe: str | None,
) -> None:
    """Put a job into the queue; one with the same ``dedupe`` that still waits makes this a no-op."""
    tx.run_later(
        _ENQUEUE,
        id=number,
        kind=kind,
        payload=payload,
        priority=priority,
        run_at=run_at,
        dedupe=dedupe,
        created_at=now,
    )


def claim(
    tx: Transaction, owner: str, now: int, most: int, *, but: Sequence[str] = (), only: Sequence[str] = ()
) -> list[Claimed]:
    """Take up to ``most`` jobs whose time has come, most urgent first: none of the kinds ``but``, or only some."""
    statement, kinds = (_CLAIM_ONLY, only) if only else (_CLAIM, but)
    until = now + LEASE_MS
    rows = tx.fast(statement[tx.engine], until=until, owner=owner, now=now, most=most, kinds=list(kinds) or [""])
    return sorted((Claimed(r[0], r[1], bytes(r[2]), r[3], r[4]) for r in rows), key=lambda job: (job.priority, job.id))


def finish(tx: Transaction, job_id: int, owner: str) -> bool:
    """Remove a job that is done; False when the lease was lost and somebody else has it."""
    return tx.run_fast(_FINISH, id=job_id, owner=owner) == 1


def fail(tx: Transaction, job: Claimed, owner: str, now: int, error: str, *, most_attempts: int, final: bool) -> None:
    """Put a job back with a growing wait, or set it aside as failed after its last attempt."""
    over = final or job.attempts >= most_attempts
    wait = min(SECOND * 2 ** min(job.attempts, 12), LONGEST_WAIT_MS)
    wait = int(wait * random.uniform(0.8, 1.2))  # noqa: S311  so that jobs that failed together do not return together
    tx.run(
        update(jobs)
        .where(jobs.c.id == job.id, jobs.c.lease_owner == owner)
        .values(
            state="failed" if over else "waiting",
            run_at=now + wait,
            lease_until=None,
            lease_owner=None,
            last_error=error[:500],
        )
    )


def next_due(read: Read, but: Sequence[str] = ()) -> int | None:
    """When the next waiting job that is of none of the kinds ``but`` is due, in milliseconds since 1970."""
    found = read.fast(_NEXT, kinds=list(but) or [""])
    return found[0][0] if found else None


def is_pending(read: Read, kind: str, payload: bytes) -> bool:
    """Whether a job with this payload waits or runs; one that ran out of attempts does not."""
    return bool(read.fast(_IS_PENDING, kind=kind, payload=payload))


def listing(read: Read, state: str | None = None, most: int = 200) -> list[dict[str, Any]]:
    """Jobs as plain values, newest first, without their payloads (they may hold addresses)."""
    statement = select(
        jobs.c.id,
        jobs.c.kind,
        jobs.c.state,
        jobs.c.attempts,
        jobs.c.run_at,
        jobs.c.priority,
        jobs.c.last_error,
    )
    if state:
        statement = statement.where(jobs.c.state == state)
    return [dict(row._mapping) for row in read.rows(statement.order_by(jobs.c.id.desc()).limit(most))]


def counts(read: Read) -> dict[str, int]:
    """How many jobs wait, run and failed."""
    return {row[0]: row[1] for row in read.rows(select(jobs.c.state, func.count()).group_by(jobs.c.state))}


def overdue(read: Read, now: int) -> int:
    """How many jobs wait although their time has come."""
    due = (jobs.c.state == "waiting") & (jobs.c.run_at <= now)
    return int(read.value(select(func.count()).where(due)) or 0)


def retry(tx: Transaction, now: int, job_id: int | None = None) -> int:
    """Let one failed job (or all of them) run again now; how many there were."""
    which = jobs.c.state == "failed"
    if job_id is not None:
        which = (jobs.c.id == job_id) & or_(jobs.c.state == "failed", jobs.c.state == "waiting")
    return tx.run(update(jobs).where(which).values(state="waiting", attempts=0, run_at=now))


def release(tx: Transaction, *, place: str, but: Sequence[int] = ()) -> int:
    """Put running jobs back whose holder's name begins with ``place``, except those with an id in ``but``."""
    which = (jobs.c.state == "running") & jobs.c.lease_owner.startswith(place, autoescape=True)
    if but:
        which = which & jobs.c.id.not_in(but)
    return tx.run(update(jobs).where(which).values(state="waiting", lease_owner=None, lease_until=None))
