"""The queue of cases: those with the most harm to expect first. Links choose what is shown of it, and taken next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

from holdfast import moderation, people, posts
from holdfast.languages import N_
from holdfast.moderation import DECIDE, HARMS, READ, Case, Filter
from holdfast.posts.text import plain
from holdfast.store import Read, read_id
from holdfast.web.forms import Form
from holdfast.web.pages import Pages
from holdfast.web.presenting import shortened
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit

pages = Pages()

ADDRESS = "/admin/cases"
PAGE = 40
EXCERPT = 160  # characters: two lines
LONGEST_WORDS = 200

KINDS = {
    "post": N_("Post"),
    "account": N_("Account"),
    "media": N_("File"),
    "hashtag": N_("Hashtag"),
    "link": N_("Link"),
    "domain": N_("Domain"),
}
ALLOWED: Mapping[str, Any] = {
    "category": HARMS,
    "kind": KINDS,
    "overdue": ("yes", "no"),
    "contained": ("yes", "no"),
    "mine": ("yes",),
}
"""What can be asked for, and with which values."""

LINKS = (
    ("mine", "yes", N_("Mine")),
    ("overdue", "yes", N_("Overdue")),
    ("contained", "yes", N_("Contained")),
    *(("kind", kind, words) for kind, words in KINDS.items()),
)


class Link(NamedTuple):
    """Where to see other cases; one that is on leads back."""

    href: str
    words: str
    is_on: bool


@pages.get(ADDRESS, needs=READ)
async def listing(v: Visit) -> Reply:
    """The open cases, or those of them that were asked for."""
    asked = _allowed({name: v.query(name) for name in (*ALLOWED, "words")})
    now = v.db.clock.now()

    def look(r: Read) -> dict[str, Any]:
        behind = read_id(v.query("behind"))
        found = moderation.queue(r, v.acting, filter_of(asked, v.me), now=now, most=PAGE + 1, behind=behind)
        more = f"{ADDRESS}?{urlencode(asked | {'behind': str(found[PAGE - 1].id)})}" if len(found) > PAGE else ""
        return {"more": more, "backlog": moderation.backlog(r, v.acting, now), **rows_of(r, found[:PAGE], now)}

    around: dict[str, Any] = {
        "harms": HARMS,
        "kinds": KINDS,
        "links": _links(asked),
        "asked": asked,
        "query": urlencode(asked),
        "now": now,
        "done": v.done,
        "form": None,
    }
    return v.show("moderation/cases.html", may_decide=v.acting.may(DECIDE), **await v.read(look), **around)


@pages.post(f"{ADDRESS}/next", needs=DECIDE)
async def take_next(v: Visit) -> Reply:
    """Take the case with the most harm to expect that nobody works on, among those asked for."""
    asked = asked_in((await v.form()).text("asked"))
    found = await v.write(moderation.claim_next, filter_of(asked, v.me))
    if found is None:
        return v.go(f"{ADDRESS}?{urlencode({'done': 'no_case_left'} | asked)}")
    return v.go(f"{ADDRESS}/{found.id}?{urlencode({'asked': urlencode(asked)})}" if asked else f"{ADDRESS}/{found.id}")


def asked_in(query: str) -> dict[str, str]:
    """What a query asks for, as forms carry it from page to page; what it cannot mean is left out."""
    return _allowed(dict(parse_qsl(query)))


def filter_of(asked: Mapping[str, str], me: int) -> Filter:
    """The same for the moderation room."""
    return Filter(
        categories=(asked["category"],) if "category" in asked else (),
        subject_kind=asked.get("kind"),
        is_overdue=asked["overdue"] == "yes" if "overdue" in asked else None,
        is_contained=asked["contained"] == "yes" if "contained" in asked else None,
        works_on=me if "mine" in asked else None,
        words=asked.get("words", ""),
    )


def back_to(address: str, done: str, form: Form) -> str:
    """A page with what was done, which still knows what was asked for."""
    asked = asked_in(form.text("asked"))
    return f"{address}?{urlencode({'done': done} | ({'asked': urlencode(asked)} if asked else {}))}"


def _allowed(values: Mapping[str, str]) -> dict[str, str]:
    found = {name: values[name] for name, known in ALLOWED.items() if values.get(name) in known}
    words = values.get("words", "").replace("\0", "").strip()[:LONGEST_WORDS]
    return found | {"words": words} if words else found


def _links(asked: dict[str, str]) -> list[Link]:
    found = []
    for name, value, words in LINKS:
        is_on = asked.get(name) == value
        others = {key: text for key, text in asked.items() if key != name}
        query = urlencode(others if is_on else others | {name: value})
        found.append(Link(f"{ADDRESS}?{query}" if query else ADDRESS, words, is_on))
    return found


def rows_of(r: Read, found: list[Case], now: int) -> dict[str, Any]:
    """Cases with what their rows say, in the same few queries however many there are. No media."""
    ids = [one.about.id for one in found if one.subject_kind == "post"]
    owners = {one.account_id for one in found if one.account_id}
    return {
        "cases": found,
        "words": {number: shortened(plain(one.html), EXCERPT) for number, one in posts.contents(r, ids).items()},
        "accounts": people.accounts_by_ids(r, owners | {one.claimed_by for one in found if one.claimed_by}),
        "strikes": moderation.counted_by_ids(r, owners, now),
    }
