"""Link previews: the first link of a post is fetched by a job, once for all posts that have it, and shown as a card.

Another site's own code is never embedded: a card is text and a picture that was drawn anew here.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec
from sqlalchemy import insert, select, update

from holdfast import outgoing, people
from holdfast.acting import SYSTEM
from holdfast.errors import Invalid, Problem, Refused, Unavailable
from holdfast.posts.card_pages import Page, may_attribute, read_page
from holdfast.posts.events import CardAttached, CardChanged
from holdfast.posts.payloads import Nothing, RemoveFiles
from holdfast.posts.picture_worker import picture_worker
from holdfast.posts.pictures import Limits
from holdfast.posts.storage import storage
from holdfast.posts.tables import cards, statuses
from holdfast.store import DAY, HOUR, MINUTE, Hot, Read
from holdfast.writes import Ability, Database, Write

FETCH, FORGET = "posts.fetch_card", "posts.forget_cards"
SLICE = 200
"""Cards that one run removes."""

FRESH_MS = 14 * DAY
"""How long a page is taken to say what it said."""

RETRY_MS = HOUR
"""How long a page without anything to show, or that was not to be had, is not asked again."""

MOST_TRIES = 3
MOST_PAGE_BYTES = 1024 * 1024
MOST_PICTURE_BYTES = 8 * 1024 * 1024
LONGEST_URL = 2_048  # characters

_ATTACH = Hot(
    "INSERT INTO status_cards (status_id, card_id) VALUES (:status, :card) "
    "ON CONFLICT (status_id) DO UPDATE SET card_id = :card"
)
_DETACH = Hot("DELETE FROM status_cards WHERE status_id = :status")
_REVISE_ALL = Hot(
    "UPDATE statuses SET revision = revision + 1 WHERE id IN (SELECT status_id FROM status_cards WHERE card_id = :card)"
)
_FORGOTTEN = Hot(
    "DELETE FROM cards WHERE id IN (SELECT c.id FROM cards c WHERE c.fetched_at < :before AND NOT EXISTS "
    "(SELECT 1 FROM status_cards s WHERE s.card_id = c.id) ORDER BY c.id LIMIT :most) RETURNING image_key"
)
_REVISE = Hot("UPDATE statuses SET revision = revision + 1 WHERE id = :id")


class FetchCard(msgspec.Struct, frozen=True):
    """A post whose first link is to be looked at."""

    status_id: int
    url: str
    tries: int = 0  # in vain so far


class Card(NamedTuple):
    """A link preview as posts show it; times in milliseconds."""

    id: int
    url: str
    title: str
    description: str
    kind: str
    language: str | None
    provider_name: str
    provider_url: str
    author_name: str
    author_url: str
    author_id: int | None
    is_unattributed: bool
    published_at: int | None
    image_key: str | None
    image_width: int
    image_height: int
    blurhash: str | None


CARD_COLUMNS = ", ".join(f"c.{name}" for name in Card._fields)


def first_link(links: Sequence[str], base_url: str) -> str | None:
    """The link of a post that is previewed: the first that leads elsewhere."""
    own = urlsplit(base_url).netloc.lower()
    for link in links:
        if len(link) <= LONGEST_URL and urlsplit(link).netloc.lower() != own:
            return link
    return None


def ask_for_card(w: Write, status_id: int, links: Sequence[str]) -> None:
    """Let the first link of a post be looked at, in the same commit as the post; where cards are switched on."""
    link = first_link(links, w.db.base_url) if links and w.db.settings.link_previews else None
    if link is not None:
        w.enqueue(FETCH, FetchCard(status_id, link))


def detach(w: Write, status_id: int) -> None:
    """Take the card off a post whose links are others now."""
    w.run_fast(_DETACH, status=status_id)


def fetch_card(db: Database, payload: FetchCard) -> None:
    """Look at a link and put its card on the post. What may pass is tried again later; a dead link is no failed job."""
    with db.read() as r:
        if not _has_link(r, payload):
            return
        row = r.first(select(cards.c.id, cards.c.state, cards.c.fetched_at).where(cards.c.asked_url == payload.url))
    known = row.id if row is not None and row.state == "ready" else None
    if row is not None and db.clock.now() - row.fetched_at < (RETRY_MS if known is None else FRESH_MS):
        _attach(db, payload, known)
        return
    try:
        page = _page(db, payload.url)
    except Unavailable:
        if payload.tries + 1 < MOST_TRIES:
            with db.write(SYSTEM, Ability.JOBS) as w:
                again = msgspec.structs.replace(payload, tries=payload.tries + 1)
                w.enqueue(FETCH, again, delay_ms=10 * MINUTE * (payload.tries + 1))
            return
        page = None
    if page is None and known is not None:  # what it said when it was there is better than nothing
        _attach(db, payload, known)
        return
    values = _values(db, page) if page else {"state": "none", "url": payload.url}
    with db.write(SYSTEM, Ability.JOBS) as w:
        number = _keep(w, payload.url, values)
    _attach(db, payload, number if page else None)


def _has_link(r: Read, payload: FetchCard) -> bool:
    """Whether the post is there and still has the link: it may have been edited since the job was planned."""
    is_there = (statuses.c.id == payload.status_id) & statuses.c.deleted_at.is_(None) & (statuses.c.media_count == 0)
    html = r.value(select(statuses.c.html).where(is_there))
    return html is not None and f'href="{payload.url}"' in unescape(html)


def _page(db: Database, url: str) -> Page | None:
    """What a page says; None when it says nothing, or is not to be had for good."""
    try:
        client = outgoing.client_from(db.config.boot)
        answer = client.get(url, accept=("text/html", "application/xhtml+xml"), max_bytes=MOST_PAGE_BYTES)
    except (Invalid, Refused):
        return None
    if not answer.ok:
        return None
    charset = answer.headers.get("content-type", "").lower().partition("charset=")[2].strip(" \"'")
    return read_page(answer.url, answer.body, charset)


def _values(db: Database, page: Page) -> dict[str, Any]:
    """The columns of a card; the picture is stored on the way."""
    author_id, is_unattributed = _author(db, page)
    return {
        "state": "ready",
        "url": page.url,
        "title": page.title,
        "description": page.description,
        "kind": "link",
        "language": page.language,
        "provider_name": page.provider_name,
        "provider_url": page.provider_url,
        "author_name": page.author_name,
        "author_url": page.author_url,
        "author_id": author_id,
        "is_unattributed": is_unattributed,
        "published_at": page.published_at,
        **_picture(db, page.image_url),
    }


def _author(db: Database, page: Page) -> tuple[int | None, bool]:
    """The account that the page names, if that account names the page's site; and whether it fails only in that."""
    if not page.creator:
        return None, False
    with db.read() as r:
        try:
            account = people.lookup(r, page.creator, db.local_domain)
        except Problem:
            return None, False
    if not account.is_present:
        return None, False
    if may_attribute(page.url, account.attribution_domains):
        return account.id, False
    return None, True


