"""Private conversations: the list, opening one, marking it as unread, taking it from the list."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote

from holdfast import posts
from holdfast.errors import NotFound, Problem
from holdfast.posts import Conversation
from holdfast.store import Read, read_id
from holdfast.web.pages import MEMBERS, Pages
from holdfast.web.reading.cards import Card
from holdfast.web.reading.feeds import PAGE, cards_for, ways, window_of
from holdfast.web.reading.persons import Person, persons
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit

pages = Pages()

ACTIONS = {"read": posts.mark_read, "unread": posts.mark_unread, "delete": posts.delete_conversation}


class Line(NamedTuple):
    """A conversation in the list: with whom, and the newest post."""

    id: int
    persons: list[Person]
    card: Card
    is_unread: bool


@pages.get("/conversations", needs=MEMBERS)
async def listing(v: Visit) -> Reply:
    """The member's conversations, that with the newest post first."""
    window = window_of(v)

    def look(r: Read) -> tuple[list[Line], str, str]:
        found = posts.conversations(r, v.me, window)
        shown = found[-PAGE:] if window.min_id is not None else found[:PAGE]
        newer, older = ways(v, [one.last_status_id for one in shown], window, has_more=len(found) > PAGE)
        return _lines(r, v, shown), newer, older

    lines, newer, older = await v.read(look)
    return v.show("posts/conversations.html", lines=lines, newer=newer, older=older)


def _lines(r: Read, v: Visit, shown: list[Conversation]) -> list[Line]:
    known = {card.id: card for card in cards_for(r, v, [one.last_status_id for one in shown])}
    others = {one.id: one for one in persons(r, v, list({n for one in shown for n in one.participants}))}
    return [
        Line(
            one.id,
            [others[number] for number in one.participants if number in others],
            known[one.last_status_id],
            one.is_unread,
        )
        for one in shown
        if one.last_status_id in known
    ]


@pages.get("/conversations/{conversation:str}", needs=MEMBERS)
async def opened(v: Visit) -> Reply:
    """On to its thread; it is read by that, unless nothing can be written at present."""
    number = _id(v)

    def look(r: Read) -> tuple[Conversation, list[Card]]:
        found = posts.conversation(r, v.me, number)
        return found, cards_for(r, v, [found.last_status_id])

    found, last = await v.read(look)
    if not last:
        raise NotFound()
    if found.is_unread and v.request.method == "GET":
        try:
            await v.write(posts.mark_read, number)
        except Problem:
            pass  # it stays unread, and can be opened all the same
    return v.go(quote(last[0].url, safe="/@"))


@pages.post("/conversations/{conversation:str}", needs=MEMBERS)
async def act(v: Visit) -> Reply:
    """One of :data:`ACTIONS`; its posts stay whatever happens to the list."""
    form = await v.form()
    await v.write(ACTIONS[form.choice("act", ACTIONS)], _id(v))
    return v.go("/conversations#main")


def _id(v: Visit) -> int:
    found = read_id(v.argument("conversation"))
    if found is None:
        raise NotFound()
    return found
