"""Hashtags: the posts with one, following it, showing it on one's profile, and those that are followed."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote

from holdfast import posts
from holdfast.errors import Invalid, NotFound
from holdfast.languages import _, say
from holdfast.posts import TagFacts
from holdfast.posts.text import normalise_tag
from holdfast.store import Read
from holdfast.web.pages import MEMBERS, Pages
from holdfast.web.reading.feeds import PAGE, Feed, feed_of, is_hidden, show_feed, ways, window_of
from holdfast.web.reading.showing import shows
from holdfast.web.reading.syndication import alternates
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit

pages = Pages()

ACTIONS = {
    "follow": posts.follow_tag,
    "unfollow": posts.unfollow_tag,
    "feature": posts.feature_tag,
    "unfeature": posts.unfeature_tag,
}


class Known(NamedTuple):
    """A hashtag as its page shows it to a reader."""

    name: str
    is_followed: bool
    is_featured: bool
    uses: int  # within a week


@pages.get("/tags", needs=MEMBERS)
async def followed(v: Visit) -> Reply:
    """The hashtags that the member follows."""
    window = window_of(v)

    def look(r: Read) -> tuple[list[TagFacts], str, str]:
        found = posts.followed_tags(r, v.me, window)
        shown = found[-PAGE:] if window.min_id is not None else found[:PAGE]
        newer, older = ways(v, [one.follow_id for one in shown], window, has_more=len(found) > PAGE)
        return [one.tag for one in shown], newer, older

    tags, newer, older = await v.read(look)
    return v.show("posts/tags.html", tags=tags, newer=newer, older=older)


@pages.get("/tags/{name:str}")
async def tag(v: Visit) -> Reply:
    """Public posts with a hashtag."""
    name = _name(v)
    if is_hidden(v):
        return show_feed(v, f"#{name}", Feed([]), "", is_hidden=True)
    window = window_of(v)

    def look(r: Read) -> tuple[Feed, Known]:
        found = posts.tag_posts(r, v.acting.account_id, window, any_of=[name])
        return feed_of(r, v, found, window, "public"), _known(r, v, name)

    feed, known = await v.read(look)
    shown = shows(v, "tags")
    return show_feed(
        v,
        f"#{name}",
        shown.of(feed),
        _("No post with #%(name)s yet.", name=name),
        template="posts/tag.html",
        shows=shown if v.member else None,
        tag=known,
        feeds=alternates(f"/tags/{name}", f"#{name}"),
    )


@pages.post("/tags/{name:str}/act", needs=MEMBERS)
async def act(v: Visit) -> Reply:
    """One of :data:`ACTIONS`, then back to the hashtag."""
    form = await v.form()
    name = _name(v)
    action = form.text("act")
    command = ACTIONS.get(action)
    if command is None:
        raise Invalid(say("This form is not complete; please load the page again."))
    await v.write(command, name)
    return v.go("/tags#main" if form.text("from") == "list" else f"/tags/{quote(name)}#do-{action.removeprefix('un')}")


def _name(v: Visit) -> str:
    found = normalise_tag(v.argument("name"))
    if not found or "\0" in found:
        raise NotFound()
    return found


def _known(r: Read, v: Visit, name: str) -> Known:
    found = posts.tag_named(r, name)
    me = v.acting.account_id
    if found.id is None:
        return Known(name, is_followed=False, is_featured=False, uses=0)
    week = posts.tag_history(r, [found.id], v.db.clock.now())[found.id]
    return Known(
        name,
        is_followed=me is not None and found.id in posts.followed_among(r, me, [found.id]),
        is_featured=me is not None and found.id in posts.featured_among(r, me, [found.id]),
        uses=sum(one.uses for one in week),
    )
