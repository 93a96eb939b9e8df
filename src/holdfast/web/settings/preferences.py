"""How a member wants to post: what the form for a new post begins with, here and in apps."""

from __future__ import annotations

from typing import Any

from holdfast import people
from holdfast.errors import Problem
from holdfast.languages import N_, _, language_names
from holdfast.people import ProfileChange
from holdfast.posts.languages import LANGUAGES
from holdfast.web.forms import Form
from holdfast.web.pages import MEMBERS, Pages
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit
from holdfast.web.words import VISIBILITY

pages = Pages()

PREFERENCES = "settings/preferences.html"
AUDIENCES = (
    ("public", VISIBILITY["public"], N_("Everybody sees it, and it is in public feeds.")),
    ("unlisted", VISIBILITY["unlisted"], N_("Everybody can see it, but it is not in public feeds.")),
    ("private", VISIBILITY["private"], N_("Only those who follow you.")),
    ("direct", VISIBILITY["direct"], N_("Only those whom you mention.")),
)
QUOTING = (
    ("public", N_("Everybody"), ""),
    ("followers", N_("Those who follow me"), ""),
    ("nobody", N_("Only me"), ""),
)


@pages.get("/settings/preferences", needs=MEMBERS)
async def preferences_form(v: Visit) -> Reply:
    """The choices as they are."""
    account = v.member
    assert account is not None
    form = Form().starting_with(
        visibility=account.default_visibility,
        is_sensitive=account.default_sensitive,
        language=account.default_language or "",
        quoting=account.default_quote_policy,
    )
    return v.show(PREFERENCES, form=form, done=v.done, **_choices())


def _choices() -> dict[str, Any]:
    return {
        "audiences": AUDIENCES,
        "quoting": QUOTING,
        "languages": [("", _("As the browser or app says")), *language_names(LANGUAGES)],
    }


@pages.post("/settings/preferences", needs=MEMBERS)
async def preferences(v: Visit) -> Reply:
    """Change them."""
    form = await v.form()
    try:
        change = ProfileChange(
            default_visibility=form.choice("visibility", [name for name, *words in AUDIENCES]),
            default_sensitive=form.ticked("is_sensitive"),
            default_language=form.choice("language", LANGUAGES, "") or None,
            default_quote_policy=form.choice("quoting", [name for name, *words in QUOTING]),
        )
        await v.write(people.update_profile, change)
    except Problem as problem:
        return v.again(PREFERENCES, form.refused(problem), problem, done="", **_choices())
    return v.go("/settings/preferences?done=saved")
