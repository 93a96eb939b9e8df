"""Choosing the language of pages: for a member as in the settings, for others in this browser."""

from __future__ import annotations

from holdfast import access
from holdfast.languages import known, name_of
from holdfast.web.forms import Form
from holdfast.web.pages import Pages
from holdfast.web.replies import Reply, local_path
from holdfast.web.visits import LANGUAGE_LASTS_S, Visit

pages = Pages()

PAGE = "server/language.html"


@pages.get("/language", before_set_up=True)
async def languages(v: Visit) -> Reply:
    """Every language, each called as it calls itself."""
    return v.show(PAGE, form=Form(), choices=_choices(), next=local_path(v.query("next")))


@pages.post("/language", before_set_up=True)
async def choose(v: Visit) -> Reply:
    """Choose one, and go back to the page where it was wanted."""
    form = await v.form()
    chosen = form.choice("language", known())
    if v.is_signed_in:
        await v.write(access.choose_language, chosen)
    v.set_cookie("language", chosen, LANGUAGE_LASTS_S)
    return v.go(local_path(form.text("next")))


def _choices() -> list[tuple[str, str]]:
    return [(language, name_of(language)) for language in known()]
