"""People as pages list them, with what they and the reader are to each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from holdfast import people
from holdfast.errors import Invalid, NotFound
from holdfast.languages import N_
from holdfast.people import Account, Listed, Relationship
from holdfast.store import Read, Window
from holdfast.web.reading.cards import avatar_url, profile_url, shown_name
from holdfast.web.reading.feeds import PAGE, ways
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a list; ``relation`` says what they and the reader are to each other, a tag each."""

    id: int
    handle: str
    url: str
    name: str
    avatar_url: str
    note_html: str
    relation: list[str]
    is_followed: bool  # or asked to be
    can_be_followed: bool


@dataclass(frozen=True, slots=True)
class People:
    """A page of people and the ways to the pages before and after it."""

    persons: list[Person]
    newer: str = ""
    older: str = ""


def account_of(r: Read, v: Visit) -> Account:
    """The account whose handle stands in the path. Raises NotFound."""
    text = v.argument("handle")
    if not text.startswith("@") or "\0" in text:
        raise NotFound()
    try:
        return people.lookup(r, text, v.db.local_domain)
    except Invalid as fault:
        raise NotFound() from fault


def relation_words(one: Relationship) -> list[str]:
    """What somebody is to the reader, in words."""
    said = (
        (one.followed_by, N_("Follows you")),
        (one.following, N_("You follow")),
        (one.requested, N_("Asked")),
        (one.requested_by, N_("Asks to follow you")),
        (one.muting, N_("Muted")),
        (one.blocking, N_("Blocked")),
        (one.domain_blocking, N_("Server blocked")),
    )
    return [words for holds, words in said if holds]


def persons(r: Read, v: Visit, ids: Sequence[int]) -> list[Person]:
    """People in this order; who is gone, suspended or waits for approval is left out. Three queries at most."""
    found = people.accounts_by_ids(r, ids)
    me = v.acting.account_id
    related = people.relationships(r, me, list(found), now=v.db.clock.now()) if me is not None else []
    ties = {one.account_id: one for one in related}
    return [
        _person(found[number], ties.get(number) if number != me else None)
        for number in ids
        if number in found and found[number].is_present
    ]


def _person(account: Account, tie: Relationship | None) -> Person:
    return Person(
        id=account.id,
        handle=account.handle,
        url=profile_url(account),
        name=shown_name(account),
        avatar_url=avatar_url(account),
        note_html=account.note_html,
        relation=relation_words(tie) if tie else [],
        is_followed=tie is not None and (tie.following or tie.requested),
        can_be_followed=tie is not None and not (tie.blocking or tie.blocked_by or tie.domain_blocking),
    )


def people_of(r: Read, v: Visit, listed: Sequence[Listed], window: Window) -> People:
    """The page behind a list that was found with :func:`window_of`."""
    shown = listed[-PAGE:] if window.min_id is not None else listed[:PAGE]
    newer, older = ways(v, [one.cursor for one in shown], window, has_more=len(listed) > PAGE)
    return People(persons(r, v, [one.account_id for one in shown]), newer, older)


def show_people(v: Visit, heading: str, found: People, empty: str, *, back: str, back_label: str) -> Reply:
    """A page that is a list of people under its heading; ``empty`` is what it says without anybody."""
    return v.show(
        "people/listing.html",
        heading=heading,
        persons=found.persons,
        newer=found.newer,
        older=found.older,
        empty=empty,
        back=back,
        back_label=back_label,
    )
