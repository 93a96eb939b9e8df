"""What there is to know of one post beside itself: how it read before, who boosted it, who favourited it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple
from urllib.parse import quote

from holdfast import posts
from holdfast.errors import NotFound
from holdfast.languages import _, say, say_many
from holdfast.people import Listed
from holdfast.posts import Version
from holdfast.store import Read, read_id
from holdfast.web.pages import Pages
from holdfast.web.reading.cards import Card
from holdfast.web.reading.feeds import cards_for, window_of
from holdfast.web.reading.persons import People, people_of, show_people
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit

pages = Pages()

MOST_VERSIONS = 30
MOST_COMPARED = 2_000  # words and gaps of a text; longer ones are shown whole
_PARTS = re.compile(r"\s+|\w+|[^\w\s]")

Kind = Literal["same", "added", "removed"]


class Step(NamedTuple):
    """One version: since when it read so, how its text differs from the one before, and what else changed."""

    at: int  # milliseconds
    text: list[tuple[Kind, str]]
    remarks: list[str]
    is_first: bool


@pages.get("/{handle:str}/{status:str}/history")
async def history(v: Visit) -> Reply:
    """All versions of a post, the newest first, each with what changed."""

    def look(r: Read) -> tuple[Card, list[Version]]:
        card = _card(r, v)
        return card, posts.history(r, v.acting.account_id, card.id)

    card, versions = await v.read(look)
    moved = _elsewhere(v, card, "history")
    if moved:
        return moved
    left_out = max(len(versions) - MOST_VERSIONS, 0)
    return v.show("posts/history.html", post=card, steps=steps(versions)[:MOST_VERSIONS], left_out=left_out)


@pages.get("/{handle:str}/{status:str}/boosted_by")
async def boosted_by(v: Visit) -> Reply:
    """Who boosted a post, as far as the reader may see the boost."""
    return await _marked_by(v, "boosted_by")


@pages.get("/{handle:str}/{status:str}/favourited_by")
async def favourited_by(v: Visit) -> Reply:
    """Who favourited a post."""
    return await _marked_by(v, "favourited_by")


async def _marked_by(v: Visit, which: Literal["boosted_by", "favourited_by"]) -> Reply:
    window = window_of(v)
    query = posts.boosted_by if which == "boosted_by" else posts.favourited_by

    def look(r: Read) -> tuple[Card, People]:
        card = _card(r, v)
        found = query(r, v.acting.account_id, card.id, window)
        return card, people_of(r, v, [Listed(*one) for one in found], window)

    card, found = await v.read(look)
    moved = _elsewhere(v, card, which)
    if moved:
        return moved
    heading = _("Who boosted this post") if which == "boosted_by" else _("Who favourited this post")
    return show_people(v, heading, found, _("Nobody yet."), back=card.url, back_label=_("The post"))


def _card(r: Read, v: Visit) -> Card:
    """The post in the path, as far as the reader may see it. Raises :class:`NotFound`."""
    number = read_id(v.argument("status"))
    found = cards_for(r, v, [number]) if number is not None else []
    if not found or not v.argument("handle").startswith("@"):
        raise NotFound()
    return found[0]


def _elsewhere(v: Visit, card: Card, page: str) -> Reply | None:
    """On to the post's own address, where it was asked for under another one."""
    own = f"{card.url}/{page}"
    return None if v.path == own else v.go(quote(own, safe="/@"))


def steps(versions: Sequence[Version]) -> list[Step]:
    """Versions, the newest first, each compared with the one before."""
    made: list[Step] = []
    before: Version | None = None
    for one in versions:
        if before is None:
            made.append(Step(one.created_at, [("same", one.text)], _first_remarks(one), is_first=True))
        else:
            made.append(Step(one.created_at, changed(before.text, one.text), _remarks(before, one), is_first=False))
        before = one
    return made[::-1]


def changed(before: str, after: str) -> list[tuple[Kind, str]]:
    """A text word by word: what stayed, what came and what went."""
    old, new = _PARTS.findall(before), _PARTS.findall(after)
    if max(len(old), len(new)) > MOST_COMPARED:
        return [("same", after)]
    found: list[tuple[Kind, str]] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(("same", "".join(new[c:d])))
            continue
        if b > a:
            found.append(("removed", "".join(old[a:b])))
        if d > c:
            found.append(("added", "".join(new[c:d])))
    return found


def _first_remarks(one: Version) -> list[str]:
    remarks: list[str] = [say("With the warning “%(warning)s”.", warning=one.spoiler_text)] if one.spoiler_text else []
    if one.poll_options:
        remarks.append(say("With a poll: %(choices)s.", choices=_listed(one.poll_options)))
    return remarks


def _remarks(before: Version, after: Version) -> list[str]:
    """What changed beside the text, a sentence each."""
    remarks: list[str] = []
    if before.spoiler_text != after.spoiler_text:
        words = say("The warning now reads “%(warning)s”.", warning=after.spoiler_text)
        remarks.append(words if after.spoiler_text else say("The warning was removed."))
    if before.is_sensitive != after.is_sensitive:
        words = say("The media are now marked as sensitive.")
        remarks.append(words if after.is_sensitive else say("The media are no longer marked as sensitive."))
    remarks += _media_remarks(before, after)
    if before.poll_options != after.poll_options:
        words = say("The poll now asks: %(choices)s.", choices=_listed(after.poll_options or ()))
        remarks.append(words if after.poll_options else say("The poll was removed."))
    return remarks


def _media_remarks(before: Version, after: Version) -> list[str]:
    """How many attachments came, went, or are described in other words."""
    old, new = {row[0]: row[-3] for row in before.media}, {row[0]: row[-3] for row in after.media}
    added, removed = len(new.keys() - old.keys()), len(old.keys() - new.keys())
    anew = sum(old[number] != new[number] for number in old.keys() & new.keys())
    said = (
        (added, say_many("%(num)s attachment added.", "%(num)s attachments added.", added)),
        (removed, say_many("%(num)s attachment removed.", "%(num)s attachments removed.", removed)),
        (anew, say_many("%(num)s attachment described anew.", "%(num)s attachments described anew.", anew)),
    )
    return [words for number, words in said if number]


def _listed(options: Iterable[str]) -> str:
    return " / ".join(options)
