"""What somebody who waits for approval reads: that they wait, what the team asks, and a form for the answer."""

from __future__ import annotations

from typing import Any

from holdfast.access import TokenVoid, applications
from holdfast.errors import NotFound, Problem
from holdfast.web.forms import Form
from holdfast.web.pages import Pages
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit

pages = Pages()

PAGE = "auth/application.html"


@pages.get("/application/{key:str}")
async def application(v: Visit) -> Reply:
    """The request to join, as the applicant sees it."""
    return v.show(PAGE, is_secret=True, form=Form(), done=v.done, **await _around(v))


@pages.post("/application/{key:str}")
async def answer(v: Visit) -> Reply:
    """Answer the team."""
    form = await v.form()
    around = await _around(v)
    try:
        await v.write(applications.answer_question, v.argument("key"), form.raw("text"))
    except Problem as problem:
        return v.again(PAGE, form, problem, is_secret=True, done="", **around)
    return v.go(f"/application/{v.argument('key')}?done=application_answered")


async def _around(v: Visit) -> dict[str, Any]:
    key = v.argument("key")
    try:
        applicant, words = await v.read(applications.application, v.db, key)
    except TokenVoid as void:
        raise NotFound() from void
    most = applications.LONGEST_WORDS
    return {"applicant": applicant, "words": words, "answer_at": f"/application/{key}", "most": most}
