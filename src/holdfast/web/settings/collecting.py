"""The first screen for new members, which fills an empty feed; and collections of people to recommend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from holdfast import access, people
from holdfast.errors import Invalid, Problem
from holdfast.languages import _, ngettext, say
from holdfast.people import Account, Collection, CollectionChange, CollectionItem, FollowState
from holdfast.store import Read, read_id
from holdfast.web.forms import Form
from holdfast.web.pages import MEMBERS, Pages
from holdfast.web.reading.cards import avatar_url, shown_name
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit

pages = Pages()

WELCOME, SHOWN, MINE = "people/welcome.html", "people/collection.html", "settings/collections.html"
MOST_OFFERED = 25


class Offer(NamedTuple):
    """Somebody to follow, as a page shows them."""

    id: int
    handle: str
    name: str
    avatar: str
    note_html: str
    is_followed: bool


def _offers(r: Read, v: Visit, ids: Sequence[int]) -> list[Offer]:
    """People who are there, in this order, without the viewer."""
    viewer = v.acting.account_id
    wanted = [number for number in ids if number != viewer]
    found = people.accounts_by_ids(r, wanted)
    related = people.relationships(r, viewer, wanted, now=v.db.clock.now()) if viewer is not None else []
    followed = {one.account_id for one in related if one.following or one.requested}
    return [
        _offer(found[number], is_followed=number in followed)
        for number in wanted
        if number in found and found[number].is_present
    ]


def _offer(one: Account, *, is_followed: bool) -> Offer:
    return Offer(one.id, one.handle, shown_name(one), avatar_url(one), one.note_html, is_followed)


def _first_offers(r: Read, v: Visit) -> tuple[Account | None, list[Offer]]:
    """Whom a new member could follow, and by whose invitation: its collection, or who is suggested here."""
    number = access.invited_to_follow(r, v.me)
    if number is not None:
        try:
            chosen = people.collection(r, v.me, number)
        except people.CollectionNotFound:
            chosen = None
        offers = _offers(r, v, people.recommended(r, v.me, [number])) if chosen else []
        if chosen and offers:
            return people.account_by_id(r, chosen.account_id), offers
    suggested = people.suggestions(r, v.me, MOST_OFFERED, now=v.db.clock.now())
    return None, _offers(r, v, [one.account_id for one in suggested])


@pages.get("/welcome", needs=MEMBERS)
async def welcome(v: Visit) -> Reply:
    """Whom to follow, all of them ticked."""
    inviter, offers = await v.read(_first_offers, v)
    return v.show(WELCOME, form=None, inviter=inviter, offers=offers)


@pages.post("/welcome", needs=MEMBERS)
async def follow_ticked(v: Visit) -> Reply:
    """Follow all that are ticked; who cannot be followed is passed over and named."""
    form = await v.form()
    numbers = [number for text in form.sent.get("account", []) if (number := read_id(text)) is not None]
    followed, asked, refused = 0, 0, 0
    for number in list(dict.fromkeys(numbers))[:MOST_OFFERED]:
        try:
            state = await v.write(people.follow, number)
        except (people.FollowRefused, people.AccountNotFound, people.NotWithYourself):
            refused += 1
            continue
        followed += state is FollowState.FOLLOWING
        asked += state is FollowState.REQUESTED
    words = []
    if followed or asked:
        words.append(
            ngettext(
                "You follow %(num)s person more. Their posts are in your feed.",
                "You follow %(num)s people more. Their posts are in your feed.",
                followed,
            )
        )
    if asked:
        words.append(
            ngettext("%(num)s of those you chose is asked first.", "%(num)s of those you chose are asked first.", asked)
        )
    if refused:
        words.append(
            ngettext(
                "%(num)s of those you chose cannot be followed.",
                "%(num)s of those you chose cannot be followed.",
                refused,
            )
        )
    return v.tell(_("Done") if followed or asked else _("Nobody was chosen"), *words)


@pages.get("/collections/{id:str}")
async def collection(v: Visit) -> Reply:
    """Somebody's collection, with a form for following the people in it."""

    def look(r: Read) -> tuple[Collection, Account | None, list[Offer]]:
        viewer = v.acting.account_id
        found = people.collection(r, viewer, read_id(v.argument("id")) or 0)
        offers = _offers(r, v, people.recommended(r, viewer, [found.id]))
        return found, people.account_by_id(r, found.account_id), offers

    found, owner, offers = await v.read(look)
    return v.show(SHOWN, form=None, collection=found, owner=owner, offers=offers)


# ── one's own ──


@pages.get("/settings/collections", needs=MEMBERS)
async def mine(v: Visit) -> Reply:
    """One's own collections."""
    return v.show(MINE, form=Form(), done=v.done, **await _mine(v))


async def _mine(v: Visit) -> dict[str, Any]:
    def look(r: Read) -> list[tuple[Collection, list[tuple[CollectionItem, Account]]]]:
        found = people.collections_of(r, v.me, v.me)
        items = people.collection_members(r, v.me, [one.id for one in found]) if found else {}
        known = people.accounts_by_ids(r, {item.account_id for some in items.values() for item in some})
        return [
            (one, [(item, known[item.account_id]) for item in items.get(one.id, []) if item.account_id in known])
            for one in found
        ]

    return {"collections": await v.read(look)}


@pages.post("/settings/collections", needs=MEMBERS)
async def create(v: Visit) -> Reply:
    """Make one."""
    form = await v.form()
    change = CollectionChange(
        name=form.text("name"), description=form.text("description"), is_discoverable=form.ticked("is_discoverable")
    )
    return await _done(v, form, people.create_collection, change)


@pages.post("/settings/collections/add", needs=MEMBERS)
async def add(v: Visit) -> Reply:
    """Put somebody into it."""
    form = await v.form()
    try:
        target = await v.read(people.lookup, form.text("handle"), v.db.local_domain)
    except (people.AccountNotFound, Invalid):
        problem = Invalid.field("handle", "ERR_INVALID", say("There is nobody here with this name"))
        return v.again(MINE, form, problem, done="", **await _mine(v))
    return await _done(v, form, people.add_to_collection, form.identifier(), target.id)


@pages.post("/settings/collections/remove", needs=MEMBERS)
async def remove(v: Visit) -> Reply:
    """Take somebody out."""
    form = await v.form()
    return await _done(v, form, people.remove_from_collection, form.identifier(), form.identifier("item"))


@pages.post("/settings/collections/delete", needs=MEMBERS)
async def delete(v: Visit) -> Reply:
    """Delete one."""
    form = await v.form()
    return await _done(v, form, people.delete_collection, form.identifier())


async def _done(v: Visit, form: Form, command: Any, *values: Any) -> Reply:
    try:
        await v.write(command, *values)
    except Problem as problem:
        return v.again(MINE, form.refused(problem, {"account_id": "handle"}), problem, done="", **await _mine(v))
    return v.go("/settings/collections?done=saved")
