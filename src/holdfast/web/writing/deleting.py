"""Deleting an own post, after asking; or taking it back to write it anew."""

from __future__ import annotations

from holdfast import posts
from holdfast.errors import Invalid, NotFound
from holdfast.languages import say
from holdfast.posts import drafting
from holdfast.store import Read, read_id
from holdfast.web.pages import MEMBERS, Pages
from holdfast.web.reading.cards import Card, cards
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit
from holdfast.web.writing.write_form import address_of

pages = Pages()


def _which(v: Visit) -> int:
    found = read_id(v.argument("status"))
    if found is None:
        raise NotFound()
    return found


@pages.get("/posts/{status:str}/delete", needs=MEMBERS)
async def ask(v: Visit) -> Reply:
    """What goes with the post, and what is kept."""

    def look(r: Read) -> Card:
        posts.source(r, v.me, _which(v))
        return cards(r, v.me, [_which(v)], v.db.base_url, now=v.db.clock.now())[0]

    return v.show("posts/delete.html", post=await v.read(look))


@pages.post("/posts/{status:str}/delete", needs=MEMBERS)
async def delete(v: Visit) -> Reply:
    """Delete it; or delete it and go on writing with what it said."""
    form = await v.form()
    await v.read(posts.source, v.me, _which(v))  # only one's own, whatever else a moderator may
    if form.text("do") == "redraft":
        return v.go(address_of(await v.write(drafting.redraft, _which(v))))
    if form.text("do") != "delete":
        raise Invalid(say("This form is not complete; please load the page again."))
    await v.write(posts.delete, _which(v))
    assert v.member is not None
    return v.go(f"/@{v.member.username}")
