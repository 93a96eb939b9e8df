"""Moving to another account of this server, and saying which other accounts are one's own."""

from __future__ import annotations

from typing import Any

from holdfast import access, people
from holdfast.errors import Problem
from holdfast.store import Read
from holdfast.web.forms import Form
from holdfast.web.pages import MEMBERS, Pages
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit

pages = Pages()

MOVING = "settings/moving.html"


@pages.get("/settings/moving", needs=MEMBERS)
async def moving_page(v: Visit) -> Reply:
    """Where one is going, and which accounts are one's own."""
    return v.show(MOVING, form=Form(), done=v.done, **await _found(v))


@pages.post("/settings/moving", needs=MEMBERS)
async def move(v: Visit) -> Reply:
    """Go, after the password."""
    form = await v.form()
    try:
        await v.in_thread(access.prove, form.raw("password"))
        await v.write(people.move_account, form.text("target"))
    except Problem as problem:
        form.refused(problem, {"acct": "target"})
        return v.again(MOVING, form, problem, done="", **await _found(v))
    return v.go("/settings/moving?done=moved")


@pages.post("/settings/moving/undo", needs=MEMBERS)
async def undo(v: Visit) -> Reply:
    """Be here again."""
    await v.form()
    await v.write(people.undo_move)
    return v.go("/settings/moving?done=back")


@pages.post("/settings/moving/aliases", needs=MEMBERS)
async def add_alias(v: Visit) -> Reply:
    """One more account of one's own."""
    form = await v.form()
    try:
        await v.write(people.add_alias, form.text("alias"))
    except Problem as problem:
        form.refused(problem, {"acct": "alias"})
        return v.again(MOVING, form, problem, done="", **await _found(v))
    return v.go("/settings/moving?done=saved")


@pages.post("/settings/moving/aliases/remove", needs=MEMBERS)
async def remove_alias(v: Visit) -> Reply:
    """One less."""
    await v.write(people.remove_alias, (await v.form()).identifier())
    return v.go("/settings/moving?done=removed")


async def _found(v: Visit) -> dict[str, Any]:
    def look(r: Read) -> dict[str, Any]:
        mine = people.account_by_id(r, v.me)
        assert mine is not None
        named = people.accounts_by_ids(r, people.aliases_of(r, v.me))
        moved = people.account_by_id(r, mine.moved_to_id) if mine.moved_to_id is not None else None
        return {"moved": moved, "aliases": list(named.values())}

    return await v.read(look)
