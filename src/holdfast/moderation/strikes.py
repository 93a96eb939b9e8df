"""Strikes, and the ladder: what to propose for an account that has had some."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import func, insert, or_, select, update

from holdfast.moderation.tables import strikes
from holdfast.store import DAY, Read
from holdfast.writes import Write


class Strike(NamedTuple):
    """A row of ``strikes``; times in milliseconds."""

    id: int
    account_id: int
    decision_id: int
    category: str
    created_at: int
    expires_at: int | None
    withdrawn_at: int | None


class Step(NamedTuple):
    """A rung of the ladder: a measure on an account and for how many days (None: for good)."""

    measure: str
    days: int | None


LADDER = (Step("warning", None), Step("strike", None), Step("freeze", 1), Step("freeze", 7), Step("suspend", None))
"""What is proposed after none, one, two … strikes that count."""


def add(w: Write, account_id: int, decision_id: int, category: str, *, expires_at: int | None) -> int:
    """Give an account a strike."""
    number = w.new_id()
    w.run(
        insert(strikes).values(
            id=number,
            account_id=account_id,
            decision_id=decision_id,
            category=category,
            created_at=w.now,
            expires_at=expires_at,
        )
    )
    return number


def withdraw(w: Write, decision_id: int) -> None:
    """Take back the strike of a decision, if it gave one."""
    given = (strikes.c.decision_id == decision_id) & strikes.c.withdrawn_at.is_(None)
    w.run(update(strikes).where(given).values(withdrawn_at=w.now))


def strikes_of(r: Read, account_id: int) -> list[Strike]:
    """Every strike of an account, newest first."""
    statement = select(*strikes.c).where(strikes.c.account_id == account_id).order_by(strikes.c.id.desc())
    return [Strike(*row) for row in r.rows(statement)]


def counted(r: Read, account_id: int, now: int) -> int:
    """How many strikes count at a moment (ms)."""
    counts = or_(strikes.c.expires_at.is_(None), strikes.c.expires_at > now)
    given = (strikes.c.account_id == account_id) & strikes.c.withdrawn_at.is_(None) & counts
    return int(r.value(select(func.count()).select_from(strikes).where(given)) or 0)


def counted_by_ids(r: Read, account_ids: Collection[int], now: int) -> dict[int, int]:
    """How many strikes of each account count at a moment (ms); who has none is left out."""
    if not account_ids:
        return {}
    counts = or_(strikes.c.expires_at.is_(None), strikes.c.expires_at > now)
    given = strikes.c.account_id.in_(list(account_ids)) & strikes.c.withdrawn_at.is_(None) & counts
    found = select(strikes.c.account_id, func.count()).where(given).group_by(strikes.c.account_id)
    return {row[0]: row[1] for row in r.rows(found)}


def proposal(r: Read, account_id: int, severity: int, now: int) -> Step:
    """The rung that an account has come to; what is gravest begins two rungs up."""
    rung = counted(r, account_id, now) + (2 if severity >= 5 else 0)
    return LADDER[min(rung, len(LADDER) - 1)]


def ends_at(step: Step, now: int) -> int | None:
    """When a proposed measure would end (ms)."""
    return None if step.days is None else now + step.days * DAY
