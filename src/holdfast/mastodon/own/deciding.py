"""Decisions: taken in a case, read, undone."""

from __future__ import annotations

from datetime import datetime

from holdfast import moderation
from holdfast.errors import FieldError, Invalid
from holdfast.mastodon.binding import Id
from holdfast.mastodon.endpoints import Call, Endpoints
from holdfast.mastodon.own.cases import CASES, READS, WRITES, ById
from holdfast.mastodon.own.entities import CaseDecision
from holdfast.mastodon.own.rendering import decision_entity
from holdfast.mastodon.statuses import milliseconds
from holdfast.moderation import Verdict
from holdfast.store import Read

api = Endpoints(is_ours=True)

DECISIONS = "/api/holdfast/v1/decisions"
NAMES = {"on_subject": "measure", "on_account": "account_measure"}
"""What the moderation room calls the fields, and what we do."""


class DecisionParams(ById, kw_only=True):
    """A decision in the case in the path; ``revision`` is that of the case which it is made upon."""

    revision: int | None = None
    measure: str = "nothing"
    account_measure: str = "nothing"
    category: str | None = None
    rule_ids: list[Id] = []
    law: str = ""
    facts: str = ""
    note: str = ""
    label: str = ""
    until: datetime | None = None
    closes: bool = True
    rests: bool = False
    rests_until_views: int | None = None

    def verdict(self) -> Verdict:
        """The same for the moderation room."""
        return Verdict(
            on_subject=self.measure,
            on_account=self.account_measure,
            category=self.category or None,
            rule_ids=tuple(dict.fromkeys(self.rule_ids)),
            law=self.law,
            facts=self.facts,
            note=self.note,
            label=self.label,
            until=None if self.until is None else milliseconds(self.until),
            closes=self.closes,
            rests=self.rests,
            rests_until_views=self.rests_until_views,
        )


@api.post(f"{CASES}/{{id}}/decisions", scopes=WRITES, params=DecisionParams, returns=CaseDecision, tier=4)
async def decide(call: Call, params: DecisionParams) -> CaseDecision:
    """Decide in a case. It is in force at once, and told after a minute in which it can be undone unnoticed."""
    try:
        number = await call.write(moderation.decide, params.id, params.verdict(), seen=params.revision)
    except Invalid as problem:
        raise _renamed(problem) from problem
    return await call.read(_one, call, number)


@api.get(f"{CASES}/{{id}}/decisions", scopes=READS, params=ById, returns=list[CaseDecision], tier=4)
def in_case(call: Call, params: ById) -> list[CaseDecision]:
    """All decisions of a case, the first first."""
    moderation.case(call.r, call.acting, params.id)
    return [decision_entity(one) for one in moderation.decisions_in(call.r, params.id)]


@api.get(f"{DECISIONS}/{{id}}", scopes=READS, params=ById, returns=CaseDecision, tier=4)
def show(call: Call, params: ById) -> CaseDecision:
    """One decision."""
    return _one(call.r, call, params.id)


@api.post(f"{DECISIONS}/{{id}}/undo", scopes=WRITES, params=ById, returns=CaseDecision, tier=4)
async def undo(call: Call, params: ById) -> CaseDecision:
    """Take a decision back: everything that it changed is as before, and the case open again."""
    await call.write(moderation.undo, params.id)
    return await call.read(_one, call, params.id)


def _one(r: Read, call: Call, decision_id: int) -> CaseDecision:
    found = moderation.decision(r, decision_id)
    moderation.case(r, call.acting, found.case_id)
    return decision_entity(found)


def _renamed(problem: Invalid) -> Invalid:
    """The same with our names of the fields."""
    fields = [FieldError(NAMES.get(one.field, one.field), one.reason, one.message) for one in problem.fields]
    return type(problem)(problem.message, fields=fields)
