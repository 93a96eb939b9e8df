"""Search in one box, and what is worth a look: trends, and people to follow."""

from __future__ import annotations

from typing import Literal, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

from holdfast import people, posts, timelines
from holdfast.errors import Invalid
from holdfast.languages import N_, _
from holdfast.posts import TagFacts
from holdfast.store import Read
from holdfast.web.forms import sentence
from holdfast.web.pages import Pages
from holdfast.web.reading.feeds import PAGE, Feed, cards_for, feed_of, is_hidden, window_of
from holdfast.web.reading.persons import Person, persons
from holdfast.web.reading.screening import screened
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit

pages = Pages()

Tab = Literal["people", "posts", "tags"]
TABS: tuple[tuple[Tab, str], ...] = (
    ("people", N_("People")),
    ("posts", N_("Posts")),
    ("tags", N_("Hashtags")),
)
MOST_OFFSET = 1_000
MOST_TRENDS = 10
LONGEST = 500  # characters, as the search itself has it

OPERATORS = (
    ("boat harbour", N_("posts with both words; boat finds boats, too")),
    ('"red boat"', N_("these words in this order")),
    ("-boat", N_("posts without the word")),
    ("#sailing", N_("posts with the hashtag")),
    ("from:@name", N_("posts by somebody; from:me for your own")),
    ("has:image", N_("also has:video, has:audio, has:media, has:poll, has:link")),
    ("is:reply", N_("replies; is:sensitive for what has a warning")),
    ("in:library", N_("your own posts and those that you marked or answered; in:public for all others")),
    ("language:de", N_("posts in a language")),
    ("before:2026-05-01", N_("also after: and during:, with a year, month or day")),
)


class Results(NamedTuple):
    """What was found on a tab, and the ways on."""

    people: list[Person]
    tags: list[TagFacts]
    feed: Feed


NOTHING = Results([], [], Feed([]))


@pages.get("/search")
async def search(v: Visit) -> Reply:
    """People, posts or hashtags. A whole address of a page here leads to it."""
    text = v.query("q").strip()[:LONGEST]
    tab: Tab = next((name for name, _ in TABS if name == v.query("type")), "people")
    place = _place_here(v, text)
    if place:
        return v.go(place)
    problem, found = "", NOTHING
    if text:
        try:
            found = await v.read(_found, v, text, tab)
        except Invalid as fault:
            problem = sentence(fault.said)
    return v.show(
        "searching/search.html",
        422 if problem else 200,
        text=text,
        tab=tab,
        tabs=[(f"/search?{urlencode({'q': text, 'type': name})}", words, name == tab) for name, words in TABS],
        found=found,
        problem=problem,
        operators=OPERATORS,
        cards=found.feed.cards,
        newer=found.feed.newer,
        older=found.feed.older,
        empty="",
    )


def _place_here(v: Visit, text: str) -> str:
    """The path behind an address of this server that was put into the box; empty for anything else."""
    if not text.startswith(("http://", "https://")) or any(character.isspace() for character in text):
        return ""
    parts = urlsplit(text)
    if parts.netloc.lower() != urlsplit(v.db.base_url).netloc.lower() or not parts.path.startswith(("/@", "/tags/")):
        return ""
    return quote(parts.path, safe="/@%")


def _found(r: Read, v: Visit, text: str, tab: Tab) -> Results:
    if tab == "posts":
        return Results([], [], _posts(r, v, text))
    offset = _offset(v)
    if tab == "tags":
        tags = posts.search_tags(r, text.lstrip("#＃"), v.db.clock.now(), limit=PAGE + 1, offset=offset)
        return Results([], tags[:PAGE], _steps(text, tab, offset, has_more=len(tags) > PAGE))
    ids = people.search(
        r, v.acting.account_id or 0, text, limit=PAGE + 1, offset=offset, local_domain=v.db.local_domain
    )
    return Results(persons(r, v, ids[:PAGE]), [], _steps(text, tab, offset, has_more=len(ids) > PAGE))


def _posts(r: Read, v: Visit, text: str) -> Feed:
    """Posts, for members only: what one finds depends on who one is."""
    if v.acting.account_id is None:
        return Feed([])
    window = window_of(v)
    found = posts.search_posts(r, v.me, text, window, now=v.db.clock.now(), local_domain=v.db.local_domain)
    return feed_of(r, v, found, window, "public", keep=urlencode({"q": text, "type": "posts"}))


def _offset(v: Visit) -> int:
    text = v.query("offset")
    return min(int(text), MOST_OFFSET) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _steps(text: str, tab: Tab, offset: int, *, has_more: bool) -> Feed:
    def at(number: int) -> str:
        return f"/search?{urlencode({'q': text, 'type': tab, 'offset': number})}"

    further = offset + PAGE
    return Feed(
        [],
        at(max(offset - PAGE, 0)) if offset else "",
        at(further) if has_more and further <= MOST_OFFSET else "",
    )


# ── what is worth a look ──


class Trends(NamedTuple):
    """What many people use, like and share at present, and whom one might follow."""

    feed: Feed
    tags: list[tuple[TagFacts, int]]  # with how often within a week
    links: list[tuple[posts.Card, int]]
    people: list[Person]


@pages.get("/explore")
async def explore(v: Visit) -> Reply:
    """Posts, hashtags and links of which there is talk, and people to follow."""
    found = await v.read(_trends, v)
    return v.show(
        "searching/explore.html",
        trends=found,
        cards=found.feed.cards,
        newer="",
        older="",
        empty=_("No post is much talked about at present."),
        is_hidden=is_hidden(v),
    )


def _trends(r: Read, v: Visit) -> Trends:
    now, me = v.db.clock.now(), v.acting.account_id
    suggested = people.suggestions(r, me, MOST_TRENDS, now=now) if me is not None else []
    offered = [one for one in persons(r, v, [one.account_id for one in suggested]) if not one.is_followed]
    if is_hidden(v):
        return Trends(Feed([]), [], [], offered)
    ids = timelines.trending_posts(r, me, PAGE, now=now)
    screen = screened(r, v, ids, "public")
    tags = timelines.trending_tags(r, MOST_TRENDS)
    weeks = posts.tag_history(r, [one.id for one in tags if one.id is not None], now)
    links = timelines.trending_links(r, MOST_TRENDS)
    shares = timelines.link_history(r, [one.id for one in links], now)
    return Trends(
        Feed(cards_for(r, v, ids, screen=screen)),
        [(one, sum(day.uses for day in weeks.get(one.id or 0, ()))) for one in tags],
        [(one, sum(day.uses for day in shares[one.id])) for one in links],
        offered,
    )