def _picture(db: Database, url: str | None) -> dict[str, Any]:
    """The picture of a page, drawn anew and stored; nothing when there is none that can be shown."""
    empty: dict[str, Any] = {"image_key": None, "image_width": 0, "image_height": 0, "blurhash": None}
    if url is None:
        return empty
    try:
        answer = outgoing.client_from(db.config.boot).get(url, accept=("image/*",), max_bytes=MOST_PICTURE_BYTES)
    except (Invalid, Refused, Unavailable):
        return empty  # a card without a picture is better than none
    if not answer.ok:
        return empty
    with tempfile.TemporaryDirectory(prefix="holdfast-") as name:
        source, target = Path(name) / "in", Path(name) / "out"
        source.write_bytes(answer.body)
        target.mkdir()
        try:
            made, blurhash = picture_worker().preview(source, target, Limits(bytes=MOST_PICTURE_BYTES))
        except Invalid:
            return empty
        key = storage(db).put((target / made.name).read_bytes()).hash
    return {"image_key": key, "image_width": made.width, "image_height": made.height, "blurhash": blurhash}


def _keep(w: Write, asked_url: str, values: dict[str, Any]) -> int:
    """Write a card down. Where it is another one now, every post that shows it reads differently."""
    values = {"is_unattributed": False, "image_key": None, **values, "fetched_at": w.now}
    before = w.first(select(cards).where(cards.c.asked_url == asked_url))
    if before is None:
        number = w.new_id()
        w.run(insert(cards).values({"id": number, "asked_url": asked_url, **values}))
        return number
    w.run(update(cards).where(cards.c.id == before.id).values(values))
    if any(getattr(before, name) != value for name, value in values.items() if name != "fetched_at"):
        w.run_fast(_REVISE_ALL, card=before.id)
        w.record(CardChanged(card_id=before.id))
        _let_go(w, {before.image_key} - {None, values["image_key"]})
    return int(before.id)


def forget_cards(db: Database, _: Nothing) -> None:
    """Remove the cards that no post shows any more, with their pictures, a slice at a time."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        gone = w.fast(_FORGOTTEN, before=w.now - FRESH_MS, most=SLICE)
        _let_go(w, {key for (key,) in gone} - {None})
        if len(gone) == SLICE:
            w.enqueue(FORGET, Nothing())


def _let_go(w: Write, keys: set[str]) -> None:
    """Let pictures be removed, later: whoever is being sent one now gets all of it. The job looks who still has it."""
    if keys:
        w.enqueue("posts.remove_files", RemoveFiles(tuple(sorted(keys))), delay_ms=HOUR)


def _attach(db: Database, payload: FetchCard, card_id: int | None) -> None:
    """Put a card on the post, unless there is none or the post has another link by now."""
    if card_id is None:
        return
    with db.write(SYSTEM, Ability.JOBS) as w:
        if not _has_link(w, payload):
            return
        w.run_fast(_ATTACH, status=payload.status_id, card=card_id)
        w.run_fast(_REVISE, id=payload.status_id)
        w.record(CardAttached(status_id=payload.status_id, card_id=card_id))


OF_STATUSES = Hot(
    f"SELECT s.status_id, {CARD_COLUMNS} FROM status_cards s JOIN cards c ON c.id = s.card_id "  # noqa: S608
    "WHERE s.status_id IN (@ids)"
)
"""Status id and card for each of these statuses that has one."""
