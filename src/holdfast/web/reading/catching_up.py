"""Catching up: what came at home since the last visit or within a chosen time, summed up on one page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from holdfast import notifications, people
from holdfast.languages import N_, _, duration
from holdfast.people import Account
from holdfast.store import DAY, HOUR, SECOND, Read, first_at, made_at, read_id
from holdfast.timelines import CatchUp, catch_up
from holdfast.web.pages import MEMBERS, Pages
from holdfast.web.reading.cards import Card, avatar_url, profile_url, shown_name
from holdfast.web.reading.feeds import cards_for
from holdfast.web.reading.screening import screened
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit

pages = Pages()

PERIODS = (  # name in the address, milliseconds
    ("6h", 6 * HOUR),
    ("12h", 12 * HOUR),
    ("1d", DAY),
    ("3d", 3 * DAY),
    ("7d", 7 * DAY),
)
USUAL, LONGEST_MS = DAY, 7 * DAY
LONG_GAP_MS = 4 * HOUR
"""Home offers to catch up when what was read last is older than this."""

MOST_WAITING = 100  # beyond, nobody counts
MOST_PERSONS = 30


@dataclass(frozen=True, slots=True)
class Share:
    """Somebody and how much of what came is theirs."""

    name: str
    handle: str
    url: str
    avatar_url: str
    posts: int
    boosts: int


class Section(NamedTuple):
    """Posts under a heading; ``counts`` names the number that put them there, empty for none."""

    heading: str
    counts: str
    cards: list[Card]


class Summary(NamedTuple):
    """All that the page shows."""

    since: int  # milliseconds
    last_read: int  # where the member's mark stands; 0: there is none
    came: CatchUp
    sections: list[Section]
    shares: list[Share]
    mentions: int
    asking: int  # people who ask to follow


def way_from(last_read: int, now: int) -> str:
    """The address of the page for somebody who comes back after a long time; empty for who was here lately."""
    return f"/catch-up?after={last_read}" if now - made_at(last_read) >= LONG_GAP_MS else ""


@pages.get("/catch-up", needs=MEMBERS)
async def catching_up(v: Visit) -> Reply:
    """What came: ``period`` names the time, ``after`` a post that was read last; without both, since the mark."""
    chosen = next((name for name, _length in PERIODS if name == v.query("period")), "")
    found = await v.read(_summary, v, chosen, read_id(v.query("after")))
    ways = [(f"/catch-up?period={name}", duration(length / SECOND), name == chosen) for name, length in PERIODS]
    if found.last_read:
        ways.insert(0, (f"/catch-up?after={found.last_read}", _("Since your last visit"), not chosen))
    return v.show("posts/catch_up.html", found=found, periods=ways, most_persons=MOST_PERSONS)


def _summary(r: Read, v: Visit, chosen: str, after: int | None) -> Summary:
    now = v.db.clock.now()
    marker = people.markers(r, v.me, ["home"]).get("home")
    last_read = after or (marker.last_read_id if marker else 0)
    span = next((length for name, length in PERIODS if name == chosen), USUAL if not last_read else LONGEST_MS)
    above = first_at(now - span)
    if last_read and not chosen:
        above = max(above, last_read)
    sight = v.web.kept.posts.sight(r, v.me)
    came = catch_up(r, v.web.kept.timelines.home, v.me, above, sight)
    return Summary(
        min(made_at(above), now),
        last_read,
        came,
        _sections(r, v, came),
        _shares(r, came),
        notifications.unread_count(r, v.me, now=now, most=MOST_WAITING, kinds=["mention"]),
        people.request_count(r, v.me),
    )


def _sections(r: Read, v: Visit, came: CatchUp) -> list[Section]:
    """The lists that have posts in them, without what the member's filters hide."""
    lists = (
        (N_("From people you marked"), "", came.marked),
        (N_("Most answered"), "replies", came.answered),
        (N_("Most boosted"), "boosts", came.boosted),
        (N_("Most favourited"), "favourites", came.favourited),
    )
    ids = list(dict.fromkeys(number for _, _, some in lists for number in some))
    shown = {card.id: card for card in cards_for(r, v, ids, screen=screened(r, v, ids, "home"))}
    made = [Section(words, counts, _known(shown, some)) for words, counts, some in lists]
    return [one for one in made if one.cards]


def _known(shown: dict[int, Card], ids: Sequence[int]) -> list[Card]:
    return [shown[number] for number in ids if number in shown]


def _shares(r: Read, came: CatchUp) -> list[Share]:
    known = people.accounts_by_ids(r, [one.account_id for one in came.shares[:MOST_PERSONS]])
    return [_share(known[one.account_id], one.posts, one.boosts) for one in came.shares if one.account_id in known]


def _share(account: Account, posts: int, boosts: int) -> Share:
    return Share(shown_name(account), account.handle, profile_url(account), avatar_url(account), posts, boosts)
