"""A page of posts: which part of a feed is asked for, its cards, and the ways to the pages before and after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import quote

from holdfast.posts import Marked, Sight
from holdfast.store import Read, Window, read_id
from holdfast.web.reading.cards import Card, cards
from holdfast.web.reading.screening import NO_SCREEN, Context, Screen, screened
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit

PAGE = 20
STRIP = 3  # boosts in a row that are folded


@dataclass(frozen=True, slots=True)
class Feed:
    """A page of posts and the ways to the pages before and after it."""

    cards: list[Card]
    newer: str = ""
    older: str = ""
    newest: int = 0  # the place of the newest post that the page looked at, whether it is shown or not


def is_hidden(v: Visit) -> bool:
    """Whether public feeds are for members only, and this visitor is none."""
    return v.db.settings.timeline_needs_sign_in and not v.is_signed_in


def window_of(v: Visit) -> Window:
    """The part of a feed that is asked for: one more than is shown, in order to know whether there is more."""
    return Window(max_id=read_id(v.query("max_id")), min_id=read_id(v.query("min_id")), limit=PAGE + 1)


def cards_for(
    r: Read, v: Visit, ids: Sequence[int], *, pinned: Sequence[int] = (), screen: Screen = NO_SCREEN
) -> list[Card]:
    """Cards for who visits, in the order of the ids; what they may not see is left out, and what ``screen`` hides."""
    return cards(r, v.acting.account_id, ids, v.db.base_url, now=v.db.clock.now(), pinned=pinned, screen=screen)


def feed_of(
    r: Read,
    v: Visit,
    ids: Sequence[int],
    window: Window,
    context: Context,
    *,
    keep: str = "",
    pinned: Sequence[int] = (),
    sight: Sight | None = None,
) -> Feed:
    """The page behind ids that were found with :func:`window_of`.

    ``keep`` is a part of the query that the other pages have, too; ``pinned`` stands above the first page; what the
    reader's filters hide in this ``context`` counts for the way on and is not shown.
    """
    shown = ids[-PAGE:] if window.min_id is not None else ids[:PAGE]
    newer, older = ways(v, shown, window, has_more=len(ids) > PAGE, keep=keep)
    is_first = window.max_id is None and window.min_id is None
    above = list(pinned) if is_first else []
    found = [*above, *(one for one in shown if one not in above)]
    screen = screened(r, v, found, context, sight)
    made = cards_for(r, v, found, pinned=above, screen=screen)
    return Feed(made, newer, older, shown[0] if shown else 0)


def marked_feed(r: Read, v: Visit, found: Sequence[Marked], window: Window) -> Feed:
    """The page behind a list of marks, whose pages go by the marks. What a member has marked, no filter hides."""
    kept = found[-PAGE:] if window.min_id is not None else found[:PAGE]
    newer, older = ways(v, [one.mark_id for one in kept], window, has_more=len(found) > PAGE)
    return Feed(cards_for(r, v, [one.status_id for one in kept]), newer, older)


def folded(shown: Sequence[Card]) -> list[list[Card]]:
    """The strips of a page: a post each, and boosts together in one where there are many.

    More than a quarter of a page and they all fold where the first of them stands; else three or more in a row do.
    """
    boosts = [card for card in shown if card.booster]
    if len(boosts) >= STRIP and len(boosts) * 4 > len(shown):
        first = shown.index(boosts[0])
        before, after = shown[:first], [card for card in shown[first:] if not card.booster]
        return [*([card] for card in before), boosts, *([card] for card in after)]
    rows: list[list[Card]] = []
    for is_boost, run in groupby(shown, key=lambda card: bool(card.booster)):
        row = list(run)
        rows += [row] if is_boost and len(row) >= STRIP else [[card] for card in row]
    return rows


def ways(v: Visit, shown: Sequence[int], window: Window, *, has_more: bool, keep: str = "") -> tuple[str, str]:
    """The addresses of the newer and of the older page, empty where there is none. ``shown`` are cursors in order."""
    has_older = has_more if window.min_id is None else True
    has_newer = window.max_id is not None if window.min_id is None else has_more
    path, start = quote(v.path, safe="/@"), "?" + (f"{keep}&" if keep else "")
    return (
        f"{path}{start}min_id={shown[0]}" if has_newer and shown else "",
        f"{path}{start}max_id={shown[-1]}" if has_older and shown else "",
    )


def show_feed(
    v: Visit, heading: str, feed: Feed, empty: str, *, template: str = "posts/timeline.html", **values: Any
) -> Reply:
    """A page that is a feed under its heading; ``empty`` is what it says without any post.

    What else :file:`posts/timeline.html` can show has its default here; other templates extend it. A script that
    reads on gets the posts and the ways on alone.
    """
    given: dict[str, Any] = {
        "announcements": (),
        "is_hidden": False,
        "tabs": (),
        "intro": "",
        "feed_name": "",
        "find_people": "",
        "feeds": (),
        "shows": None,
        "mark": 0,
        "mark_further": 0,
        "catch_up": "",
    }
    return v.show(
        "posts/_page.html" if v.is_fragment else template,
        strips=folded(feed.cards),
        newest=feed.newest,
        heading=heading,
        cards=feed.cards,
        newer=feed.newer,
        older=feed.older,
        empty=empty,
        **(given | values),
    )
