"""A profile: who somebody is, what they wrote, whom they feature, follow and are followed by."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from holdfast import access, people, posts
from holdfast.errors import NotFound
from holdfast.languages import N_, _
from holdfast.people import Account, Collection
from holdfast.posts import FeaturedTag
from holdfast.store import Read, Window
from holdfast.web.pages import Pages
from holdfast.web.reading import previews
from holdfast.web.reading.cards import avatar_url, header_url, shown_name
from holdfast.web.reading.feeds import PAGE, Feed, feed_of, window_of
from holdfast.web.reading.persons import People, Person, account_of, people_of, persons, show_people
from holdfast.web.reading.syndication import alternates
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit
from holdfast.web.words import ROLES
from holdfast.web.writing.profile_actions import Ties, ties

pages = Pages()

Tab = Literal["posts", "replies", "media", "featured"]
MOST_FEATURED = 40
EMPTY = {
    "posts": N_("Nothing yet."),
    "replies": N_("Nothing yet."),
    "media": N_("No pictures, films or sounds yet."),
}


class Featured(NamedTuple):
    """What somebody shows on their profile beside their posts."""

    people: list[Person]
    tags: list[FeaturedTag]
    collections: list[Collection]


class Profile(NamedTuple):
    """All that a profile's page shows."""

    account: Account
    role: str
    ties: Ties | None
    feed: Feed
    moved_to: Account | None
    featured: Featured | None


def tabs_of(account: Account, tab: Tab) -> list[tuple[str, str, bool]]:
    """The tabs of a profile that its owner wants shown: address, words, whether it is this one."""
    path = f"/@{account.handle}"
    known: list[tuple[Tab, str, str]] = [
        ("posts", path, N_("Posts")),
        ("replies", f"{path}/with_replies", N_("Posts and replies")),
    ]
    if account.shows_media:
        known.append(("media", f"{path}/media", N_("Media")))
    if account.shows_featured:
        known.append(("featured", f"{path}/featured", N_("Featured")))
    return [(to, words, name == tab) for name, to, words in known]


@pages.get("/{handle:str}")
async def profile(v: Visit) -> Reply:
    """A profile with its posts and boosts."""
    return await _show(v, "replies" if v.query("replies") == "1" else "posts")


@pages.get("/{handle:str}/with_replies")
async def with_replies(v: Visit) -> Reply:
    """The same with the replies to others."""
    return await _show(v, "replies")


@pages.get("/{handle:str}/media")
async def media(v: Visit) -> Reply:
    """What has pictures, films or sounds."""
    return await _show(v, "media")


@pages.get("/{handle:str}/featured")
async def featured(v: Visit) -> Reply:
    """Hashtags, people and collections that somebody shows."""
    return await _show(v, "featured")


async def _show(v: Visit, tab: Tab) -> Reply:
    window = window_of(v)

    def look(r: Read) -> Profile:
        account = account_of(r, v)
        role = access.find(r, account.id)
        title = ROLES[role.rank.name] if role and role.rank.is_shown else ""
        moved_to = people.account_by_id(r, account.moved_to_id) if account.moved_to_id else None
        if not account.is_present:
            return Profile(account, "", ties(r, v, account), Feed([]), moved_to, None)
        shown = _featured(r, v, account) if tab == "featured" and account.shows_featured else None
        feed = _feed(r, v, account, tab, window) if tab != "featured" else Feed([])
        return Profile(account, title, ties(r, v, account), feed, moved_to, shown)

    found = await v.read(look)
    account = found.account
    values: dict[str, Any] = {
        "account": account,
        "name": shown_name(account),
        "domain": account.domain or v.db.local_domain,
        "role": found.role,
        "ties": found.ties,
        "avatar_url": avatar_url(account),
        "header_url": header_url(account),
        "tabs": tabs_of(account, tab),
        "moved": found.moved_to,
        "featured": found.featured,
        "is_featured": tab == "featured",
        "feeds": alternates(f"/@{account.handle}", shown_name(account)) if account.domain is None else (),
    }
    feed = found.feed
    return v.show(
        "people/profile.html",
        cards=feed.cards,
        newer=feed.newer,
        older=feed.older,
        empty=EMPTY.get(tab, ""),
        preview=previews.of_profile(v, account),
        **values,
    )


def _feed(r: Read, v: Visit, account: Account, tab: Tab, window: Window) -> Feed:
    viewer = v.acting.account_id
    if tab == "media":
        if not account.shows_media:
            return Feed([])
        leaves_out = not account.shows_media_replies
        found = posts.profile_posts(
            r, viewer, account.id, window, only_media=True, excludes_replies=leaves_out, excludes_boosts=True
        )
        return feed_of(r, v, found, window, "account")
    found = posts.profile_posts(r, viewer, account.id, window, excludes_replies=tab == "posts")
    pinned = posts.profile_posts(r, viewer, account.id, Window(limit=PAGE), only_pinned=True)
    keep = "replies=1" if v.query("replies") == "1" else ""
    return feed_of(r, v, found, window, "account", keep=keep, pinned=pinned)


def _featured(r: Read, v: Visit, account: Account) -> Featured:
    viewer = v.acting.account_id
    endorsed = people.endorsements_of(r, viewer, account.id, Window(limit=MOST_FEATURED))
    return Featured(
        persons(r, v, [one.account_id for one in endorsed]),
        posts.featured_tags(r, account.id),
        [one for one in people.collections_of(r, viewer, account.id) if one.is_discoverable],
    )


# ── whom they follow, and who follows them ──


@pages.get("/{handle:str}/followers")
async def followers(v: Visit) -> Reply:
    """Who follows somebody."""
    return await _related(v, "followers")


@pages.get("/{handle:str}/following")
async def following(v: Visit) -> Reply:
    """Whom somebody follows."""
    return await _related(v, "following")


async def _related(v: Visit, which: Literal["followers", "following"]) -> Reply:
    window = window_of(v)

    def look(r: Read) -> tuple[Account, People]:
        account = account_of(r, v)
        if not account.is_present:
            raise NotFound()
        query = people.followers if which == "followers" else people.following
        return account, people_of(r, v, query(r, v.acting.account_id, account.id, window), window)

    account, found = await v.read(look)
    name = shown_name(account)
    heading = _("Who follows %(name)s", name=name) if which == "followers" else _("Whom %(name)s follows", name=name)
    if account.hides_collections and account.id != v.acting.account_id:
        empty = _("%(name)s keeps to themselves whom they follow and who follows them.", name=name)
    else:
        empty = _("Nobody yet.")
    return show_people(v, heading, found, empty, back=f"/@{account.handle}", back_label=f"@{account.handle}")
