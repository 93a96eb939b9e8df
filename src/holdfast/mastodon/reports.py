"""Reports: telling the moderators of an account."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from holdfast import moderation
from holdfast.mastodon.binding import Id
from holdfast.mastodon.endpoints import Call, Endpoints, Reply
from holdfast.mastodon.entities import Report
from holdfast.mastodon.paging import Page
from holdfast.mastodon.rendering import array
from holdfast.mastodon.rendering.reports import report_bytes
from holdfast.mastodon.statuses import window
from holdfast.store import Read

api = Endpoints()

DEFAULT, MOST = 20, 40


class ReportParams(Struct, kw_only=True):
    """Who is reported, for what."""

    account_id: Id
    status_ids: list[Id] = []
    collection_ids: list[Id] = []
    comment: str = ""
    forward: bool = False
    category: Literal["spam", "legal", "violation", "other"] = "other"
    rule_ids: list[Id] = []


@api.post("/api/v1/reports", scopes="write:reports", params=ReportParams, returns=Report)
async def file_report(call: Call, params: ReportParams) -> bytes:
    """Report an account to the moderators."""
    number = await call.write(
        moderation.report,
        params.account_id,
        status_ids=params.status_ids,
        comment=params.comment,
        category=params.category,
        rule_ids=params.rule_ids,
        collection_ids=params.collection_ids,
        forward=params.forward,
    )

    def look(r: Read) -> bytes:
        found = list(moderation.reports_by_ids(r, [number]).values())
        return report_bytes(r, call.renderer.accounts, found)[number]

    return await call.read(look)


@api.get("/api/v1/reports", scopes="write:reports|read", params=Page, returns=list[Report])
def listing(call: Call, params: Page) -> Reply:
    """What the caller reported, the newest first."""
    part = window(params, DEFAULT, MOST)
    found = moderation.reports_by(call.r, call.me, part)
    shown = report_bytes(call.r, call.renderer.accounts, found)
    return call.page(array([shown[one.id] for one in found]), [one.id for one in found], part.limit)
