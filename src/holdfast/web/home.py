"""A member's own start: the home feed, and the list of everything that is theirs."""

from __future__ import annotations

from holdfast import posts
from holdfast.announcements import Announcement
from holdfast.filters import hides
from holdfast.store import Read
from holdfast.web.feeds import Feed, feed_of, show_feed, window_of
from holdfast.web.news import news_for
from holdfast.web.pages import MEMBERS, Pages
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit

pages = Pages()


@pages.get("/home", needs=MEMBERS)
async def home(v: Visit) -> Reply:
    """What the followed wrote and boosted, newest first, without what the member's filters hide."""
    window = window_of(v)

    def look(r: Read) -> tuple[Feed, list[Announcement]]:
        sight = v.web.kept.posts.sight(r, v.me)
        page = v.web.kept.timelines.home.page(r, v.me, window, sight)
        v.web.kept.timelines.views.saw(page.ids)
        quoted = posts.quoted(sight, page.facts.values(), v.db.clock.now()).values()
        inside = {one.facts.id: one.facts for one in quoted if one.facts is not None}
        caught = v.web.kept.catching.found(sight, page.facts | inside)
        hidden = frozenset(one for one, matches in caught.items() if any(hides(match, "home") for match in matches))
        return feed_of(r, v, page.ids, window, hidden=hidden), news_for(r, v)

    feed, news = await v.read(look)
    empty = "Nothing yet. Follow people and their posts appear."
    assert v.member is not None
    ahead = "" if v.member.following_count else "/welcome"
    return show_feed(v, "Home", feed, empty, announcements=news, feed_name="home", find_people=ahead)


@pages.get("/you", needs=MEMBERS)
async def you(v: Visit) -> Reply:
    """Everything that is the member's own, one touch away: what has no room among a phone's tabs."""
    return v.show("people/you.html")
