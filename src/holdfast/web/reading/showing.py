"""What a member leaves out of a timeline, boosts or replies: chosen for home, for lists and for hashtags apart.

Kept by the browser, for each browser has its own size and use. Public feeds have neither to leave out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from holdfast.web.pages import MEMBERS, Pages
from holdfast.web.reading.cards import Card
from holdfast.web.reading.feeds import Feed
from holdfast.web.replies import Reply, local_path
from holdfast.web.visits import Visit

pages = Pages()

KINDS: Mapping[str, tuple[str, ...]] = {
    "home": ("boosts", "replies"),
    "lists": ("boosts", "replies"),
    "tags": ("replies",),
}
"""Timelines, and what they have that may be left out."""

LASTS_S = 400 * 24 * 3600  # longer is kept by no browser


@dataclass(frozen=True, slots=True)
class Shows:
    """What there is to choose for a timeline, and what is left out."""

    timeline: str
    kinds: tuple[str, ...]
    hides: frozenset[str]

    def of(self, feed: Feed) -> Feed:
        """The feed without what is left out; the ways to its other pages stay."""
        return replace(feed, cards=[card for card in feed.cards if kind_of(card) not in self.hides])


def shows(v: Visit, timeline: str) -> Shows:
    """What this browser leaves out of a timeline."""
    kinds = KINDS[timeline]
    return Shows(timeline, kinds, frozenset(v.cookie(f"{timeline}_hides").split(".")) & frozenset(kinds))


def kind_of(card: Card) -> str:
    """As what a post counts: ``boosts``, ``replies`` or neither; going on below one's own post is no reply."""
    if card.booster:
        return "boosts"
    return "replies" if card.answers_other else ""


@pages.post("/timelines/shows", needs=MEMBERS)
async def choose(v: Visit) -> Reply:
    """Leave out boosts or replies in this browser, or show them again."""
    form = await v.form()
    timeline = form.choice("timeline", KINDS)
    hides = [kind for kind in KINDS[timeline] if not form.ticked(kind)]
    v.set_cookie(f"{timeline}_hides", ".".join(hides), LASTS_S)
    return v.go(local_path(form.raw("next")))
