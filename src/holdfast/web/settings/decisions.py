"""What the moderators have decided about a member: the statements of reasons, and the appeal against each."""

from __future__ import annotations

from typing import Any

from holdfast import moderation
from holdfast.errors import Problem
from holdfast.moderation import NoSuchDecision, Statement
from holdfast.store import read_id
from holdfast.web.forms import Form
from holdfast.web.pages import MEMBERS, Pages
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit

pages = Pages()

ADDRESS = "/settings/decisions"
ONE = "settings/decision.html"
PAGE = 40


@pages.get(ADDRESS, needs=MEMBERS)
async def listing(v: Visit) -> Reply:
    """Every decision that the member was told of, the newest first."""
    found = await v.read(moderation.statements_of, v.me, **_moment(v), most=PAGE + 1, max_id=read_id(v.query("max_id")))
    older = f"{ADDRESS}?max_id={found[PAGE - 1].id}" if len(found) > PAGE else ""
    return v.show("settings/decisions.html", form=None, done="", found=found[:PAGE], older=older)


@pages.get(f"{ADDRESS}/{{id:str}}", needs=MEMBERS)
async def one(v: Visit) -> Reply:
    """One decision."""
    return v.show(ONE, form=Form(), done=v.done, **await _around(v))


@pages.post(f"{ADDRESS}/{{id:str}}/appeal", needs=MEMBERS)
async def appeal(v: Visit) -> Reply:
    """Have somebody else look at it."""
    form = await v.form()
    number = _number(v)
    try:
        await v.write(moderation.file_appeal, number, form.text("text"))
    except NoSuchDecision:
        raise
    except Problem as problem:
        return v.again(ONE, form, problem, done="", **await _around(v))
    return v.go(f"{ADDRESS}/{number}?done=appealed")


async def _around(v: Visit) -> dict[str, Any]:
    found: Statement = await v.read(moderation.statement_of, v.me, _number(v), **_moment(v))
    return {"said": found, "appeal_at": f"{ADDRESS}/{found.id}/appeal", "most": moderation.LONGEST_APPEAL}


def _moment(v: Visit) -> dict[str, int]:
    return {"now": v.db.clock.now(), "appeal_days": v.db.settings.appeal_days}


def _number(v: Visit) -> int:
    number = read_id(v.argument("id"))
    if number is None:
        raise NoSuchDecision()
    return number
