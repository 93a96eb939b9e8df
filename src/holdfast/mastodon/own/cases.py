"""Cases: the queue, one with all that decides it, and who works on it."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from holdfast import moderation
from holdfast.mastodon.binding import Id
from holdfast.mastodon.endpoints import Call, Endpoints, Reply, reply
from holdfast.mastodon.own.entities import Backlog, CaseDetails, CaseSignal, ModerationCase
from holdfast.mastodon.own.rendering import case_details, case_entities, evidence_of, signal_entity
from holdfast.mastodon.paging import next_link
from holdfast.moderation import Case, Filter
from holdfast.store import Read, Window

api = Endpoints(is_ours=True)

CASES = "/api/holdfast/v1/cases"
READS, WRITES = "admin:read:reports", "admin:write:reports"
DEFAULT, MOST = 40, 200


class Wanted(Struct, kw_only=True):
    """Which open cases; what is left out asks for nothing."""

    category: list[str] = []
    without: list[str] = []
    kind: Literal["post", "account", "media", "hashtag", "link", "domain"] | None = None
    language: list[str] = []
    contained: bool | None = None
    overdue: bool | None = None
    account_id: Id | None = None
    mine: bool = False

    def filter(self, me: int) -> Filter:
        """The same for the moderation room."""
        return Filter(
            categories=tuple(self.category),
            without=tuple(self.without),
            subject_kind=self.kind,
            languages=tuple(self.language),
            is_contained=self.contained,
            is_overdue=self.overdue,
            account_id=self.account_id,
            works_on=me if self.mine else None,
        )


class QueueParams(Wanted, kw_only=True):
    """Open cases that are wanted, or all closed ones; those that come behind ``max_id``."""

    state: Literal["open", "closed"] = "open"
    max_id: Id | None = None
    limit: int | None = None


class ById(Struct, kw_only=True):
    """The case in the path."""

    id: Id


class EscalationParams(ById, kw_only=True):
    """Who may decide from now on."""

    needs: Literal["cases.decide", "cases.decide_grave", "cases.oversee"]


@api.get(CASES, scopes=READS, params=QueueParams, returns=list[ModerationCase], tier=4)
def queue(call: Call, params: QueueParams) -> Reply:
    """Open cases, those with the most harm to expect first; or closed ones, the newest first."""
    most = DEFAULT if params.limit is None else max(1, min(params.limit, MOST))
    if params.state == "closed":
        found = moderation.closed(call.r, call.acting, Window(max_id=params.max_id, limit=most))
    else:
        wanted, now = params.filter(call.me), call.db.clock.now()
        found = moderation.queue(call.r, call.acting, wanted, now=now, most=most, behind=params.max_id)
    answer = reply(case_entities(call.r, call, found))
    if len(found) < most:
        return answer
    scope = call.request.scope
    return answer.header("link", next_link(call.db.base_url + scope["path"], scope["query_string"], found[-1].id))


@api.get(f"{CASES}/backlog", scopes=READS, returns=Backlog, tier=4)
def backlog(call: Call) -> Backlog:
    """How many cases are open, overdue and contained."""
    return Backlog(**moderation.backlog(call.r, call.acting, call.db.clock.now()))


@api.post(f"{CASES}/claim_next", scopes=WRITES, params=Wanted, returns=CaseDetails, tier=4)
async def claim_next(call: Call, params: Wanted) -> Any:
    """Take the wanted case with the most harm to expect that nobody works on, and look at it; 204 when none is left."""
    found = await call.write(moderation.claim_next, params.filter(call.me))
    return Reply(b"", 204) if found is None else await _looked_at(call, found.id)


@api.get(f"{CASES}/{{id}}", scopes=READS, params=ById, returns=CaseDetails, tier=4)
async def show(call: Call, params: ById) -> dict[str, Any]:
    """A case with its evidence, signals and decisions. Who looks is written down."""
    return await _looked_at(call, params.id)


@api.get(f"{CASES}/{{id}}/signals", scopes=READS, params=ById, returns=list[CaseSignal], tier=4)
def signals(call: Call, params: ById) -> list[CaseSignal]:
    """What points at harm in a case, the first first."""
    moderation.case(call.r, call.acting, params.id)
    return [signal_entity(one) for one in moderation.signals_of(call.r, params.id)]


@api.post(f"{CASES}/{{id}}/claim", scopes=WRITES, params=ById, returns=ModerationCase, tier=4)
async def claim(call: Call, params: ById) -> dict[str, Any]:
    """Take a case to work on, or hold it longer."""
    await call.write(moderation.claim, params.id)
    return await call.read(_one, call, params.id)


@api.post(f"{CASES}/{{id}}/release", scopes=WRITES, params=ById, returns=ModerationCase, tier=4)
async def release(call: Call, params: ById) -> dict[str, Any]:
    """Give a case back to the queue."""
    await call.write(moderation.release, params.id)
    return await call.read(_one, call, params.id)


@api.post(f"{CASES}/{{id}}/escalate", scopes=WRITES, params=EscalationParams, returns=ModerationCase, tier=4)
async def escalate(call: Call, params: EscalationParams) -> dict[str, Any]:
    """Leave a case to those who may decide about more."""
    await call.write(moderation.escalate, params.id, params.needs)
    return await call.read(_one, call, params.id)


async def _looked_at(call: Call, case_id: int) -> dict[str, Any]:
    """A case for who looks at it; the look is on disk before anything of it leaves."""

    def what(r: Read) -> str:
        shown = evidence_of(r, call, moderation.case(r, call.acting, case_id))
        return "private" if any(one.visibility in ("private", "direct") for one in shown) else "case"

    await call.write(moderation.look, case_id, await call.read(what))
    return await call.read(lambda r: case_details(r, call, moderation.case(r, call.acting, case_id)))


def _one(r: Read, call: Call, case_id: int) -> dict[str, Any]:
    found: Case = moderation.case(r, call.acting, case_id)
    return case_entities(r, call, [found])[0]
