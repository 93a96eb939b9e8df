"""How pages look: theme, contrast, counts. Rendered by the server, so that no page flashes; kept in the browser, since
a phone and a desk may want different things. Only the language is the member's everywhere: letters come in it, too."""

from __future__ import annotations

from holdfast import access
from holdfast.errors import Problem
from holdfast.languages import _, known, name_of
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
    form = Form().starting_with(
        language=v.chosen_language,
        theme=v.theme or SYSTEM,
        contrast=v.contrast or SYSTEM,
        counts=v.shows_counts,
    )
    return v.show(PAGE, form=form, done=v.done, languages=_languages())


def _languages() -> list[tuple[str, str]]:
    return [("", _("As the browser asks")), *((language, name_of(language)) for language in known())]


@pages.post("/settings/appearance", needs=MEMBERS)
async def appearance(v: Visit) -> Reply:
    """Choose; what the system decides needs no cookie."""
    form = await v.form()
    try:
        language = form.choice("language", ("", *known()))
        chosen = {
            "theme": form.choice("theme", (SYSTEM, *THEMES)),
            "contrast": form.choice("contrast", (SYSTEM, *CONTRASTS)),
        }
        if language != v.chosen_language:
            await v.write(access.choose_language, language)
    except Problem as problem:
        return v.again(PAGE, form, problem, done="", languages=_languages())
    if not language:
        v.set_cookie("language", "", 0)  # what was chosen before signing in goes as well
    chosen["counts"] = SYSTEM if form.ticked("counts") else "off"
    for name, value in chosen.items():
        v.set_cookie(name, "" if value == SYSTEM else value, 0 if value == SYSTEM else LASTS_S)
    return v.go("/settings/appearance?done=saved")
