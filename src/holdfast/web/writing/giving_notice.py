"""Giving notice of illegal content without an account, and asking later what became of it."""

from __future__ import annotations

from typing import Any

import msgspec

from holdfast import access, moderation, people
from holdfast.access.challenge import WAITING_S
from holdfast.errors import Problem
from holdfast.languages import _
from holdfast.moderation import HARMS, MOST_PLACES, NAMELESS, NOTICE_CHECK, NoSuchReceipt, VisitorForm
from holdfast.store import Read, read_id
from holdfast.web.forms import Form, field_problem
from holdfast.web.pages import Pages
from holdfast.web.reading.cards import profile_url
from holdfast.web.reading.feeds import cards_for
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit

pages = Pages()

ADDRESS, RECEIPT = "/report/notice", "/report/receipt"
FORM, SHOWN = "moderation/notice.html", "moderation/receipt.html"


@pages.get(ADDRESS)
async def notice_form(v: Visit) -> Reply:
    """The form, with the address of a post (``?post=``) or an account (``?account=``) in it."""
    place = await v.read(_place, v, read_id(v.query("post")), read_id(v.query("account")))
    return v.show(FORM, form=Form().starting_with(places=place, category="illegal"), **_around(v))


def _place(r: Read, v: Visit, status_id: int | None, account_id: int | None) -> str:
    """The address of what the visitor came from, as far as they can see it."""
    cards = cards_for(r, v, [status_id]) if status_id is not None else []
    if cards:
        return cards[0].full_url
    account = people.account_by_id(r, account_id) if account_id is not None else None
    return f"{v.db.base_url}{profile_url(account)}" if account is not None and account.is_present else ""


def _around(v: Visit) -> dict[str, Any]:
    return {
        "kinds": [(harm.key, harm.title) for harm in HARMS.values()],
        "most_places": MOST_PLACES,
        "nameless": [HARMS[key].title for key in sorted(NAMELESS)],
        "challenge": msgspec.json.encode(access.new_challenge(v.db, purpose=NOTICE_CHECK)).decode(),
        "waiting": access.new_waiting_token(v.db, purpose=NOTICE_CHECK),
        "waiting_s": WAITING_S,
    }


@pages.post(ADDRESS)
async def give_notice(v: Visit) -> Reply:
    """Take the notice in and show its receipt."""
    form = await v.form()
    filled = VisitorForm(
        places=tuple(form.lines("places")),
        category=form.text("category"),
        reason=form.text("reason"),
        name=form.text("name"),
        email=form.text("email"),
        in_good_faith=form.ticked("in_good_faith"),
        language=v.language,
        challenge=form.raw("challenge"),
        waiting=form.text("waiting"),
    )
    try:
        ready = await v.in_thread(moderation.prepare_notice, filled)
        code = await v.write(moderation.give_notice, ready)
    except Problem as problem:
        around = _around(v)
        if isinstance(problem, access.SentTooSoon):
            around["waiting"] = form.text("waiting")  # it goes on growing older
        return v.again(FORM, form, problem, **around)
    return v.go(f"{RECEIPT}?code={code}&new=yes")


@pages.get(RECEIPT)
async def receipt(v: Visit) -> Reply:
    """What became of a notice; without its code, a form that asks for it."""
    code = v.query("code")
    if not code:
        return v.show(SHOWN, form=Form(), found=None, is_secret=True)
    try:
        found = await v.read(moderation.receipt, code)
    except NoSuchReceipt:
        form = Form().refused(field_problem("code", NoSuchReceipt().said))
        return v.show(SHOWN, 404, form=form, found=None, is_secret=True)
    words = {
        "open": _("Not decided yet"),
        "acted": _("We have acted on it"),
        "left": _("We have looked at it and left it as it is"),
    }
    return v.show(
        SHOWN,
        form=None,
        found=found,
        is_new=bool(v.query("new")),
        kind=moderation.harm(found.category).title,
        address=f"{v.db.base_url}{RECEIPT}?code={found.code}",
        state_words=words,
        is_written=bool(v.db.config.boot.email),
        is_secret=True,
    )
