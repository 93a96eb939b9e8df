"""Appeals as they are read."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import select

from holdfast.acting import Acting
from holdfast.moderation.errors import NoSuchAppeal, NotForYou
from holdfast.moderation.tables import appeals, decisions
from holdfast.store import Read

ANSWER = "appeals.decide"
"""The permission to answer appeals."""


class Appeal(msgspec.Struct, frozen=True):
    """A row of ``appeals``. Times in milliseconds; ``outcome`` is upheld or overturned, None while it waits."""

    id: int
    decision_id: int
    account_id: int
    text: str
    created_at: int
    deadline: int
    answered_at: int | None
    answered_by: int | None
    outcome: str | None
    answer: str


COLUMNS = tuple(appeals.c[name] for name in Appeal.__struct_fields__)


def find(r: Read, appeal_id: int) -> Appeal:
    """An appeal, whoever asks. Raises :class:`NoSuchAppeal`."""
    row = r.first(select(*COLUMNS).where(appeals.c.id == appeal_id))
    if row is None:
        raise NoSuchAppeal()
    return Appeal(*row)


def appeals_of(r: Read, decision_ids: Sequence[int]) -> dict[int, Appeal]:
    """Appeals under the ids of the decisions that they are against."""
    if not decision_ids:
        return {}
    rows = r.rows(select(*COLUMNS).where(appeals.c.decision_id.in_(list(decision_ids))))
    return {row.decision_id: Appeal(*row) for row in rows}


def appeal(r: Read, acting: Acting, appeal_id: int) -> Appeal:
    """An appeal, for the team. Raises :class:`NotForYou`, :class:`NoSuchAppeal` (also for one's own)."""
    if not acting.may(ANSWER):
        raise NotForYou()
    found = find(r, appeal_id)
    if found.account_id == acting.account_id:
        raise NoSuchAppeal()
    return found


def waiting(r: Read, acting: Acting, *, most: int = 100) -> list[Appeal]:
    """The appeals that somebody may answer, the most urgent first: never their own, nor against what they decided.

    Raises :class:`NotForYou`.
    """
    if not acting.may(ANSWER):
        raise NotForYou()
    by = decisions.c.decided_by
    statement = (
        select(*COLUMNS)
        .join(decisions, decisions.c.id == appeals.c.decision_id)
        .where(appeals.c.answered_at.is_(None), appeals.c.account_id != (acting.account_id or 0))
        .where(by.is_(None) | (by != (acting.account_id or 0)))
        .order_by(appeals.c.deadline, appeals.c.id)
        .limit(most)
    )
    return [Appeal(*row) for row in r.rows(statement)]
