"""One decision over many cases: what is meant and some of it, the decision, how far it is, and its undo."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from holdfast import access, moderation, people
from holdfast.errors import Problem
from holdfast.languages import N_
from holdfast.moderation import DECIDE, HARMS, OVERSEE, READ, Bulk, NoSuchBulk, Selection
from holdfast.store import Read, Window, read_id
from holdfast.web.forms import Form
from holdfast.web.moderating.cases import BEGINS, DURATIONS, ON_ACCOUNT, ON_SUBJECT, measures_on_account, verdict_in
from holdfast.web.moderating.queue import KINDS, asked_in, filter_of, rows_of
from holdfast.web.pages import Pages
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit

pages = Pages()

ADDRESS = "/admin/bulk"
NEW = "moderation/bulk_new.html"
LISTED = 40

STATES = {
    "running": N_("Running"),
    "stopped": N_("Halted"),
    "finished": N_("Through"),
    "undoing": N_("Being taken back"),
    "undone": N_("Taken back"),
}
LEFT_OUT = {
    "case_claimed": N_("Somebody else works on them"),
    "case_decided": N_("Somebody has decided or changed them meanwhile"),
    "cannot_decide": N_("The measure does not fit them: the post is gone, or there is no account"),
    "not_permitted": N_("Your role does not allow it there"),
    "is_about_you": N_("They are about whoever decides"),
    "case_not_found": N_("They are gone"),
}
"""Why nothing was applied; what else there may be is not told apart."""


@pages.get(ADDRESS, needs=READ)
async def listing(v: Visit) -> Reply:
    """The newest bulk decisions."""

    def look(r: Read) -> dict[str, Any]:
        found = moderation.bulk_listing(r, v.acting, Window(limit=LISTED))
        return {"found": found, "accounts": people.accounts_by_ids(r, {b.decided_by for b in found if b.decided_by})}

    return v.show("moderation/bulks.html", form=None, done=v.done, states=STATES, **await v.read(look))


@pages.get(f"{ADDRESS}/new", needs=DECIDE)
async def new(v: Visit) -> Reply:
    """What the ticked cases, or those that a search finds, are; and the form to decide in all of them."""
    ids, asked = v.queries("case"), urlencode(asked_in(v.query("asked")))
    form = Form().starting_with(**BEGINS)
    return v.show(NEW, form=form, done="", **await v.read(_around, v, ids, asked))


@pages.post(f"{ADDRESS}/new", needs=DECIDE)
async def decide(v: Visit) -> Reply:
    """Decide in all of them."""
    form = await v.form()
    ids, asked = form.several("case"), urlencode(asked_in(form.text("asked")))
    try:
        count = form.number("count")
        number = await v.write(moderation.decide_many, _selection(v, ids, asked), verdict_in(v, form), count=count)
    except Problem as problem:
        return v.again(NEW, form, problem, done="", **await v.read(_around, v, ids, asked))
    return v.go(f"{ADDRESS}/{number}")


@pages.get(f"{ADDRESS}/{{id:str}}", needs=READ)
async def one(v: Visit) -> Reply:
    """How far one is."""

    def look(r: Read) -> dict[str, Any]:
        found = moderation.bulk(r, v.acting, _number(v))
        skipped = moderation.left_out(r, found.id)
        return {
            "bulk": found,
            "verdict": found.decides,
            "by": people.account_by_id(r, found.decided_by) if found.decided_by else None,
            "skipped": [(LEFT_OUT.get(key, N_("For another reason")), count) for key, count in skipped.items()],
        }

    around = await v.read(look)
    words: dict[str, Any] = {"states": STATES, "post_names": dict(ON_SUBJECT), "account_names": dict(ON_ACCOUNT)}
    return v.show("moderation/bulk.html", form=None, done=v.done, may_steer=_may_steer(v, around["bulk"]),
                  **around, **words)  # fmt: skip


@pages.post(f"{ADDRESS}/{{id:str}}/stop", needs=DECIDE)
async def stop(v: Visit) -> Reply:
    """Halt it."""
    await v.form()
    await v.write(moderation.stop_many, _number(v))
    return v.go(f"{ADDRESS}/{_number(v)}?done=bulk_stopped")


@pages.post(f"{ADDRESS}/{{id:str}}/resume", needs=DECIDE)
async def resume(v: Visit) -> Reply:
    """Let it go on."""
    await v.form()
    await v.write(moderation.resume_many, _number(v))
    return v.go(f"{ADDRESS}/{_number(v)}?done=bulk_resumed")


@pages.post(f"{ADDRESS}/{{id:str}}/undo", needs=DECIDE)
async def undo(v: Visit) -> Reply:
    """Take all of it back."""
    await v.form()
    await v.write(moderation.undo_many, _number(v))
    return v.go(f"{ADDRESS}/{_number(v)}?done=bulk_undone")


def _selection(v: Visit, ids: Sequence[str], asked: str) -> Selection:
    chosen = tuple(number for number in map(read_id, ids) if number is not None)
    wanted = asked_in(asked)
    return Selection(case_ids=chosen, search=filter_of(wanted, v.me) if wanted and not chosen else None)


def _around(r: Read, v: Visit, ids: Sequence[str], asked: str) -> dict[str, Any]:
    now = v.db.clock.now()
    found = moderation.preview_many(r, v.acting, _selection(v, ids, asked), now)
    return {
        **rows_of(r, found.samples, now),
        "count": found.count,
        "asks": found.count > moderation.ASKS_ABOVE,
        "ids": [value for value in ids if read_id(value) is not None],
        "asked": asked,
        "now": now,
        "harms": HARMS,
        "kinds": KINDS,
        "rules": access.rules(r),
        "on_subject": [(value, words, "") for value, words in ON_SUBJECT],
        "on_account": measures_on_account(v),
        "durations": DURATIONS,
        "harm_choices": [("", N_("As each case says")), *((one.key, one.title) for one in HARMS.values())],
    }


def _may_steer(v: Visit, found: Bulk) -> bool:
    """As the commands see it: who decided, and who oversees."""
    is_own = found.decided_by is not None and found.decided_by == v.me
    return v.acting.may(DECIDE) and (is_own or v.acting.may(OVERSEE))


def _number(v: Visit) -> int:
    number = read_id(v.argument("id"))
    if number is None:
        raise NoSuchBulk()
    return number
