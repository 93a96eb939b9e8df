"""The caller's looks back at their years, and whether one that was asked for is ready."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from msgspec import Meta, Raw, Struct

from holdfast import timelines
from holdfast.mastodon.binding import Id
from holdfast.mastodon.endpoints import Call, Endpoints, Reply, reply
from holdfast.mastodon.entities import AsyncRefresh, WrappedAnnualReports
from holdfast.mastodon.entities.base import Entity, one_of
from holdfast.timelines import LookedBack

api = Endpoints()

SCHEMA_VERSION = 2
RETRY_S = 5


class Year(Struct, kw_only=True):
    """The year in the path."""

    year: Annotated[int, Meta(ge=1_000, le=9_999)]


class RefreshById(Struct, kw_only=True):
    """The refresh in the path."""

    id: Id


class State(Entity, kw_only=True):
    """Whether there is a look back, or can be one."""

    state: Annotated[str, one_of("available", "generating", "eligible", "ineligible")]


class Refreshed(Entity, kw_only=True):
    """What has become of something that is made in the background."""

    async_refresh: AsyncRefresh


@api.get("/api/v1/annual_reports", scopes="read:accounts", returns=WrappedAnnualReports)
def listing(call: Call) -> dict[str, Any]:
    """Looks back that the caller has not read yet."""
    return _wrapped(call, timelines.unread_reports(call.r, call.me))


@api.get("/api/v1/annual_reports/{year}", scopes="read:accounts", params=Year, returns=WrappedAnnualReports)
def show(call: Call, params: Year) -> dict[str, Any]:
    """The look back at one year."""
    found = timelines.report_of(call.r, call.me, params.year)
    if found is None or found.data is None:
        raise timelines.NoSuchReport()
    return _wrapped(call, [found])


@api.get("/api/v1/annual_reports/{year}/state", scopes="read:accounts", params=Year, returns=State)
def state(call: Call, params: Year) -> Reply:
    """Whether there is a look back at a year, or can be one."""
    found = timelines.report_of(call.r, call.me, params.year)
    if found is None:
        can_be = timelines.can_look_back(call.r, call.me, params.year, now=call.db.clock.now())
        return reply(State(state="eligible" if can_be else "ineligible"))
    if found.data is None:
        return _promising(reply(State(state="generating")), found)
    return reply(State(state="available"))


@api.post("/api/v1/annual_reports/{year}/generate", scopes="write:accounts", params=Year, returns=dict[str, Any])
async def generate(call: Call, params: Year) -> Reply:
    """Let a look back be made: 202 while that lasts."""
    found = await call.write(timelines.ask, params.year)
    return reply({}) if found.made_at is not None else _promising(reply({}, status=202), found)


@api.post("/api/v1/annual_reports/{year}/read", scopes="write:accounts", params=Year, returns=dict[str, Any])
async def read(call: Call, params: Year) -> dict[str, Any]:
    """Note that a look back has been read."""
    await call.write(timelines.mark_read, params.year)
    return {}


@api.get("/api/v1_alpha/async_refreshes/{id}", scopes="read", params=RefreshById, returns=Refreshed)
def refresh(call: Call, params: RefreshById) -> Refreshed:
    """Whether what is made in the background is ready, and how much has come of it."""
    found = timelines.report_by_refresh(call.r, call.me, params.id)
    is_made = found.made_at is not None
    told = AsyncRefresh(
        id=str(params.id), status="finished" if is_made else "running", result_count=1 if is_made else None
    )
    return Refreshed(async_refresh=told)


def _promising(answer: Reply, found: LookedBack) -> Reply:
    return answer.header("mastodon-async-refresh", f'id="{found.refresh_id}", retry={RETRY_S}')


def _wrapped(call: Call, found: Sequence[LookedBack]) -> dict[str, Any]:
    accounts: set[int] = {call.me}
    statuses: set[int] = set()
    for one in found:
        data = one.data or {}
        for name in ("commonly_interacted_with_accounts", "most_reblogged_accounts"):
            accounts.update(int(entry["account_id"]) for entry in data[name])
        statuses.update(int(number) for number in data["top_statuses"].values() if number is not None)
    return {
        "annual_reports": [
            {
                "year": one.year,
                "data": one.data,
                "schema_version": SCHEMA_VERSION,
                "share_url": None,
                "account_id": str(one.account_id),
            }
            for one in found
        ],
        "accounts": [Raw(one) for one in call.renderer.accounts.many(call.r, sorted(accounts), call.sight)],
        "statuses": [
            Raw(one) for one in call.renderer.statuses.many(call.r, call.me, sorted(statuses), sight=call.sight)
        ],
    }
