"""Appeals for the team: those that somebody may answer, and the answer. Nobody answers for their own decision."""

from __future__ import annotations

from typing import Any

from holdfast import moderation, people
from holdfast.errors import Problem
from holdfast.languages import N_
from holdfast.moderation import ANSWER, Appeal, NoSuchAppeal
from holdfast.people import Account
from holdfast.store import Read, read_id
from holdfast.web.forms import Form
from holdfast.web.pages import Pages
from holdfast.web.reading.cards import evidence
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit

pages = Pages()

ADDRESS = "/admin/appeals"
ONE = "admin/appeal.html"
ANSWERS = (
    ("upheld", N_("The decision stands")),
    ("overturned", N_("Take the decision back: all that it changed is put back")),
)


@pages.get(ADDRESS, needs=ANSWER)
async def listing(v: Visit) -> Reply:
    """The appeals that wait for somebody who has not decided, the most urgent first."""

    def look(r: Read) -> tuple[list[Appeal], dict[int, Account]]:
        found = moderation.waiting(r, v.acting)
        return found, people.accounts_by_ids(r, {one.account_id for one in found})

    found, accounts = await v.read(look)
    around: dict[str, Any] = {"form": None, "done": v.done, "accounts": accounts, "now": v.db.clock.now()}
    return v.show("admin/appeals.html", found=found, **around)


@pages.get(f"{ADDRESS}/{{id:str}}", needs=ANSWER)
async def one(v: Visit) -> Reply:
    """One appeal with the decision that it is against. Who looks at the member's post is written down."""
    around = await v.read(_around, v)
    await v.write(moderation.look, around["case_id"], "private" if around["is_private"] else "case")
    return v.show(ONE, form=Form(), done="", **around)


@pages.post(f"{ADDRESS}/{{id:str}}", needs=ANSWER)
async def answer(v: Visit) -> Reply:
    """Answer it."""
    form = await v.form()
    try:
        await v.write(moderation.answer, _number(v), form.text("outcome"), form.text("answer"))
    except NoSuchAppeal:
        raise
    except Problem as problem:
        return v.again(ONE, form, problem, done="", **await v.read(_around, v))
    return v.go(f"{ADDRESS}?done=answered")


def _around(r: Read, v: Visit) -> dict[str, Any]:
    found = moderation.appeal(r, v.acting, _number(v))
    now, days = v.db.clock.now(), v.db.settings.appeal_days
    against = moderation.decision(r, found.decision_id)
    said = moderation.statement_of(r, found.account_id, found.decision_id, now=now, appeal_days=days)
    posts = evidence(r, [said.status_id], v.db.base_url) if said.status_id is not None else []
    return {
        "appeal": found,
        "said": said,
        "posts": posts,
        "account": people.account_by_id(r, found.account_id),
        "case_id": against.case_id,
        "is_private": any(card.visibility in ("private", "direct") for card, _ in posts),
        "is_mine": against.decided_by is not None and against.decided_by == v.me,
        "answers": ANSWERS,
        "most": moderation.LONGEST_ANSWER,
    }


def _number(v: Visit) -> int:
    number = read_id(v.argument("id"))
    if number is None:
        raise NoSuchAppeal()
    return number
