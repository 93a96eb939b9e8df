"""Decisions as they are read."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import select

from holdfast.languages import say
from holdfast.moderation import measures
from holdfast.moderation.cases import Case
from holdfast.moderation.errors import DecidedMeanwhile, NoSuchDecision
from holdfast.moderation.tables import decisions
from holdfast.store import Read


class Decision(msgspec.Struct, frozen=True):
    """A row of ``decisions``."""

    id: int
    case_id: int
    account_id: int | None
    status_id: int | None
    decided_by: int | None
    on_subject: str
    on_account: str
    category: str
    rule_ids: tuple[int, ...]
    law: str
    facts: str
    note: str
    label: str
    before: dict[str, Any]
    is_automated: bool
    is_provisional: bool
    closes: bool
    created_at: int
    until: int | None
    ended_at: int | None
    delivered_at: int | None
    undone_at: int | None
    undone_by: int | None
    overturned_by_appeal_id: int | None

    @property
    def stands(self) -> bool:
        """Whether what it changed is in force."""
        return self.undone_at is None and self.ended_at is None

    @property
    def is_felt(self) -> bool:
        """Whether the member has something to be told: any measure but none, and but a note for the team."""
        return self.on_subject not in measures.HARMLESS_ON_SUBJECT or self.on_account in measures.TOLD


COLUMNS = tuple(decisions.c[name] for name in Decision.__struct_fields__)


def decision(r: Read, decision_id: int) -> Decision:
    """A decision, whoever asks. Raises :class:`NoSuchDecision`."""
    row = r.first(select(*COLUMNS).where(decisions.c.id == decision_id))
    if row is None:
        raise NoSuchDecision()
    return from_row(row)


def decisions_in(r: Read, case_id: int) -> list[Decision]:
    """All decisions of a case, the first first."""
    statement = select(*COLUMNS).where(decisions.c.case_id == case_id).order_by(decisions.c.id)
    return [from_row(row) for row in r.rows(statement)]


def decisions_about(r: Read, account_id: int, *, most: int = 100) -> list[Decision]:
    """All decisions about an account and what is its own, newest first."""
    statement = select(*COLUMNS).where(decisions.c.account_id == account_id).order_by(decisions.c.id.desc()).limit(most)
    return [from_row(row) for row in r.rows(statement)]


def from_row(row: Any) -> Decision:
    """A decision from a row of ``COLUMNS``."""
    values = row._asdict()
    return Decision(**values | {"rule_ids": tuple(values["rule_ids"])})


def meanwhile(r: Read, case: Case) -> DecidedMeanwhile:
    """The conflict with who has decided, what and when."""
    last = [one for one in decisions_in(r, case.id) if one.undone_at is None]
    if not last:
        return DecidedMeanwhile(say("The case has changed meanwhile. Nothing of yours was applied."))
    one = last[-1]
    return DecidedMeanwhile(
        decision_id=one.id,
        decided_by=one.decided_by,
        decided_at=one.created_at,
        on_subject=one.on_subject,
        on_account=one.on_account,
    )
