"""Operations on the running service: settings, switches, jobs, the change log."""

from __future__ import annotations

from typing import Any

import msgspec

from holdfast import events, jobs
from holdfast.access import modes as switches
from holdfast.acting import SYSTEM
from holdfast.cli.describing import describe
from holdfast.errors import NotFound
from holdfast.site.registry import operation
from holdfast.writes import SWITCHES, Ability, Database, modes
from holdfast.writes.settings import stored


@operation("config.show")
def config_show(db: Database) -> list[dict[str, Any]]:
    """Every setting with value, origin, default and help; secrets masked."""
    with db.read() as r:
        kept = stored(r)
    return msgspec.to_builtins(describe(db.config, kept))  # type: ignore[no-any-return]


@operation("mode.list")
def mode_list(db: Database) -> list[dict[str, Any]]:
    """Every switch with its state."""
    with db.read() as r:
        off = {mode.ability: mode for mode in modes(r)}
    listed = []
    for name in SWITCHES:
        mode = off.get(name)
        listed.append(
            {
                "ability": str(name),
                "is_on": mode is None,
                "reason": mode.reason if mode else "",
                "since": mode.since if mode else None,
                "until": mode.until if mode else None,
            }
        )
    return listed


@operation("mode.off")
def mode_off(db: Database, *, ability: str, reason: str, until: int | None = None) -> dict[str, Any]:
    """Switch an ability off."""
    db.submit(lambda: switches.switch_off(db, SYSTEM, ability, reason=reason, until=until)).result()
    return {"ability": ability, "is_on": False, "reason": reason, "until": until}


@operation("mode.on")
def mode_on(db: Database, *, ability: str) -> dict[str, Any]:
    """Switch an ability on."""
    changed = db.submit(lambda: switches.switch_on(db, SYSTEM, ability)).result()
    return {"ability": ability, "is_on": True, "changed": changed}


@operation("jobs.list")
def jobs_list(db: Database, *, state: str | None = None, most: int = 200) -> dict[str, Any]:
    """Jobs in the queue, newest first, and how many there are in each state."""
    with db.read() as r:
        return {"counts": jobs.counts(r), "jobs": jobs.listing(r, state, most)}


@operation("jobs.retry")
def jobs_retry(db: Database, *, job_id: int | None = None) -> dict[str, Any]:
    """Let one job, or all that failed, run again now."""

    def again() -> int:
        with db.write(SYSTEM, Ability.JOBS) as w:
            w.after_commit(db.wake_jobs)
            return jobs.retry(w.tx, w.now, job_id)

    retried = db.submit(again).result()
    if job_id is not None and not retried:
        raise NotFound(f"There is no job {job_id} that failed or waits.")
    return {"retried": retried}


@operation("audit.verify")
def audit_verify(db: Database) -> dict[str, Any]:
    """Check the whole change log."""
    with db.read() as r:
        found = events.verify(r)
    return {
        "holds": not found.faults,
        "changes": found.rows,
        "erased": found.erased,
        "unsealed": found.unsealed,
        "digest": found.digest,
        "faults": found.faults,
    }
