"""Timelines and lists of statuses: home, public, hashtag, a profile's, bookmarks, favourites."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from holdfast import posts
from holdfast.errors import NotFound, Unauthenticated
from holdfast.mastodon.binding import Id
from holdfast.mastodon.endpoints import Call, Endpoints, Reply
from holdfast.mastodon.entities import Status
from holdfast.mastodon.paging import Page
from holdfast.mastodon.rendering import array
from holdfast.mastodon.statuses import window
from holdfast.posts import Sight
from holdfast.store import Window
from holdfast.timelines import HomePage, is_trending_link

api = Endpoints()

DEFAULT, MOST = 20, 40
MOST_HIDDEN_PAGES = 10
"""Pages that are passed over, when filters hide all of them, before one is given out empty."""


class PublicParams(Page, kw_only=True):
    """A page of the public timeline."""

    local: bool = False
    remote: bool = False
    only_media: bool = False


class TagParams(PublicParams, kw_only=True):
    """A page of a hashtag's timeline."""

    hashtag: str
    any: list[str] = []
    all: list[str] = []
    none: list[str] = []


class LinkParams(Page, kw_only=True):
    """A page of what shares a link."""

    url: str


class ListParams(Page, kw_only=True):
    """A page of the timeline of the list in the path."""

    list_id: Id


class ProfileParams(Page, kw_only=True):
    """A page of a profile's statuses."""

    id: Id
    only_media: bool = False
    exclude_replies: bool = False
    exclude_reblogs: bool = False
    pinned: bool = False
    tagged: str | None = None


def _page(call: Call, found: posts.Found, limit: int) -> Reply:
    call.timelines.views.saw(found)
    body = array(call.renderer.statuses.many(call.r, call.viewer, found, found.facts, call.sight))
    return call.page(body, found, limit)


def _marked(call: Call, found: Sequence[posts.Marked], limit: int) -> Reply:
    body = array(call.renderer.statuses.many(call.r, call.viewer, [status for _, status in found], sight=call.sight))
    return call.page(body, [cursor for cursor, _ in found], limit)


def _may_read_public(call: Call) -> None:
    if call.acting.token_id is None and call.db.settings.timeline_needs_sign_in:
        raise Unauthenticated("This server shows its timelines to members only")


def _at_home(call: Call, read: Callable[[Window, Sight], HomePage], part: Window) -> Reply:
    """A page without what the caller's filters hide; where that is all of it, what comes behind it.

    Apps take an empty page for the end of the timeline.
    """
    for _ in range(MOST_HIDDEN_PAGES):
        page = read(part, call.sight)
        call.timelines.views.saw(page.ids)
        shown = call.renderer.statuses.many(call.r, call.viewer, page.ids, page.facts, call.sight, "home")
        if shown or len(page.ids) < part.limit:
            break
        newer = part.min_id is not None
        part = replace(part, min_id=page.ids[0]) if newer else replace(part, max_id=page.ids[-1])
    return call.page(array(shown), page.ids, part.limit)


@api.get("/api/v1/timelines/home", scopes="read:statuses", params=Page, returns=list[Status], tier=1, is_quick=True)
def home(call: Call, params: Page) -> Reply:
    """What the caller's followed accounts wrote and boosted."""
    read = partial(call.timelines.home.page, call.r, call.me)
    return _at_home(call, read, window(params, DEFAULT, MOST))


@api.get("/api/v1/timelines/list/{list_id}", scopes="read:lists", params=ListParams, returns=list[Status], tier=2,
         is_quick=True)  # fmt: skip
def of_list(call: Call, params: ListParams) -> Reply:
    """What the accounts in one of the caller's lists wrote and boosted."""
    read = partial(call.timelines.home.list_page, call.r, call.me, params.list_id)
    return _at_home(call, read, window(params, DEFAULT, MOST))


@api.get("/api/v1/timelines/public", auth="public-or-app", scopes="read:statuses", params=PublicParams,
         returns=list[Status], tier=1, is_quick=True)  # fmt: skip
def public(call: Call, params: PublicParams) -> Reply:
    """Public posts of everybody."""
    _may_read_public(call)
    part = window(params, DEFAULT, MOST)
    is_local = True if params.local else (False if params.remote else None)
    found = posts.public_page(call.sight, part, is_local=is_local, only_media=params.only_media)
    return _page(call, found, part.limit)


@api.get("/api/v1/timelines/link", auth="public-or-app", scopes="read:statuses", params=LinkParams,
         returns=list[Status])  # fmt: skip
def link(call: Call, params: LinkParams) -> Reply:
    """Public posts that share a page which many people share at present."""
    _may_read_public(call)
    if not is_trending_link(call.r, params.url):
        raise NotFound()
    part = window(params, DEFAULT, MOST)
    return _page(call, posts.link_posts(call.r, call.viewer, part, params.url), part.limit)


@api.get("/api/v1/timelines/tag/{hashtag}", auth="public-or-app", scopes="read:statuses", params=TagParams,
         returns=list[Status], tier=2, is_quick=True)  # fmt: skip
def tag(call: Call, params: TagParams) -> Reply:
    """Public posts with a hashtag."""
    _may_read_public(call)
    part = window(params, DEFAULT, MOST)
    found = posts.tag_page(
        call.sight,
        part,
        any_of=[params.hashtag, *params.any],
        all_of=params.all,
        none_of=params.none,
        is_local=True if params.local else (False if params.remote else None),
        only_media=params.only_media,
    )
    return _page(call, found, part.limit)


@api.get("/api/v1/accounts/{id}/statuses", auth="public-or-user", scopes="read:statuses", params=ProfileParams,
         returns=list[Status], tier=1, is_quick=True)  # fmt: skip
def profile(call: Call, params: ProfileParams) -> Reply:
    """What an account wrote and boosted."""
    part = window(params, DEFAULT, MOST)
    call.renderer.accounts.one(call.r, params.id, call.sight)  # NotFound before an empty list
    found = posts.profile_page(
        call.sight,
        params.id,
        part,
        only_media=params.only_media,
        excludes_replies=params.exclude_replies,
        excludes_boosts=params.exclude_reblogs,
        only_pinned=params.pinned,
        tagged=params.tagged,
    )
    return _page(call, found, part.limit)


@api.get("/api/v1/bookmarks", scopes="read:bookmarks", params=Page, returns=list[Status], tier=2)
def bookmarks(call: Call, params: Page) -> Reply:
    """What the caller bookmarked, the latest bookmark first."""
    part = window(params, DEFAULT, MOST)
    found = posts.bookmarks(call.r, call.me, part)
    return _marked(call, found, part.limit)


@api.get("/api/v1/favourites", scopes="read:favourites", params=Page, returns=list[Status], tier=2)
def favourites(call: Call, params: Page) -> Reply:
    """What the caller favourited, the latest first."""
    part = window(params, DEFAULT, MOST)
    found = posts.favourites(call.r, call.me, part)
    return _marked(call, found, part.limit)
