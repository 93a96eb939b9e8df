"""Statements of reasons in the caller's language: what was decided about them, and the appeal against it."""

from __future__ import annotations

from msgspec import Struct

from holdfast import access, moderation
from holdfast.languages import speaking
from holdfast.mastodon.binding import Id
from holdfast.mastodon.endpoints import Call, Endpoints, Reply, reply
from holdfast.mastodon.entities.base import datetime_text
from holdfast.mastodon.own.entities import Reasons
from holdfast.mastodon.own.rendering import appeal_entity, moment, text_id
from holdfast.mastodon.paging import next_link
from holdfast.moderation import Statement
from holdfast.store import Read

api = Endpoints(is_ours=True)

STATEMENTS = "/api/holdfast/v1/statements"
DEFAULT, MOST = 20, 40


class ListParams(Struct, kw_only=True):
    """A page of them, older than ``max_id``."""

    max_id: Id | None = None
    limit: int | None = None


class ById(Struct, kw_only=True):
    """The statement in the path."""

    id: Id


class AppealParams(ById, kw_only=True):
    """What is wrong with the decision."""

    text: str = ""


@api.get(STATEMENTS, scopes="read:accounts", params=ListParams, returns=list[Reasons], tier=4)
def listing(call: Call, params: ListParams) -> Reply:
    """What was decided about the caller, the newest first."""
    most = DEFAULT if params.limit is None else max(1, min(params.limit, MOST))
    days, now = call.db.settings.appeal_days, call.db.clock.now()
    with speaking(access.reader(call.r, call.me).language):
        found = moderation.statements_of(call.r, call.me, now=now, appeal_days=days, most=most, max_id=params.max_id)
        answer = reply([_entity(one) for one in found])
    if len(found) < most:
        return answer
    scope = call.request.scope
    return answer.header("link", next_link(call.db.base_url + scope["path"], scope["query_string"], found[-1].id))


@api.get(f"{STATEMENTS}/{{id}}", scopes="read:accounts", params=ById, returns=Reasons, tier=4)
def show(call: Call, params: ById) -> Reasons:
    """One decision about the caller, with its reasons."""
    return _one(call.r, call, params.id)


@api.post(f"{STATEMENTS}/{{id}}/appeal", scopes="write:accounts", params=AppealParams, returns=Reasons, tier=4)
async def appeal(call: Call, params: AppealParams) -> Reasons:
    """Appeal against a decision about oneself, once."""
    await call.write(moderation.file_appeal, params.id, params.text)
    return await call.read(_one, call, params.id)


def _one(r: Read, call: Call, decision_id: int) -> Reasons:
    days, now = call.db.settings.appeal_days, call.db.clock.now()
    with speaking(access.reader(r, call.me).language):
        return _entity(moderation.statement_of(r, call.me, decision_id, now=now, appeal_days=days))


def _entity(one: Statement) -> Reasons:
    return Reasons(
        id=str(one.id),
        status_id=text_id(one.status_id),
        measures=[str(words) for words in one.measures],
        state=one.state,
        created_at=datetime_text(one.created_at),
        until=moment(one.until),
        category=one.category,
        category_title=str(one.category_title),
        is_illegal=one.is_illegal,
        law=one.law,
        rules=list(one.rules),
        facts=one.facts,
        is_automated=one.is_automated,
        appeal_until=datetime_text(one.appeal_until),
        may_appeal=one.may_appeal,
        appeal=None if one.appeal is None else appeal_entity(one.appeal),
    )
