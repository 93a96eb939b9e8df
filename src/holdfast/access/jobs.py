"""What this room does later: writing down what was used, and throwing away what has ended."""

from __future__ import annotations

from sqlalchemy import delete

from holdfast.access import (
    applications,
    approvals,
    attempts,
    bearers,
    grants,
    member_passkeys,
    sessions,
    sign_up_blocks,
    sign_ups,
)
from holdfast.access.job_kinds import Nothing
from holdfast.access.tables import attempts as attempts_table
from holdfast.acting import SYSTEM
from holdfast.writes import Ability, Database


def note_use(db: Database, payload: Nothing) -> None:
    """Write down which tokens and sessions were used since the last time."""
    bearers.note_use(db, payload)
    sessions.note_session_use(db)


def purge(db: Database, payload: Nothing) -> None:  # noqa: ARG001
    """Drop codes, challenges, counted attempts, idle sessions and sign-ups that were never confirmed."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        grants.forget_old(w)
        sign_ups.forget_challenges(w)
        member_passkeys.forget_challenges(w)
        sign_up_blocks.forget_ended_ip_blocks(w)
        sessions.end_idle(w)
        applications.forget_rejections(w)
        w.run(delete(attempts_table).where(attempts_table.c.started_at < w.now - attempts.LONGEST_WINDOW_MS))
        if db.config.boot.email:
            approvals.forget_unconfirmed(w)
