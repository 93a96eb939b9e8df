"""The desk for requests by authorities; and for members, the requests about them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from holdfast import access, legal, people
from holdfast.errors import Problem
from holdfast.languages import say
from holdfast.legal import CHECKS, READ, WRITE, CannotTake, NewRequest, NoSuchRequest
from holdfast.store import DAY, Read, read_id
from holdfast.web.forms import Form
from holdfast.web.pages import MEMBERS, Pages
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit

pages = Pages()

ADDRESS, LISTING, ONE = "/admin/requests", "moderation/requests.html", "moderation/request.html"


@pages.get(ADDRESS, needs=READ)
async def listing(v: Visit) -> Reply:
    """All requests, and a form for another one."""
    return v.show(LISTING, form=Form(), done=v.done, **await _around(v))


async def _around(v: Visit) -> dict[str, Any]:
    found = await v.read(lambda r: legal.requests_listing(r, v.acting))
    return {"requests": found, "may_write": v.acting.may(WRITE), "now": v.db.clock.now()}


@pages.post(ADDRESS, needs=WRITE)
async def add(v: Visit) -> Reply:
    """Take a request in."""
    form = await v.form()
    try:
        new = NewRequest(
            authority=form.text("authority"),
            contact=form.text("contact"),
            reference=form.text("reference"),
            basis=form.text("basis"),
            asked=form.text("asked"),
            deadline=_end_of(form, "deadline") or 0,
            secret_until=_end_of(form, "secret_until"),
            account_id=await v.read(_about, form.text("member").strip()),
        )
        number = await v.write(legal.add_request, new)
    except Problem as problem:
        return v.again(LISTING, form, problem, done="", **await _around(v))
    return v.go(f"{ADDRESS}/{number}?done=saved")


def _about(r: Read, name: str) -> int | None:
    if not name:
        return None
    found = access.by_login(r, name)
    if found is None:
        raise CannotTake.field("member", "ERR_INVALID", say("There is no such member."))
    return found.account_id


def _end_of(form: Form, name: str) -> int | None:
    """The end of a day (ms, UTC)."""
    written = form.text(name)
    if not written:
        return None
    try:
        day = datetime.strptime(written, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError as fault:
        raise CannotTake.field(name, "ERR_INVALID", say("Write the day as 2026-12-31.")) from fault
    return int(day.timestamp() * 1000) + DAY - 1


@pages.get(f"{ADDRESS}/{{id:str}}", needs=READ)
async def one(v: Visit) -> Reply:
    """One request."""
    return v.show(ONE, form=Form(), done=v.done, **await v.read(_one, v))


def _one(r: Read, v: Visit) -> dict[str, Any]:
    found = legal.request(r, v.acting, _number(v))
    names = {found.account_id, *(read_id(by) for by, _ in found.checks.values() if by)}
    return {
        "request": found,
        "handed": legal.handed_over(r, found.id),
        "accounts": people.accounts_by_ids(r, {one for one in names if one}),
        "checks": CHECKS,
        "may_write": v.acting.may(WRITE) and found.closed_at is None,
    }


@pages.post(f"{ADDRESS}/{{id:str}}/check", needs=WRITE)
async def check(v: Visit) -> Reply:
    """Note that a step was taken."""
    form = await v.form()
    return await _did(v, form, legal.tick, form.text("check"))


@pages.post(f"{ADDRESS}/{{id:str}}/handed", needs=WRITE)
async def handed(v: Visit) -> Reply:
    """Record what was handed over."""
    form = await v.form()
    return await _did(v, form, legal.record_handed, form.text("what"))


@pages.post(f"{ADDRESS}/{{id:str}}/close", needs=WRITE)
async def close(v: Visit) -> Reply:
    """Answer or refuse it."""
    form = await v.form()
    return await _did(v, form, legal.close_request, form.text("state"), form.text("outcome"))


async def _did(v: Visit, form: Form, command: Any, *values: str) -> Reply:
    try:
        await v.write(command, _number(v), *values)
    except Problem as problem:
        return v.again(ONE, form, problem, done="", **await v.read(_one, v))
    return v.go(f"{ADDRESS}/{_number(v)}?done=saved")


def _number(v: Visit) -> int:
    number = read_id(v.argument("id"))
    if number is None:
        raise NoSuchRequest()
    return number


@pages.get("/settings/requests", needs=MEMBERS)
async def about_me(v: Visit) -> Reply:
    """What authorities have asked about the member, as far as they may be told."""

    def look(r: Read) -> list[Any]:
        return [(one, legal.handed_over(r, one.id)) for one in legal.requests_about(r, v.me)]

    return v.show("settings/requests.html", form=None, done="", requests=await v.read(look))
