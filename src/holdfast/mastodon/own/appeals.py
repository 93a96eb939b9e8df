"""Appeals: read and answered by the team."""

from __future__ import annotations

from msgspec import Struct

from holdfast import moderation
from holdfast.mastodon.binding import Id
from holdfast.mastodon.endpoints import Call, Endpoints
from holdfast.mastodon.own.cases import READS, WRITES
from holdfast.mastodon.own.entities import DecisionAppeal
from holdfast.mastodon.own.rendering import appeal_entity

api = Endpoints(is_ours=True)

APPEALS = "/api/holdfast/v1/appeals"


class ById(Struct, kw_only=True):
    """The appeal in the path."""

    id: Id


class AnswerParams(ById, kw_only=True):
    """``upheld``: the decision stands; ``overturned``: all that it changed is put back."""

    outcome: str
    answer: str = ""


@api.get(APPEALS, scopes=READS, returns=list[DecisionAppeal], tier=4)
def waiting(call: Call) -> list[DecisionAppeal]:
    """The appeals that the caller may answer, the most urgent first."""
    return [appeal_entity(one) for one in moderation.waiting(call.r, call.acting)]


@api.get(f"{APPEALS}/{{id}}", scopes=READS, params=ById, returns=DecisionAppeal, tier=4)
def show(call: Call, params: ById) -> DecisionAppeal:
    """One appeal."""
    return appeal_entity(moderation.appeal(call.r, call.acting, params.id))


@api.post(f"{APPEALS}/{{id}}/answer", scopes=WRITES, params=AnswerParams, returns=DecisionAppeal, tier=4)
async def answer(call: Call, params: AnswerParams) -> DecisionAppeal:
    """Answer an appeal against somebody else's decision."""
    return appeal_entity(await call.write(moderation.answer, params.id, params.outcome, params.answer))
