"""What single keys do on pages: the member's own keys, or none at all. They go with the account, to every browser."""

from __future__ import annotations

from typing import Any

from holdfast import people
from holdfast.errors import Problem
from holdfast.people import ProfileChange
from holdfast.people.shortcuts import SHORTCUTS
from holdfast.web.forms import Form
from holdfast.web.pages import MEMBERS, Pages
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit

pages = Pages()

PAGE = "settings/keys.html"
_GROUPS: dict[str, Any] = {
    "at_once": [one for one in SHORTCUTS if not one.kind],
    "after_go": [one for one in SHORTCUTS if one.to],
    "in_cases": [one for one in SHORTCUTS if one.is_case],
}


@pages.get("/settings/keys", needs=MEMBERS)
async def keys_form(v: Visit) -> Reply:
    """The keys as they are."""
    form = Form().starting_with(is_on=v.has_keys, **{one.action: one.key for one in v.shortcuts})
    return v.show(PAGE, form=form, done=v.done, **_GROUPS)


@pages.post("/settings/keys", needs=MEMBERS)
async def keys(v: Visit) -> Reply:
    """Change them, or let all be as they come."""
    form = await v.form()
    if form.text("do") == "reset":
        await v.write(people.update_profile, ProfileChange(has_shortcuts=True, shortcuts={}))
        return v.go("/settings/keys?done=first_keys")
    sent = {one.action: form.text(one.action) for one in SHORTCUTS if one.action in form.sent}
    try:
        await v.write(people.update_profile, ProfileChange(has_shortcuts=form.ticked("is_on"), shortcuts=sent))
    except Problem as problem:
        return v.again(PAGE, form, problem, done="", **_GROUPS)
    return v.go("/settings/keys?done=saved")
