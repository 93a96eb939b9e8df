"""What a member does with a post on its card: favourite, boost, bookmark, pin, mute its conversation, vote."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

from holdfast import posts
from holdfast.errors import Invalid, NotFound
from holdfast.languages import N_, say
from holdfast.store import Read, read_id
from holdfast.web.pages import MEMBERS, Pages
from holdfast.web.reading.cards import Card, cards
from holdfast.web.replies import Reply, local_path
from holdfast.web.visits import Visit

pages = Pages()

Shape = Literal["feed", "thread", "opened"]
"""How a card is drawn: in a feed, in a conversation, or as the post that the page is about."""


class _Mark(NamedTuple):
    command: Callable[..., Any]
    done: str


ACTIONS = {
    "favourite": _Mark(posts.favourite, N_("Favourited.")),
    "unfavourite": _Mark(posts.unfavourite, N_("No longer a favourite.")),
    "boost": _Mark(posts.boost, N_("Boosted.")),
    "unboost": _Mark(posts.unboost, N_("Boost taken back.")),
    "bookmark": _Mark(posts.bookmark, N_("Bookmarked. Only you know.")),
    "unbookmark": _Mark(posts.unbookmark, N_("Bookmark removed.")),
    "pin": _Mark(posts.pin, N_("It now stands first on your profile.")),
    "unpin": _Mark(posts.unpin, N_("No longer first on your profile.")),
    "mute": _Mark(posts.mute_thread, N_("You will hear no more of this conversation.")),
    "unmute": _Mark(posts.unmute_thread, N_("You will hear of this conversation again.")),
}


@pages.post("/posts/{status:str}/act", needs=MEMBERS)
async def act(v: Visit) -> Reply:
    """One of :data:`ACTIONS`, or a vote; then back to where the card was, or the card as it now is."""
    form = await v.form()
    status_id = _status_id(v)
    name = form.text("act")
    if name == "vote":
        choices = [int(text) for text in form.several("choice") if text.isascii() and text.isdigit() and len(text) < 4]
        if not choices:
            raise Invalid.field("choice", "ERR_BLANK", say("Choose an answer first; nothing was sent."))
        await v.write(posts.vote, form.identifier("poll_id"), choices)
        done: str = say("Your vote counts.")
    else:
        mark = ACTIONS.get(name)
        if mark is None:
            raise Invalid(say("This form is not complete; please load the page again."))
        await v.write(mark.command, status_id)
        done = mark.done
    if v.is_fragment:
        return await fragment(v, status_id, read_id(form.text("shown")), form.text("shape"), done)
    return v.go(f"{local_path(form.raw('next'), '/home')}#{_button(name, status_id, form.text('shown'))}")


def _button(name: str, status_id: int, shown: str) -> str:
    """The id of what was pressed, so that the focus is on it again; of the card where that is no longer there."""
    shown_id = read_id(shown) or status_id
    base = name.removeprefix("un")
    if base in ("favourite", "boost", "bookmark"):
        return f"{base}-{shown_id}"
    return f"post-{status_id}" if name == "vote" else f"more-{shown_id}"


async def fragment(v: Visit, status_id: int, shown_id: int | None, shape: str, done: str) -> Reply:
    """One card as it is now, to be put in the place of the old one, and what to say aloud.

    ``shown_id`` is the boost as which the post stands there, if it does; one that was just taken back is none any more.
    """
    wanted = [status_id] if shown_id is None else [shown_id, status_id]

    def look(r: Read) -> list[Card]:
        return cards(r, v.me, wanted, v.db.base_url, now=v.db.clock.now())

    found = [one for one in await v.read(look) if one.id == status_id]
    if not found:
        raise NotFound()
    return v.show("posts/_one.html", post=found[0], shape=shape, done=done)


def _status_id(v: Visit) -> int:
    found = read_id(v.argument("status"))
    if found is None:
        raise NotFound()
    return found
