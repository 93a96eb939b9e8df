"""Whom a member has muted and blocked, and which servers, with the way to take each back."""

from __future__ import annotations

from typing import Any, NamedTuple

from holdfast import people
from holdfast.errors import Problem
from holdfast.languages import N_
from holdfast.people import DomainEntry
from holdfast.store import Read, Window
from holdfast.web.forms import Form
from holdfast.web.pages import MEMBERS, Pages
from holdfast.web.reading.feeds import PAGE, ways, window_of
from holdfast.web.reading.persons import Person, persons
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit

pages = Pages()

HIDDEN = "settings/hidden.html"
KINDS = (("muted", N_("Muted")), ("blocked", N_("Blocked")), ("domains", N_("Servers")))


class Away(NamedTuple):
    """A page of what is kept away."""

    persons: list[tuple[Person, int | None]]  # with the end of a mute in milliseconds
    domains: list[DomainEntry]
    newer: str
    older: str


@pages.get("/settings/hidden", needs=MEMBERS)
async def hidden(v: Visit) -> Reply:
    """Muted accounts, blocked ones, or blocked servers."""
    return await _show(v, Form(), _kind(v))


def _kind(v: Visit) -> str:
    asked = v.query("kind")
    return asked if asked in dict(KINDS) else KINDS[0][0]


async def _show(v: Visit, form: Form, kind: str) -> Reply:
    found = await v.read(_away, v, kind, window_of(v))
    tabs = [(f"/settings/hidden?kind={name}", words, name == kind) for name, words in KINDS]
    values: dict[str, Any] = {"kind": kind, "tabs": tabs, "found": found, "newer": found.newer, "older": found.older}
    if form.problem is not None:
        return v.again(HIDDEN, form, form.problem, done="", **values)
    return v.show(HIDDEN, form=form, done=v.done, **values)


def _away(r: Read, v: Visit, kind: str, window: Window) -> Away:
    def steps(cursors: list[int], size: int) -> tuple[str, str]:
        return ways(v, cursors, window, has_more=size > PAGE, keep=f"kind={kind}")

    onward = window.min_id is not None
    if kind == "domains":
        domains = people.domain_blocks(r, v.me, window)
        kept = domains[-PAGE:] if onward else domains[:PAGE]
        return Away([], kept, *steps([one.cursor for one in kept], len(domains)))
    listed: list[tuple[int, int, int | None]]
    if kind == "blocked":
        listed = [(one.cursor, one.account_id, None) for one in people.blocks(r, v.me, window)]
    else:
        listed = [
            (one.cursor, one.account_id, one.expires_at) for one in people.mutes(r, v.me, window, now=v.db.clock.now())
        ]
    shown = listed[-PAGE:] if onward else listed[:PAGE]
    known = {one.id: one for one in persons(r, v, [account_id for cursor, account_id, ends_at in shown])}
    away = [(known[account_id], ends_at) for _, account_id, ends_at in shown if account_id in known]
    return Away(away, [], *steps([cursor for cursor, account_id, ends_at in shown], len(listed)))


@pages.post("/settings/hidden/domains", needs=MEMBERS)
async def domains(v: Visit) -> Reply:
    """Block a whole server, or take that back."""
    form = await v.form()
    command = people.unblock_domain if form.text("act") == "unblock" else people.block_domain
    try:
        await v.write(command, form.text("domain"))
    except Problem as problem:
        return await _show(v, form.refused(problem), "domains")
    return v.go("/settings/hidden?kind=domains&done=saved")
