"""Lists: the groups into which a member sorts those whom they follow, each with a feed of its own."""

from __future__ import annotations

from typing import Any

from holdfast import people
from holdfast.errors import Invalid, NotFound, Problem
from holdfast.languages import N_, _, say
from holdfast.people import AccountList, ListChange
from holdfast.store import Read, read_id
from holdfast.web.forms import Form
from holdfast.web.pages import MEMBERS, Pages
from holdfast.web.reading.feeds import Feed, feed_of, show_feed, window_of
from holdfast.web.reading.persons import Person, persons
from holdfast.web.reading.showing import shows
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit

pages = Pages()

LISTS, EDIT = "people/lists.html", "people/list_edit.html"
REPLIES = (
    ("list", N_("Replies to people in the list"), ""),
    ("followed", N_("Replies to anybody whom you follow"), ""),
    ("none", N_("No replies"), ""),
)


@pages.get("/lists", needs=MEMBERS)
async def own(v: Visit) -> Reply:
    """The member's lists, and a form for another one."""
    return v.show(LISTS, form=Form().starting_with(replies_policy="list"), **await _own(v))


async def _own(v: Visit) -> dict[str, Any]:
    return {"lists": await v.read(people.own_lists, v.me), "replies": REPLIES}


@pages.post("/lists", needs=MEMBERS)
async def create(v: Visit) -> Reply:
    """Make one."""
    form = await v.form()
    try:
        made = await v.write(people.create_list, _change(form))
    except Problem as problem:
        return v.again(LISTS, form, problem, **await _own(v))
    return v.go(f"/lists/{made.id}/edit")


def _change(form: Form) -> ListChange:
    return ListChange(
        title=form.text("title"),
        replies_policy=form.choice("replies_policy", [value for value, _, _ in REPLIES], "list"),
        is_exclusive=form.ticked("is_exclusive"),
    )


@pages.get("/lists/{list:str}", needs=MEMBERS)
async def list_feed(v: Visit) -> Reply:
    """What the people in a list wrote and boosted."""
    window = window_of(v)

    def look(r: Read) -> tuple[Feed, AccountList]:
        found = people.own_list(r, v.me, _id(v))
        sight = v.web.kept.posts.sight(r, v.me)
        page = v.web.kept.timelines.home.list_page(r, v.me, found.id, window, sight)
        v.web.kept.timelines.views.saw(page.ids)
        return feed_of(r, v, page.ids, window, "home", sight=sight), found

    feed, found = await v.read(look)
    shown = shows(v, "lists")
    return show_feed(
        v,
        found.title,
        shown.of(feed),
        _("Nothing yet. What the people in this list write appears here."),
        template="people/list_feed.html",
        shows=shown,
        list=found,
    )


@pages.get("/lists/{list:str}/edit", needs=MEMBERS)
async def edit_form(v: Visit) -> Reply:
    """Its name, what it shows, and who is in it."""
    return v.show(EDIT, form=Form(), **await _edited(v))


async def _edited(v: Visit) -> dict[str, Any]:
    """What the page of a list shows: ``shape`` is the form of the list itself, as it is kept."""

    def look(r: Read) -> tuple[AccountList, list[Person]]:
        found = people.own_list(r, v.me, _id(v))
        inside = people.list_accounts(r, v.me, found.id, None)
        return found, persons(r, v, [one.account_id for one in inside])

    found, members = await v.read(look)
    shape = Form().starting_with(
        title=found.title, replies_policy=found.replies_policy, is_exclusive=found.is_exclusive
    )
    return {"list": found, "persons": members, "replies": REPLIES, "shape": shape, "done": v.done}


@pages.post("/lists/{list:str}/edit", needs=MEMBERS)
async def change(v: Visit) -> Reply:
    """Name it anew, or let it show other replies."""
    form = await v.form()
    try:
        await v.write(people.change_list, _id(v), _change(form))
    except Invalid as problem:
        return v.again(EDIT, form, problem, **await _edited(v) | {"shape": form})
    return v.go(f"/lists/{_id(v)}/edit?done=saved")


@pages.post("/lists/{list:str}/add", needs=MEMBERS)
async def add(v: Visit) -> Reply:
    """Put somebody into it who is followed."""
    form = await v.form()
    try:
        target = await v.read(people.lookup, form.text("handle"), v.db.local_domain)
        await v.write(people.add_to_list, _id(v), [target.id])
    except people.AccountNotFound:
        problem = Invalid.field("handle", "ERR_INVALID", say("There is nobody here with this name"))
        return v.again(EDIT, form, problem, **await _edited(v))
    except (Invalid, people.NotFollowedForList) as fault:
        problem = Invalid.field("handle", "ERR_INVALID", fault.said)
        return v.again(EDIT, form, problem, **await _edited(v))
    return v.go(f"/lists/{_id(v)}/edit?done=in_list")


@pages.post("/lists/{list:str}/remove", needs=MEMBERS)
async def remove(v: Visit) -> Reply:
    """Take somebody out; they stay followed."""
    form = await v.form()
    await v.write(people.remove_from_list, _id(v), [form.identifier("account")])
    return v.go(f"/lists/{_id(v)}/edit?done=removed")


@pages.get("/lists/{list:str}/delete", needs=MEMBERS)
async def ask_delete(v: Visit) -> Reply:
    """Ask whether it shall go."""
    return v.show("people/list_delete.html", list=await v.read(people.own_list, v.me, _id(v)))


@pages.post("/lists/{list:str}/delete", needs=MEMBERS)
async def delete(v: Visit) -> Reply:
    """Delete it; whoever is in it stays followed."""
    await v.form()
    await v.write(people.delete_list, _id(v))
    return v.go("/lists")


def _id(v: Visit) -> int:
    found = read_id(v.argument("list"))
    if found is None:
        raise NotFound()
    return found
