"""When one of the team is told of cases whose time runs out, and how."""

from __future__ import annotations

from typing import Any

from holdfast import access
from holdfast.errors import Problem
from holdfast.languages import N_
from holdfast.moderation import DECIDE, warning
from holdfast.moderation.warning import Choices
from holdfast.web.forms import Form
from holdfast.web.pages import Pages
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit

pages = Pages()

ADDRESS, PAGE = "/admin/warnings", "moderation/warnings.html"
STEPS = (
    ("half", N_("When half of the time is gone, and later")),
    ("quarter", N_("When a quarter is left, and later")),
    ("overdue", N_("When none is left")),
    ("never", N_("Never")),
)


@pages.get(ADDRESS, needs=DECIDE)
async def form(v: Visit) -> Reply:
    """The choices as they are."""
    chosen = await v.read(warning.choices_of, v.me)
    shown = Form().starting_with(by_push=chosen.by_push, by_letter=chosen.by_letter)
    return v.show(PAGE, form=shown, done=v.done, **_around(v))


@pages.post(ADDRESS, needs=DECIDE)
async def choose(v: Visit) -> Reply:
    """Change them."""
    sent = await v.form()
    try:
        await v.write(warning.choose, Choices(sent.text("by_push"), sent.text("by_letter")))
    except Problem as problem:
        return v.again(PAGE, sent, problem, done="", **_around(v))
    return v.go(f"{ADDRESS}?done=saved")


def _around(v: Visit) -> dict[str, Any]:
    return {"steps": [(value, words, "") for value, words in STEPS], "can_write": access.needs_email(v.db)}
