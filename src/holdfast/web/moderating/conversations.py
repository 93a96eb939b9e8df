"""What is written in cases: to the team and to members, and the answers that wait."""

from __future__ import annotations

from typing import Any

from holdfast import moderation, people
from holdfast.moderation import DECIDE, HARMS, READ, CannotWrite, NoSuchCase
from holdfast.store import Read, read_id
from holdfast.web.forms import Form
from holdfast.web.moderating.cases import BEGINS, ONE, around
from holdfast.web.moderating.queue import ADDRESS, KINDS
from holdfast.web.pages import Pages
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit

pages = Pages()


@pages.post(f"{ADDRESS}/{{id:str}}/words", needs=DECIDE)
async def write(v: Visit) -> Reply:
    """Write in a case."""
    form, number = await v.form(), read_id(v.argument("id"))
    if number is None:
        raise NoSuchCase()
    try:
        await v.write(moderation.write_word, number, form.text("audience"), form.text("text"))
    except CannotWrite as problem:
        found = await v.read(around, v)
        form.refused(problem)
        shown = Form().starting_with(**BEGINS, category=found["case"].category)
        return v.show(ONE, form=shown, done="", asked="", status=422, **found | {"wording": form})
    return v.go(f"{ADDRESS}/{number}?done=word_sent")


@pages.get("/admin/answers", needs=READ)
async def answers(v: Visit) -> Reply:
    """What members have written and nobody of the team has answered."""

    def look(r: Read) -> dict[str, Any]:
        found = moderation.unanswered(r, v.acting)
        return {"found": found, "accounts": people.accounts_by_ids(r, {w.account_id for w, _ in found if w.account_id})}

    return v.show("moderation/answers.html", form=None, done="", harms=HARMS, kinds=KINDS, **await v.read(look))
