"""Pages that everybody reads: the front page, the server's own texts, timelines, profiles, posts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from sqlalchemy import select

from holdfast import access, people, posts
from holdfast.access import Document, Rule
from holdfast.access.documents import DocumentKind
from holdfast.announcements import Announcement
from holdfast.errors import NotFound
from holdfast.languages import N_, _
from holdfast.people import Account
from holdfast.posts import folding
from holdfast.posts.tables import tombstones
from holdfast.store import Read, Window, read_id
from holdfast.web.pages import MEMBERS, Pages, Run, error_page
from holdfast.web.reading import previews
from holdfast.web.reading.branches import tree
from holdfast.web.reading.cards import Card
from holdfast.web.reading.feeds import Feed, cards_for, feed_of, is_hidden, show_feed, window_of
from holdfast.web.reading.measures import INSTEAD
from holdfast.web.reading.news import news_for
from holdfast.web.reading.persons import account_of
from holdfast.web.reading.screening import screened
from holdfast.web.replies import Reply, local_path
from holdfast.web.visits import Visit

pages = Pages()

FRONT_PAGE = 10
MOST_REPLIES = 200  # on one page; the rest is read on the replies' own pages
INTRO = N_("What everybody here writes in public, without boosts and without replies to others.")
HEADINGS = {"terms": N_("Terms"), "privacy": N_("Privacy")}


def _contact(r: Read, v: Visit) -> Account | None:
    name = v.db.settings.contact_username
    found = people.account_by_handle(r, name.removeprefix("@")) if name else None
    return found if found is not None and found.is_present else None


@pages.get("/")
async def landing(v: Visit) -> Reply:
    """The front page: what this place is, and what is written here."""

    if v.is_signed_in:
        return v.go("/home")

    def look(r: Read) -> tuple[Feed, Account | None, int]:
        ids = (
            [] if is_hidden(v) else posts.public_posts(r, v.acting.account_id, Window(limit=FRONT_PAGE), is_local=True)
        )
        older = f"/public?max_id={ids[-1]}" if len(ids) == FRONT_PAGE else ""
        shown = cards_for(r, v, ids)
        return Feed(shown, "", older), _contact(r, v), access.how_many(r)

    feed, contact, members = await v.read(look)
    return v.show(
        "server/landing.html",
        cards=feed.cards,
        older=feed.older,
        contact=contact,
        members=members,
        is_hidden=is_hidden(v),
        preview=previews.of_server(v),
    )


@pages.get("/about")
async def about(v: Visit) -> Reply:
    """What the owner says about the server."""
    contact, members = await v.read(lambda r: (_contact(r, v), access.how_many(r)))
    return v.show("server/about.html", contact=contact, members=members)


@pages.get("/rules")
async def rules(v: Visit) -> Reply:
    """The rules."""
    found: list[Rule] = await v.read(access.rules)
    return v.show("server/rules.html", rules=found)


def _document(kind: DocumentKind) -> Run:
    async def show(v: Visit) -> Reply:
        now = v.db.clock.now()
        text = v.argument("version")

        def look(r: Read) -> tuple[Document | None, Document | None, list[Document]]:
            present = access.document(r, kind, now=now)
            asked = access.document(r, kind, now=now, version=int(text)) if text else present
            return asked, present, access.document_versions(r, kind)

        if text and not (text.isascii() and text.isdigit() and len(text) < 9):
            raise NotFound()
        asked, present, versions = await v.read(look)
        if text and asked is None:
            raise NotFound()
        is_current = asked is not None and present is not None and asked.version == present.version
        return v.show(
            "server/document.html",
            heading=HEADINGS[kind],
            document=asked,
            is_current=is_current,
            versions=versions,
            now=now,
        )

    return show


pages.get("/terms")(_document("terms"))
pages.get("/terms/{version:str}")(_document("terms"))
pages.get("/privacy")(_document("privacy"))
pages.get("/privacy/{version:str}")(_document("privacy"))


@pages.post("/terms", needs=MEMBERS)
async def agree(v: Visit) -> Reply:
    """Agree to a version of the terms, and go back to where the notice was."""
    form = await v.form()
    await v.write(access.agree_to_terms, form.identifier("version"))
    return v.go(local_path(form.raw("next")))


@pages.get("/public")
async def public(v: Visit) -> Reply:
    """All public posts, newest first."""
    if is_hidden(v):
        return show_feed(v, _("Live feed"), Feed([]), "", is_hidden=True)
    window = window_of(v)

    def look(r: Read) -> tuple[Feed, list[Announcement]]:
        return feed_of(r, v, posts.public_posts(r, v.acting.account_id, window), window, "public"), news_for(r, v)

    feed, news = await v.read(look)
    empty = _("Nothing yet. What people write in public appears here.")
    return show_feed(v, _("Live feed"), feed, empty, announcements=news, feed_name="public", intro=INTRO)


@pages.get("/{handle:str}/{status:str}")
async def post(v: Visit) -> Reply:
    """A post in its conversation."""
    status_id = read_id(v.argument("status"))
    if status_id is None or not v.argument("handle").startswith("@"):
        raise NotFound()
    found = await v.read(_conversation, v, status_id)
    if found is None:
        return await _nothing_to_see(v, status_id)
    if v.path != found.post.url:
        return v.go(quote(found.post.url, safe="/@"))
    return v.show(
        "posts/show.html",
        ancestors=found.ancestors,
        post=found.post,
        replies=tree(status_id, found.below),
        folded=tree(status_id, found.folded),
        folded_count=len(found.folded),
        left_out=found.left_out,
        foldable=found.foldable,
        preview=previews.of_post(v, found.post),
    )


async def _nothing_to_see(v: Visit, status_id: int) -> Reply:
    restriction = await v.read(posts.restriction_of, v.acting.account_id, status_id)
    if restriction is None:
        return error_page(v, 410 if await v.read(_was_deleted, v, status_id) else 404)
    status, words = INSTEAD[restriction]
    return v.show("posts/out_of_sight.html", status, words=words)


@dataclass(frozen=True, slots=True)
class _Conversation:
    """What the page of a post shows; ``foldable`` are ids of replies that the viewer may fold or unfold."""

    ancestors: list[Card]
    post: Card
    below: list[Card]
    folded: list[Card]
    left_out: int
    foldable: set[int]


def _conversation(r: Read, v: Visit, status_id: int) -> _Conversation | None:
    viewer = v.acting.account_id
    own = cards_for(r, v, [status_id])
    if not own:
        return None
    thread = posts.thread(r, viewer, status_id)
    above = thread.ancestors[-MOST_REPLIES:]
    below, folded = thread.descendants[:MOST_REPLIES], thread.folded[:MOST_REPLIES]
    screen = screened(r, v, [*above, *below, *folded], "thread")
    return _Conversation(
        cards_for(r, v, above, screen=screen),
        own[0],
        cards_for(r, v, below, screen=screen),
        cards_for(r, v, folded, screen=screen),
        len(thread.descendants) + len(thread.folded) - len(below) - len(folded),
        folding.foldable(r, viewer, [own[0].id, *below, *folded]) if viewer is not None else set(),
    )


async def _folding(v: Visit, command: Callable[..., None]) -> Reply:
    form = await v.form()
    await v.write(command, form.identifier())
    return v.go(local_path(form.raw("next")))


@pages.post("/replies/fold", needs=MEMBERS)
async def fold(v: Visit) -> Reply:
    """Fold a reply away in one's own conversation."""
    return await _folding(v, folding.fold)


@pages.post("/replies/unfold", needs=MEMBERS)
async def unfold(v: Visit) -> Reply:
    """Let it stand in its place again."""
    return await _folding(v, folding.unfold)


def _was_deleted(r: Read, v: Visit, status_id: int) -> bool:
    """Whether there was such a post by this account."""
    try:
        account = account_of(r, v)
    except NotFound:
        return False
    return r.exists(select(tombstones.c.uri).where(tombstones.c.uri == f"{account.uri}/statuses/{status_id}"))
