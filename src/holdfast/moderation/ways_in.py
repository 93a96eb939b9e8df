"""The address of a decision for who may not sign in: a suspended member reads what was decided, and appeals.

The address carries a signed key, good for as long as the decision can be appealed against. It is given only to who has
proved to be the member: in a letter to the confirmed address, and after the right password.
"""

from __future__ import annotations

from sqlalchemy import select

from holdfast import people
from holdfast.access.tokens import Signer
from holdfast.acting import Acting
from holdfast.moderation import appeals, statements
from holdfast.moderation.errors import NoSuchDecision
from holdfast.moderation.records import COLUMNS, Decision, from_row
from holdfast.moderation.tables import decisions
from holdfast.people import Account
from holdfast.store import DAY, SECOND, Read
from holdfast.writes import Database

PATH = "/decisions/"
_PURPOSE = "decision"
_GRAVE = ("suspend", "delete")


def way_in(db: Database, found: Decision) -> str:
    """The path at which a decision is read without signing in."""
    now = db.clock.now()
    lasts = max(statements.appeal_ends(found, db.settings.appeal_days), now + DAY) - now
    return PATH + _signer(db).sign(_PURPOSE, [found.id, found.account_id], lasts / SECOND, now / SECOND)


def way_in_for(r: Read, db: Database, account_id: int) -> str:
    """The path for somebody who is suspended, to the decision that did it; empty where no told decision did."""
    statement = (
        select(*COLUMNS)
        .where(decisions.c.account_id == account_id, decisions.c.on_account.in_(_GRAVE))
        .where(decisions.c.delivered_at.is_not(None))
        .where(decisions.c.undone_at.is_(None), decisions.c.ended_at.is_(None))
        .order_by(decisions.c.id.desc())
        .limit(1)
    )
    row = r.first(statement)
    return way_in(db, from_row(row)) if row is not None else ""


def opened(db: Database, key: str) -> tuple[int, int]:
    """The decision and the account that a key is for. Raises ``TokenVoid``."""
    decision_id, account_id = _signer(db).open(_PURPOSE, key, db.clock.now() / SECOND, as_type=tuple[int, int])
    return decision_id, account_id


def read_with(r: Read, db: Database, key: str) -> tuple[statements.Statement, Account]:
    """The statement that a key opens, and whose it is. Raises ``TokenVoid``, :class:`NoSuchDecision`."""
    decision_id, account_id = opened(db, key)
    now, days = db.clock.now(), db.settings.appeal_days
    found = statements.statement_of(r, account_id, decision_id, now=now, appeal_days=days)
    account = people.account_by_id(r, account_id)
    if account is None or account.deleted_at is not None:
        raise NoSuchDecision()
    return found, account


def appeal_with(db: Database, acting: Acting, key: str, text: str = "") -> int:
    """Appeal with the key of the decision, whoever is signed in. Raises as ``file_appeal``, and ``TokenVoid``."""
    decision_id, account_id = opened(db, key)
    member = Acting(account_id=account_id, ip=acting.ip)
    return appeals.file_appeal(db, member, decision_id, text)


def _signer(db: Database) -> Signer:
    return Signer(db.keyring.derive("moderation.ways_in"))
