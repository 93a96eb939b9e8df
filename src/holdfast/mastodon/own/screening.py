"""Screening: what is looked for in every post before it is acknowledged."""

from __future__ import annotations

from msgspec import Struct

from holdfast import moderation
from holdfast.mastodon.binding import Id
from holdfast.mastodon.endpoints import Call, Endpoints
from holdfast.mastodon.entities.base import datetime_text
from holdfast.mastodon.own.cases import READS, WRITES
from holdfast.mastodon.own.entities import ScreeningTerm
from holdfast.moderation import BlockedTerm, NotForYou, Wanted
from holdfast.moderation.screening import WRITE

api = Endpoints(is_ours=True)

TERMS = "/api/holdfast/v1/screening/terms"


class ById(Struct, kw_only=True):
    """The entry in the path."""

    id: Id


class TermParams(Struct, kw_only=True):
    """What is looked for, and what is done."""

    kind: str
    value: str
    category: str
    action: str = "signal"
    note: str = ""


class TestParams(Struct, kw_only=True):
    """A text that nobody posts."""

    text: str


@api.get(TERMS, scopes=READS, returns=list[ScreeningTerm], tier=4)
def listing(call: Call) -> list[ScreeningTerm]:
    """Every entry, by kind and value."""
    _may_read(call)
    return [_entity(one) for one in moderation.terms(call.r)]


@api.get(f"{TERMS}/{{id}}", scopes=READS, params=ById, returns=ScreeningTerm, tier=4)
def show(call: Call, params: ById) -> ScreeningTerm:
    """One entry."""
    _may_read(call)
    return _entity(moderation.term(call.r, params.id))


@api.post(TERMS, scopes=WRITES, params=TermParams, returns=ScreeningTerm, tier=4)
async def add(call: Call, params: TermParams) -> ScreeningTerm:
    """Look for something from now on."""
    wanted = Wanted(params.kind, params.value, params.category, params.action, params.note)
    return _entity(await call.write(moderation.add_term, wanted))


@api.delete(f"{TERMS}/{{id}}", scopes=WRITES, params=ById, returns=ScreeningTerm, tier=4)
async def drop(call: Call, params: ById) -> ScreeningTerm:
    """Look for something no longer."""
    return _entity(await call.write(moderation.drop_term, params.id))


@api.post("/api/holdfast/v1/screening/test", scopes=READS, params=TestParams, returns=list[ScreeningTerm], tier=4)
async def test(call: Call, params: TestParams) -> list[ScreeningTerm]:
    """The entries that a text would meet if it were posted."""
    _may_read(call)
    return [_entity(one) for one in await call.read(moderation.met_by, call.db, params.text)]


def _may_read(call: Call) -> None:
    if not call.acting.may(WRITE):
        raise NotForYou()


def _entity(one: BlockedTerm) -> ScreeningTerm:
    return ScreeningTerm(
        id=str(one.id),
        kind=one.kind,
        value=one.value,
        category=one.category,
        action=one.action,
        note=one.note,
        created_at=datetime_text(one.created_at),
    )
