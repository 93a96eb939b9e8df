"""A member's own start: the home feed, and the list of everything that is theirs."""

from __future__ import annotations

from holdfast import posts
from holdfast.announcements import Announcement
from holdfast.store import Read
from holdfast.web.feeds import Feed, feed_of, marked_feed, show_feed, window_of
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
        return feed_of(r, v, page.ids, window, "home", sight=sight), news_for(r, v)

    feed, news = await v.read(look)
    empty = "Nothing yet. Follow people and their posts appear."
    assert v.member is not None
    ahead = "" if v.member.following_count else "/welcome"
    return show_feed(v, "Home", feed, empty, announcements=news, feed_name="home", find_people=ahead)


@pages.get("/bookmarks", needs=MEMBERS)
async def bookmarks(v: Visit) -> Reply:
    """What the member bookmarked, the latest bookmark first."""
    window = window_of(v)

    def look(r: Read) -> Feed:
        return marked_feed(r, v, posts.bookmarks(r, v.me, window), window)

    empty = "Nothing yet. The bookmark under a post keeps it here; nobody else learns of it."
    return show_feed(v, "Bookmarks", await v.read(look), empty)


@pages.get("/favourites", needs=MEMBERS)
async def favourites(v: Visit) -> Reply:
    """What the member favourited, the latest first."""
    window = window_of(v)

    def look(r: Read) -> Feed:
        return marked_feed(r, v, posts.favourites(r, v.me, window), window)

    return show_feed(v, "Favourites", await v.read(look), "Nothing yet. The star under a post puts it here.")


@pages.get("/you", needs=MEMBERS)
async def you(v: Visit) -> Reply:
    """Everything that is the member's own, one touch away: what has no room among a phone's tabs."""
    return v.show("people/you.html")
