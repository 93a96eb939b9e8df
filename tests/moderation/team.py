"""A moderation team for tests, and signals without anybody who reports."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import insert

from holdfast import moderation
from holdfast.access import permissions_of
from holdfast.access.tables import members
from holdfast.acting import SYSTEM, Acting
from holdfast.moderation import Case, Signal, Subject
from holdfast.writes import Ability, Database
from tests.posts.builders import Member, member


@dataclass(frozen=True)
class Moderator(Member):
    """A member of the team, with what the role permits."""

    role: str = "moderator"

    @property
    def acting(self) -> Acting:
        return Acting(account_id=self.id, permissions=permissions_of(self.role))


def moderator(db: Database, name: str, role: str = "moderator") -> Moderator:
    """Somebody with a role."""
    found = member(db, name)
    with db.write(SYSTEM, Ability.JOBS) as w:
        w.run(insert(members).values(account_id=found.id, role=role, approved_at=1, created_at=1))
    return Moderator(db, found.id, name, role)


def signals(db: Database, subject: Subject, source: str = "visitor", category: str = "hate", **more: object) -> int:
    """Raise a signal; the id of its case."""

    def command() -> int:
        with db.write(SYSTEM, Ability.MODERATION) as w:
            return moderation.raise_signal(w, subject, Signal(source=source, category=category, **more))  # type: ignore[arg-type]

    return db.submit(command).result()


def case_of(db: Database, case_id: int) -> Case:
    """A case as it is now."""
    with db.read() as r:
        return moderation.case(r, SYSTEM, case_id)
