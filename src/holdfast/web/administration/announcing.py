"""Announcements in the administration: writing, publishing now or later, taking back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from holdfast import announcements
from holdfast.announcements import Draft
from holdfast.errors import Invalid, Problem
from holdfast.languages import N_, say
from holdfast.web.forms import Form
from holdfast.web.pages import Pages
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit

pages = Pages()

TEMPLATE, ADDRESS, NEEDS = "admin/announcements.html", "/admin/announcements", "announcements.write"
WHEN = (
    ("now", N_("Publish now")),
    ("later", N_("Publish at the moment given below")),
    ("draft", N_("Keep as a draft")),
)
MOMENT = "%Y-%m-%dT%H:%M"


@pages.get(ADDRESS, needs=NEEDS)
async def listing(v: Visit) -> Reply:
    """All announcements, drafts too."""
    return v.show(TEMPLATE, form=Form().starting_with(when="now"), done=v.done, **await _around(v))


async def _around(v: Visit) -> dict[str, Any]:
    return {"announcements": await v.read(announcements.listing), "when_choices": WHEN, "moment": _shown}


@pages.post(ADDRESS, needs=NEEDS)
async def write(v: Visit) -> Reply:
    """Write one."""
    form = await v.form()
    try:
        await v.write(announcements.write, _draft(v, form))
    except Problem as problem:
        return v.again(TEMPLATE, form.starting_with(when="now"), problem, done="", **await _around(v))
    return v.go(f"{ADDRESS}?done=saved")


@pages.post(f"{ADDRESS}/change", needs=NEEDS)
async def change(v: Visit) -> Reply:
    """Write one anew."""
    form = await v.form()
    try:
        await v.write(announcements.change, form.identifier(), _draft(v, form))
    except Problem as problem:
        return v.again(TEMPLATE, form.starting_with(when="now"), problem, done="", **await _around(v))
    return v.go(f"{ADDRESS}?done=saved")


@pages.post(f"{ADDRESS}/withdraw", needs=NEEDS)
async def withdraw(v: Visit) -> Reply:
    """Take one back."""
    form = await v.form()
    await v.write(announcements.withdraw, form.identifier())
    return v.go(f"{ADDRESS}?done=saved")


@pages.post(f"{ADDRESS}/remove", needs=NEEDS)
async def remove(v: Visit) -> Reply:
    """Delete one."""
    form = await v.form()
    await v.write(announcements.remove, form.identifier())
    return v.go(f"{ADDRESS}?done=removed")


def _draft(v: Visit, form: Form) -> Draft:
    when = form.choice("when", [value for value, words in WHEN], "now")
    publish_at = v.db.clock.now() if when == "now" else None
    if when == "later":
        publish_at = _moment(form, "publish_at")
        if publish_at is None:
            raise Invalid.field("publish_at", "ERR_BLANK", say("Say when it shall be published"))
    return Draft(
        text=form.text("text"),
        starts_at=_moment(form, "starts_at"),
        ends_at=_moment(form, "ends_at"),
        is_all_day=form.ticked("is_all_day"),
        publish_at=publish_at,
    )


def _moment(form: Form, name: str) -> int | None:
    """A moment (UTC) in milliseconds, None when nothing was written. Raises :class:`Invalid`."""
    text = form.text(name)
    if not text:
        return None
    try:
        return int(datetime.strptime(text[:16], MOMENT).replace(tzinfo=UTC).timestamp() * 1000)
    except ValueError as fault:
        message = say("Write a day and a time like 2026-12-01T18:00")
        raise Invalid.field(name, "ERR_INVALID", message) from fault


def _shown(ms: int | None) -> str:
    """A moment as a form field of the kind ``datetime-local`` holds it."""
    return "" if ms is None else datetime.fromtimestamp(ms / 1000, UTC).strftime(MOMENT)
