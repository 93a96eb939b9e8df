"""Who asks to follow the member, and the answer."""

from __future__ import annotations

from holdfast import people
from holdfast.people import RequestNotFound
from holdfast.store import Read
from holdfast.web.pages import MEMBERS, Pages
from holdfast.web.reading.feeds import window_of
from holdfast.web.reading.persons import People, people_of
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit

pages = Pages()


@pages.get("/follow_requests", needs=MEMBERS)
async def waiting(v: Visit) -> Reply:
    """Who waits for the member's answer."""
    window = window_of(v)

    def look(r: Read) -> People:
        return people_of(r, v, people.follow_requests(r, v.me, window), window)

    found = await v.read(look)
    return v.show("people/follow_requests.html", persons=found.persons, newer=found.newer, older=found.older)


@pages.post("/follow_requests", needs=MEMBERS)
async def answer(v: Visit) -> Reply:
    """Let somebody follow, or turn the request down."""
    form = await v.form()
    requester, act = form.identifier("account"), form.choice("act", ("accept", "reject"))

    def asks(r: Read) -> bool:
        found = people.relationships(r, v.me, [requester], now=0, with_suspended=True)
        return bool(found) and found[0].requested_by

    if not await v.read(asks):
        raise RequestNotFound()
    await v.write(people.accept_request if act == "accept" else people.reject_request, requester)
    return v.go("/follow_requests#main")
