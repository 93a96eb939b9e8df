"""What became of what a member reported, and what the team and a member write to each other in a case."""

from __future__ import annotations

from typing import Any

from holdfast import moderation
from holdfast.errors import Problem
from holdfast.languages import N_
from holdfast.moderation import HARMS, NoSuchCase
from holdfast.store import Read, read_id
from holdfast.web.forms import Form
from holdfast.web.pages import MEMBERS, Pages
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit

pages = Pages()

ADDRESS = "/settings/reports"
ONE = "settings/report.html"
STATES = {
    "open": N_("The moderators have not decided yet"),
    "acted": N_("The moderators have done something about it"),
    "left": N_("The moderators have looked at it and left it as it is"),
}
REPORTED = {
    "post": N_("A post that you reported"),
    "account": N_("An account that you reported"),
    "media": N_("A file that you reported"),
}
OWN = N_("Something of yours")


@pages.get(ADDRESS, needs=MEMBERS)
async def listing(v: Visit) -> Reply:
    """What the member reported, with what became of it, and what the team has written to them about."""
    found = await v.read(moderation.reported_by, v.me)
    return v.show("settings/reports.html", form=None, done="", found=found, **_words())


@pages.get(f"{ADDRESS}/{{case:str}}", needs=MEMBERS)
async def one(v: Visit) -> Reply:
    """One of them, with what was written."""
    return v.show(ONE, form=Form(), done=v.done, **await v.read(_around, v))


@pages.post(f"{ADDRESS}/{{case:str}}/reply", needs=MEMBERS)
async def reply(v: Visit) -> Reply:
    """Answer the team."""
    form, number = await v.form(), _number(v)
    try:
        await v.write(moderation.reply, number, form.text("text"))
    except NoSuchCase:
        raise
    except Problem as problem:
        return v.again(ONE, form, problem, done="", **await v.read(_around, v))
    return v.go(f"{ADDRESS}/{number}?done=word_sent")


def _around(r: Read, v: Visit) -> dict[str, Any]:
    number = _number(v)
    found = moderation.one_reported(r, v.me, number)
    said = moderation.words_with(r, v.me, number)
    return {"one": found, "said": said, "most": moderation.LONGEST_WORD, **_words()}


def _words() -> dict[str, Any]:
    return {"harms": HARMS, "states": STATES, "reported": REPORTED, "own": OWN}


def _number(v: Visit) -> int:
    number = read_id(v.argument("case"))
    if number is None:
        raise NoSuchCase()
    return number
