"""Legal holds: what is held and why, placing and lifting one, and taking out what it keeps."""

from __future__ import annotations

import asyncio
from typing import Any

from holdfast import evidence
from holdfast.errors import Problem
from holdfast.evidence import NoSuchHold, Wanted
from holdfast.evidence.holds import READ, WRITE
from holdfast.languages import N_
from holdfast.store import DAY, read_id
from holdfast.web.forms import Form
from holdfast.web.pages import Pages
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit

pages = Pages()

ADDRESS, PAGE = "/admin/holds", "moderation/holds.html"
KINDS = (("case", N_("A case")), ("post", N_("A post")), ("account", N_("An account")))
DAYS = (("0", N_("Until it is lifted")), ("90", N_("For ninety days")), ("365", N_("For a year")))


@pages.get(ADDRESS, needs=READ)
async def listing(v: Visit) -> Reply:
    """Holds in force, and a form for another one."""
    form = Form().starting_with(kind=v.query("kind") or "case", subject=v.query("subject"), days="0")
    return v.show(PAGE, form=form, done=v.done, **await _around(v))


async def _around(v: Visit) -> dict[str, Any]:
    is_all = v.query("all") == "yes"
    found = await v.read(lambda r: evidence.holds_listing(r, v.acting, all_of_them=is_all))
    return {"holds": found, "is_all": is_all, "kinds": KINDS, "days": DAYS, "may_write": v.acting.may(WRITE)}


@pages.post(ADDRESS, needs=WRITE)
async def place(v: Visit) -> Reply:
    """Hold something."""
    form = await v.form()
    days = form.choice("days", [value for value, _ in DAYS], "0")
    wanted = Wanted(
        kind=form.text("kind"),
        subject_id=read_id(form.text("subject").strip()) or 0,
        reason=form.text("reason"),
        reference=form.text("reference"),
        until=v.db.clock.now() + int(days) * DAY if days != "0" else None,
        recipient=form.text("recipient").strip(),
    )
    try:
        await v.in_thread(evidence.place_hold, wanted)
    except Problem as problem:
        return v.again(PAGE, form, problem, done="", **await _around(v))
    return v.go(f"{ADDRESS}?done=hold_placed")


@pages.post(f"{ADDRESS}/{{id:str}}/lift", needs=WRITE)
async def lift(v: Visit) -> Reply:
    """End one."""
    await v.form()
    await v.write(evidence.lift_hold, _number(v))
    return v.go(f"{ADDRESS}?done=hold_lifted")


@pages.get(f"{ADDRESS}/{{id:str}}/copy.zip", needs=READ)
async def copy(v: Visit) -> Reply:
    """The newest copy, opened; that it was opened is logged."""
    number = _number(v)
    copies = await asyncio.to_thread(evidence.open_hold, v.db, v.acting, number)
    answer = Reply(copies[0][1], 200, "application/zip").header("cache-control", "private, no-store")
    return answer.header("content-disposition", f'attachment; filename="hold-{number}.zip"')


def _number(v: Visit) -> int:
    number = read_id(v.argument("id"))
    if number is None:
        raise NoSuchHold()
    return number
