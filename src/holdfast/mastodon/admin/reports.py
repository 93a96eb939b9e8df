"""Reports for administrators: taken, given back, settled, taken up again."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType

from holdfast.mastodon.admin.rendering import report_entities
from holdfast.mastodon.binding import Id
from holdfast.mastodon.endpoints import Call, Endpoints, Reply
from holdfast.mastodon.entities import AdminReport
from holdfast.mastodon.paging import Page
from holdfast.mastodon.statuses import window
from holdfast.moderation import handling
from holdfast.store import Read

api = Endpoints()

REPORTS = "/api/v1/admin/reports"
READS, WRITES = "admin:read:reports", "admin:write:reports"
DEFAULT, MOST = 100, 200


class ListParams(Page, kw_only=True):
    """Which reports: open ones, unless settled ones are asked for."""

    resolved: bool = False
    account_id: Id | None = None
    target_account_id: Id | None = None


class ById(Struct, kw_only=True):
    """The report in the path."""

    id: Id


class ChangeParams(ById, kw_only=True):
    """What the report is about. Rules that are named make it a violation."""

    category: Literal["spam", "legal", "violation", "other"] | None = None
    rule_ids: list[Id] | UnsetType = UNSET


@api.get(REPORTS, scopes=READS, params=ListParams, returns=list[AdminReport], tier=4)
def listing(call: Call, params: ListParams) -> Reply:
    """Reports, the newest first; none about the caller."""
    part = window(params, DEFAULT, MOST)
    wanted = handling.ReportsWanted(
        is_settled=params.resolved, account_id=params.account_id, target_id=params.target_account_id
    )
    found = handling.reports_for_team(call.r, call.acting, wanted, part)
    return call.page(report_entities(call.r, call, found), [one.id for one in found], part.limit)


@api.get(f"{REPORTS}/{{id}}", scopes=READS, params=ById, returns=AdminReport, tier=4)
def show(call: Call, params: ById) -> dict[str, Any]:
    """One report."""
    return _one(call.r, call, params.id)


@api.put(f"{REPORTS}/{{id}}", scopes=WRITES, params=ChangeParams, returns=AdminReport, tier=4)
async def change(call: Call, params: ChangeParams) -> dict[str, Any]:
    """Say what a report is about."""
    rules = None if params.rule_ids is UNSET else params.rule_ids
    await call.write(handling.change_report, params.id, category=params.category, rule_ids=rules)
    return await call.read(_one, call, params.id)


@api.post(f"{REPORTS}/{{id}}/assign_to_self", scopes=WRITES, params=ById, returns=AdminReport, tier=4)
async def assign_to_self(call: Call, params: ById) -> dict[str, Any]:
    """Claim the cases of a report."""
    await call.write(handling.take_report, params.id)
    return await call.read(_one, call, params.id)


@api.post(f"{REPORTS}/{{id}}/unassign", scopes=WRITES, params=ById, returns=AdminReport, tier=4)
async def unassign(call: Call, params: ById) -> dict[str, Any]:
    """Give the cases of a report back to the queue."""
    await call.write(handling.give_report_back, params.id)
    return await call.read(_one, call, params.id)


@api.post(f"{REPORTS}/{{id}}/resolve", scopes=WRITES, params=ById, returns=AdminReport, tier=4)
async def resolve(call: Call, params: ById) -> dict[str, Any]:
    """Close the cases of a report without a measure, those that are open."""
    await call.write(handling.settle_report, params.id)
    return await call.read(_one, call, params.id)


@api.post(f"{REPORTS}/{{id}}/reopen", scopes=WRITES, params=ById, returns=AdminReport, tier=4)
async def reopen(call: Call, params: ById) -> dict[str, Any]:
    """Let the cases of a report be open again; what was decided stays in force."""
    await call.write(handling.reopen_report, params.id)
    return await call.read(_one, call, params.id)


def _one(r: Read, call: Call, report_id: int) -> dict[str, Any]:
    return report_entities(r, call, [handling.report_for_team(r, call.acting, report_id)])[0]
