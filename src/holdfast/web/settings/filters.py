"""Filters of a member: words that they do not want to meet, where, for how long, and what then happens."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, UnsetType

from holdfast import filters
from holdfast.errors import Invalid, Problem
from holdfast.filters import Filter, FilterChange, KeywordChange
from holdfast.languages import N_, say
from holdfast.store import Read, read_id
from holdfast.web.forms import Form
from holdfast.web.pages import MEMBERS, Pages
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit

pages = Pages()

FILTERS, EDIT = "settings/filters.html", "settings/filter.html"
CONTEXTS = (
    ("home", N_("Home and lists")),
    ("notifications", N_("Notifications")),
    ("public", N_("Public feeds and hashtags")),
    ("thread", N_("Conversations")),
    ("account", N_("Profiles")),
)
CONTEXT_WORDS = dict(CONTEXTS)
ACTIONS = (
    ("warn", N_("Fold it, and say which filter it was"), N_("One touch opens it.")),
    ("hide", N_("Do not show it at all"), ""),
    ("blur", N_("Show the text, cover the media"), ""),
)
ACTION_WORDS = {"warn": N_("folded"), "hide": N_("hidden"), "blur": N_("media covered")}
HOUR_S = 3600
EXPIRY = (  # seconds, words
    ("0", N_("Until I delete it")),
    (str(HOUR_S), N_("For an hour")),
    (str(24 * HOUR_S), N_("For a day")),
    (str(7 * 24 * HOUR_S), N_("For a week")),
    (str(30 * 24 * HOUR_S), N_("For 30 days")),
)
KEEP = ("", N_("As it is"))
FIELDS = {"context": "contexts", "keyword": "words", "keywords_attributes": "words"}
"""Names of the command's fields and of the form's."""


@pages.get("/settings/filters", needs=MEMBERS)
async def own(v: Visit) -> Reply:
    """The member's filters."""

    def look(r: Read) -> list[Filter]:
        return filters.filters_of(r, [v.me])

    return v.show(
        FILTERS,
        form=None,
        done=v.done,
        filters=await v.read(look),
        now=v.db.clock.now(),
        context_words=CONTEXT_WORDS,
        action_words=ACTION_WORDS,
    )


@pages.get("/settings/filters/new", needs=MEMBERS)
async def new(v: Visit) -> Reply:
    """The form for another one."""
    form = Form().starting_with(filter_action="warn", whole_words=True, expires="0")
    return v.show(EDIT, form=form, **_values(v, None, ["home", "public"]))


def _values(v: Visit, found: Filter | None, contexts: list[str]) -> dict[str, Any]:
    return {
        "filter": found,
        "done": v.done,
        "contexts": CONTEXTS,
        "chosen": contexts,
        "actions": ACTIONS,
        "expiry": EXPIRY if found is None else (KEEP, *EXPIRY),
    }


@pages.post("/settings/filters/new", needs=MEMBERS)
async def create(v: Visit) -> Reply:
    """Make it."""
    form = await v.form()
    try:
        if not form.lines("words"):
            raise Invalid.field("words", "ERR_BLANK", say("Write at least one word"))
        await v.write(filters.create_filter, _change(form, None))
    except Problem as problem:
        return v.again(EDIT, form.refused(problem, FIELDS), problem, **_values(v, None, form.several("contexts")))
    return v.go("/settings/filters?done=saved")


def _change(form: Form, before: Filter | None) -> FilterChange:
    """What the form wants: words are kept by their text, those that left the form go."""
    is_whole = form.ticked("whole_words")
    wanted = list(dict.fromkeys(form.lines("words")))
    known = {one.keyword: one for one in before.keywords} if before else {}
    keywords = [
        KeywordChange(id=known[word].id if word in known else None, keyword=word, is_whole_word=is_whole)
        for word in wanted
    ]
    gone = [KeywordChange(id=one.id, is_gone=True) for word, one in known.items() if word not in wanted]
    expires: int | UnsetType = UNSET
    if form.text("expires"):
        expires = int(form.choice("expires", [value for value, _ in EXPIRY]))
    return FilterChange(
        title=form.text("title"),
        contexts=form.several("contexts"),
        action=form.text("filter_action"),
        expires_in_s=expires,
        keywords=[*gone, *keywords],
    )


@pages.get("/settings/filters/{filter:str}", needs=MEMBERS)
async def edit_form(v: Visit) -> Reply:
    """One of them, to be changed."""
    found = await v.read(filters.filter_by_id, v.me, read_id(v.argument("filter")) or 0)
    form = Form().starting_with(
        title=found.title,
        filter_action=found.action,
        words="\n".join(one.keyword for one in found.keywords),
        whole_words=all(one.is_whole_word for one in found.keywords),
        expires="",
    )
    return v.show(EDIT, form=form, **_values(v, found, list(found.contexts)))


@pages.post("/settings/filters/{filter:str}", needs=MEMBERS)
async def change(v: Visit) -> Reply:
    """Change it, or delete it."""
    form = await v.form()
    number = read_id(v.argument("filter")) or 0
    if form.text("act") == "delete":
        await v.write(filters.delete_filter, number)
        return v.go("/settings/filters?done=removed")
    found = await v.read(filters.filter_by_id, v.me, number)
    try:
        if not form.lines("words") and not found.statuses:
            raise Invalid.field("words", "ERR_BLANK", say("Write at least one word"))
        await v.write(filters.change_filter, number, _change(form, found))
    except Problem as problem:
        return v.again(EDIT, form.refused(problem, FIELDS), problem, **_values(v, found, form.several("contexts")))
    return v.go("/settings/filters?done=saved")
