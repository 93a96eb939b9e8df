"""What screening looks for: the list, adding and dropping, trying a text, and the sweep over older posts."""

from __future__ import annotations

from typing import Any

from holdfast import moderation
from holdfast.errors import NotFound, Problem
from holdfast.languages import N_
from holdfast.moderation import ACTIONS, HARMS, TERM_KINDS, BlockedTerm, Preview, Wanted
from holdfast.store import Read, read_id
from holdfast.web.forms import Form
from holdfast.web.pages import Pages
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit

pages = Pages()

ADDRESS, NEEDS = "/admin/screening", "screening.write"
LIST, ENTRY = "moderation/screening.html", "moderation/screening_entry.html"
DEFAULTS = {"kind": "term", "category": "spam", "does": "signal"}
KINDS = {"term": N_("Words"), "domain": N_("Domain"), "link": N_("Link"), "hashtag": N_("Hashtag")}
DOES = {
    "signal": N_("Tell the moderators"),
    "contain": N_("Hide the post until a moderator has decided"),
    "refuse": N_("Do not publish it, and say so to its author"),
}


async def _around(v: Visit) -> dict[str, Any]:
    return {
        "entries": await v.read(moderation.terms),
        "kinds": [(key, KINDS[key]) for key in TERM_KINDS],
        "actions": [(key, DOES[key]) for key in ACTIONS],
        "harms": [(key, one.title) for key, one in HARMS.items()],
        "kind_words": KINDS,
        "action_words": DOES,
        "harm_words": {key: one.title for key, one in HARMS.items()},
    }


@pages.get(ADDRESS, needs=NEEDS)
async def listing(v: Visit) -> Reply:
    """Everything that is looked for; with ``?text=`` what of it a text would meet."""
    text = v.query("text")
    met = await v.read(moderation.met_by, v.db, text) if text.strip() else None
    form = Form().starting_with(**DEFAULTS, text=text)
    return v.show(LIST, form=form, done=v.done, met=met, **await _around(v))


@pages.post(ADDRESS, needs=NEEDS)
async def add(v: Visit) -> Reply:
    """Look for something from now on, and offer to look through older posts."""
    form = await v.form()
    words = [form.text(name) for name in ("kind", "value", "category", "does", "note")]
    try:
        added = await v.write(moderation.add_term, Wanted(*words))
    except Problem as problem:
        form.refused(problem, {"action": "does"})
        return v.again(LIST, form.starting_with(**DEFAULTS), problem, done="", met=None, **await _around(v))
    return v.go(f"{ADDRESS}/{added.id}?done=saved")


@pages.get(f"{ADDRESS}/{{id:str}}", needs=NEEDS)
async def entry(v: Visit) -> Reply:
    """One entry: what a sweep over older posts would find, or how far it is."""
    number = read_id(v.argument("id"))
    if number is None:
        raise NotFound()

    def look(r: Read) -> tuple[BlockedTerm, Preview]:
        return moderation.term(r, number), moderation.preview(r, v.acting, number)

    found, preview = await v.read(look)
    words: dict[str, Any] = {
        "kind": KINDS[found.kind],
        "action": DOES[found.action],
        "harm": moderation.harm(found.category).title,
    }
    return v.show(ENTRY, form=None, done=v.done, entry=found, preview=preview, **words)


@pages.post(f"{ADDRESS}/sweep", needs=NEEDS)
async def sweep(v: Visit) -> Reply:
    """Look through all older posts."""
    form = await v.form()
    number = form.identifier()
    await v.write(moderation.begin_sweep, number)
    return v.go(f"{ADDRESS}/{number}")


@pages.post(f"{ADDRESS}/drop", needs=NEEDS)
async def drop(v: Visit) -> Reply:
    """Look for something no longer."""
    form = await v.form()
    await v.write(moderation.drop_term, form.identifier())
    return v.go(f"{ADDRESS}?done=removed")
