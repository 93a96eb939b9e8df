"""A member's own start: the home feed, and the list of everything that is theirs."""

from __future__ import annotations

from holdfast import people, posts
from holdfast.announcements import Announcement
from holdfast.languages import _
from holdfast.store import Read
from holdfast.web.pages import MEMBERS, Pages
from holdfast.web.reading.catching_up import way_from
from holdfast.web.reading.feeds import Feed, feed_of, folded, marked_feed, show_feed, window_of
from holdfast.web.reading.news import news_for
from holdfast.web.reading.showing import shows
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit

pages = Pages()


@pages.get("/home", needs=MEMBERS)
async def home(v: Visit) -> Reply:
    """What the followed wrote and boosted, newest first, without what the member's filters hide."""
    window = window_of(v)
    shown = shows(v, "home")
    is_top = window.max_id is None and window.min_id is None and not v.is_fragment

    def look(r: Read) -> tuple[Feed, list[Announcement], int]:
        sight = v.web.kept.posts.sight(r, v.me)
        page = v.web.kept.timelines.home.page(r, v.me, window, sight)
        v.web.kept.timelines.views.saw(page.ids)
        marker = people.markers(r, v.me, ["home"]).get("home") if is_top else None
        feed = shown.of(feed_of(r, v, page.ids, window, "home", sight=sight))
        return feed, [] if v.is_fragment else news_for(r, v), marker.last_read_id if marker else 0

    feed, news, read_down_to = await v.read(look)
    empty = _("Nothing yet. Follow people and their posts appear.")
    assert v.member is not None
    ahead = "" if v.member.following_count else "/welcome"
    mark, further = _mark(feed, read_down_to)
    return show_feed(
        v,
        _("Home"),
        feed,
        empty,
        announcements=news,
        feed_name="home",
        find_people=ahead,
        shows=shown,
        mark=mark,
        mark_further=further,
        catch_up=way_from(read_down_to, v.db.clock.now()) if further else "",
    )


def _mark(feed: Feed, read_down_to: int) -> tuple[int, int]:
    """The post above which the mark "you were here" stands; or, when that is on an older page, the id below which
    that page begins. Zero where there is none: nothing is newer, or nothing was read so far."""
    if not read_down_to or not feed.cards or feed.cards[0].shown_id <= read_down_to:
        return 0, 0
    rows = folded(feed.cards)
    below = [row[0].shown_id for row in rows if row[0].shown_id <= read_down_to]
    if below:
        return below[0], 0
    return 0, read_down_to + 1 if feed.older else 0


@pages.post("/home/read", needs=MEMBERS)
async def read(v: Visit) -> Reply:
    """Remember how far the member has read at home; never back again, whichever tab tells it later."""
    form = await v.form()
    seen = form.identifier()

    def is_further(r: Read) -> bool:
        marker = people.markers(r, v.me, ["home"]).get("home")
        return marker is None or marker.last_read_id < seen

    if await v.read(is_further):
        await v.write(people.set_marker, "home", seen)
    return v.finished(Reply(b"", 204, "text/plain; charset=utf-8"))


@pages.get("/bookmarks", needs=MEMBERS)
async def bookmarks(v: Visit) -> Reply:
    """What the member bookmarked, the latest bookmark first."""
    window = window_of(v)

    def look(r: Read) -> Feed:
        return marked_feed(r, v, posts.bookmarks(r, v.me, window), window)

    empty = _("Nothing yet. The bookmark under a post keeps it here; nobody else learns of it.")
    return show_feed(v, _("Bookmarks"), await v.read(look), empty)


@pages.get("/favourites", needs=MEMBERS)
async def favourites(v: Visit) -> Reply:
    """What the member favourited, the latest first."""
    window = window_of(v)

    def look(r: Read) -> Feed:
        return marked_feed(r, v, posts.favourites(r, v.me, window), window)

    return show_feed(v, _("Favourites"), await v.read(look), _("Nothing yet. The star under a post puts it here."))


@pages.get("/you", needs=MEMBERS)
async def you(v: Visit) -> Reply:
    """Everything that is the member's own, one touch away: what has no room among a phone's tabs."""
    return v.show("people/you.html")
