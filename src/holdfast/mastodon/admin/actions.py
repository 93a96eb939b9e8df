"""Measures on accounts: taken in a case, lifted when their time has come."""

from __future__ import annotations

from typing import Any, Literal

from holdfast import access
from holdfast.access import roster
from holdfast.errors import Invalid
from holdfast.mastodon.admin.accounts import ACCOUNTS, WRITES, ById, NotSuspended
from holdfast.mastodon.admin.rendering import one_account
from holdfast.mastodon.binding import Id
from holdfast.mastodon.endpoints import Call, Endpoints
from holdfast.mastodon.entities import AdminAccount
from holdfast.moderation import handling, lifting

api = Endpoints()

MEASURES = {"none": "warning", "sensitive": "sensitive", "disable": "freeze", "silence": "limit", "suspend": "suspend"}
"""What the API calls a measure, and what we do."""


class ActionParams(ById, kw_only=True):
    """What is done, and why; in the case of a report, or in one of its own. The member is always told."""

    type: Literal["none", "sensitive", "disable", "silence", "suspend"]
    report_id: Id | None = None
    text: str = ""
    warning_preset_id: str | None = None


@api.post(f"{ACCOUNTS}/{{id}}/action", scopes=WRITES, params=ActionParams, returns=dict[str, Any], tier=4)
async def act(call: Call, params: ActionParams) -> dict[str, Any]:
    """Warn, cover what is attached, stop from posting, limit or suspend. A report that is named is settled by it."""
    if params.warning_preset_id:
        words = "This server keeps no texts in advance: write it as text."
        raise Invalid.field("warning_preset_id", "ERR_INVALID", words)
    await call.read(roster.roster_entry, call.acting, params.id)
    measure = MEASURES[params.type]
    await call.write(handling.act_on_account, params.id, measure, facts=params.text, report_id=params.report_id)
    return {}


@api.post(f"{ACCOUNTS}/{{id}}/enable", scopes=WRITES, params=ById, returns=AdminAccount, tier=4)
async def enable(call: Call, params: ById) -> dict[str, Any]:
    """Let a member sign in and post again."""
    before = await call.read(roster.roster_entry, call.acting, params.id)
    await call.write(lifting.lift, params.id, "freeze")
    if before.disabled_at is not None:
        await call.write(access.enable_sign_in, params.id)
    return await call.read(one_account, call, params.id)


@api.post(f"{ACCOUNTS}/{{id}}/unsilence", scopes=WRITES, params=ById, returns=AdminAccount, tier=4)
async def unsilence(call: Call, params: ById) -> dict[str, Any]:
    """Limit an account no longer."""
    return await _lifted(call, params.id, "limit")


@api.post(f"{ACCOUNTS}/{{id}}/unsuspend", scopes=WRITES, params=ById, returns=AdminAccount, tier=4)
async def unsuspend(call: Call, params: ById) -> dict[str, Any]:
    """Lift a suspension; 403 where there is none."""
    if (await call.read(roster.roster_entry, call.acting, params.id)).suspended_at is None:
        raise NotSuspended()
    return await _lifted(call, params.id, "suspend")


@api.post(f"{ACCOUNTS}/{{id}}/unsensitive", scopes=WRITES, params=ById, returns=AdminAccount, tier=4)
async def unsensitive(call: Call, params: ById) -> dict[str, Any]:
    """Cover what an account attaches no longer; what was covered stays so."""
    return await _lifted(call, params.id, "sensitive")


async def _lifted(call: Call, account_id: int, aspect: str) -> dict[str, Any]:
    await call.read(roster.roster_entry, call.acting, account_id)
    await call.write(lifting.lift, account_id, aspect)
    return await call.read(one_account, call, account_id)
