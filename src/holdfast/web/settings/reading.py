"""How a member wants to meet media and content warnings, here and in apps that follow it."""

from __future__ import annotations

from holdfast import people
from holdfast.errors import Problem
from holdfast.languages import N_
from holdfast.people import ProfileChange
from holdfast.web.forms import Form
from holdfast.web.pages import MEMBERS, Pages
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit

pages = Pages()

PAGE = "settings/reading.html"
DISPLAYS = (
    ("default", N_("Cover what is marked as sensitive"), N_("You see it when you open it.")),
    ("show_all", N_("Show everything"), N_("What your filters blur stays covered.")),
    ("hide_all", N_("Cover everything"), N_("You open what you want to see.")),
)


@pages.get("/settings/reading", needs=MEMBERS)
async def reading_form(v: Visit) -> Reply:
    """The choices as they are."""
    form = Form().starting_with(media=v.media_display, opens_warnings=v.opens_warnings)
    return v.show(PAGE, form=form, done=v.done, displays=DISPLAYS)


@pages.post("/settings/reading", needs=MEMBERS)
async def reading(v: Visit) -> Reply:
    """Change them."""
    form = await v.form()
    try:
        change = ProfileChange(
            media_display=form.choice("media", [name for name, *words in DISPLAYS]),
            opens_warnings=form.ticked("opens_warnings"),
        )
        await v.write(people.update_profile, change)
    except Problem as problem:
        return v.again(PAGE, form, problem, done="", displays=DISPLAYS)
    return v.go("/settings/reading?done=saved")
