"""How pages look in this browser: theme, contrast, counts. Rendered by the server, so that no page flashes; kept in the
browser, since a phone and a desk may want different things."""

from __future__ import annotations

from holdfast.errors import Problem
from holdfast.web.forms import Form
from holdfast.web.pages import MEMBERS, Pages
from holdfast.web.replies import Reply
from holdfast.web.visits import CONTRASTS, THEMES, Visit

pages = Pages()

PAGE = "settings/appearance.html"
LASTS_S = 400 * 24 * 3600  # longer is kept by no browser
SYSTEM = "system"


@pages.get("/settings/appearance", needs=MEMBERS)
async def appearance_form(v: Visit) -> Reply:
    """The choices as they are."""
    form = Form().starting_with(theme=v.theme or SYSTEM, contrast=v.contrast or SYSTEM, counts=v.shows_counts)
    return v.show(PAGE, form=form, done=v.done)


@pages.post("/settings/appearance", needs=MEMBERS)
async def appearance(v: Visit) -> Reply:
    """Choose; what the system decides needs no cookie."""
    form = await v.form()
    try:
        chosen = {
            "theme": form.choice("theme", (SYSTEM, *THEMES)),
            "contrast": form.choice("contrast", (SYSTEM, *CONTRASTS)),
        }
    except Problem as problem:
        return v.again(PAGE, form, problem, done="")
    chosen["counts"] = SYSTEM if form.ticked("counts") else "off"
    for name, value in chosen.items():
        v.set_cookie(name, "" if value == SYSTEM else value, 0 if value == SYSTEM else LASTS_S)
    return v.go("/settings/appearance?done=saved")
