"""Feeds for feed readers, as RSS and as Atom: what somebody wrote in public, and what is written with a hashtag."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256
from html import escape
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, tostring

from holdfast import posts
from holdfast.errors import NotFound
from holdfast.languages import _, say, spoken
from holdfast.posts.text import normalise_tag
from holdfast.store import Read, Window
from holdfast.web.pages import Pages, Run
from holdfast.web.presenting import iso
from holdfast.web.reading.cards import Card, cards, shown_name
from holdfast.web.reading.feeds import PAGE, is_hidden
from holdfast.web.reading.persons import account_of
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit

pages = Pages()

RSS, ATOM = "application/rss+xml", "application/atom+xml"
_ATOM_NAMESPACE = "http://www.w3.org/2005/Atom"
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
KEPT_S = 300  # seconds for which a feed reader may use what it has


@dataclass(frozen=True, slots=True)
class Channel:
    """A feed, whatever the format: what it is, where it is read, and its posts, the newest first."""

    title: str
    about: str
    url: str
    address: str  # of the feed itself, without the format's ending
    cards: list[Card]
    began_at: int  # milliseconds; the time of an empty feed

    @property
    def updated_at(self) -> int:
        """When anything in it changed last, in milliseconds."""
        return max((card.edited_at or card.created_at for card in self.cards), default=self.began_at)


def alternates(path: str, title: str) -> list[tuple[str, str, str]]:
    """What a page says of its feeds: type, title, address."""
    start = quote(path, safe="/@")
    return [(RSS, f"{title} (RSS)", f"{start}/feed.rss"), (ATOM, f"{title} (Atom)", f"{start}/feed.atom")]


def _of_account(r: Read, v: Visit) -> Channel:
    account = account_of(r, v)
    if account.domain is not None or not account.is_present:
        raise NotFound()
    found = posts.profile_posts(r, None, account.id, Window(limit=PAGE), excludes_replies=True, excludes_boosts=True)
    url = f"{v.db.base_url}/@{account.handle}"
    title = f"{shown_name(account)} (@{account.username}@{v.db.local_domain})"
    about = say("Public posts of %(account)s", account=f"@{account.username}@{v.db.local_domain}")
    return Channel(
        title, about, url, f"{url}/feed", cards(r, None, found, v.db.base_url, now=v.db.clock.now()), account.created_at
    )


def _of_tag(r: Read, v: Visit) -> Channel:
    name = normalise_tag(v.argument("name"))
    if not name or is_hidden(v):
        raise NotFound()
    found = posts.tag_posts(r, None, Window(limit=PAGE), any_of=[name])
    url = f"{v.db.base_url}/tags/{quote(name)}"
    about = say("Public posts with #%(name)s on %(server)s", name=name, server=v.db.settings.name)
    return Channel(f"#{name}", about, url, f"{url}/feed", cards(r, None, found, v.db.base_url, now=v.db.clock.now()), 0)


def rss(channel: Channel) -> bytes:
    """As RSS 2.0."""
    top = Element("rss", {"version": "2.0", "xmlns:atom": _ATOM_NAMESPACE})
    head = SubElement(top, "channel")
    _text(head, "title", channel.title)
    _text(head, "link", channel.url)
    _text(head, "description", spoken(channel.about))
    SubElement(head, "atom:link", {"rel": "self", "type": RSS, "href": f"{channel.address}.rss"})
    _text(head, "lastBuildDate", _http_date(channel.updated_at))
    for card in channel.cards:
        item = SubElement(head, "item")
        _text(item, "title", spoken(card.summary))
        _text(item, "link", card.full_url)
        guid = _text(item, "guid", card.full_url)
        guid.set("isPermaLink", "true")
        _text(item, "pubDate", _http_date(card.created_at))
        _text(item, "description", _html(card, channel))
    return _document(top)


def atom(channel: Channel) -> bytes:
    """As Atom 1.0."""
    top = Element("feed", {"xmlns": _ATOM_NAMESPACE})
    _text(top, "id", channel.url)
    _text(top, "title", channel.title)
    _text(top, "subtitle", spoken(channel.about))
    _text(top, "updated", iso(channel.updated_at))
    SubElement(top, "link", {"rel": "self", "type": ATOM, "href": f"{channel.address}.atom"})
    SubElement(top, "link", {"rel": "alternate", "type": "text/html", "href": channel.url})
    for card in channel.cards:
        entry = SubElement(top, "entry")
        _text(entry, "id", card.full_url)
        _text(entry, "title", spoken(card.summary))
        _text(entry, "published", iso(card.created_at))
        _text(entry, "updated", iso(card.edited_at or card.created_at))
        author = SubElement(entry, "author")
        _text(author, "name", card.name)
        SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": card.full_url})
        content = _text(entry, "content", _html(card, channel))
        content.set("type", "html")
    return _document(top)


def _text(parent: Element, name: str, text: str) -> Element:
    made = SubElement(parent, name)
    made.text = _NOT_IN_XML.sub("", text)
    return made


def _document(top: Element) -> bytes:
    made: bytes = tostring(top, encoding="utf-8", xml_declaration=True)
    return made


def _html(card: Card, channel: Channel) -> str:
    """A post for a feed reader. What has a warning is read on its page, behind the warning."""
    if card.warning:
        words = escape(_("Read the post"))
        return f'<p>{escape(card.warning)}</p><p><a href="{escape(card.full_url)}">{words}</a></p>'
    base = channel.url[: channel.url.index("/", channel.url.index("//") + 2)]
    shown = () if card.is_sensitive else card.pictures
    pictures = [
        f'<p><img src="{escape(base + one.url)}" alt="{escape(one.description)}"></p>'
        for one in shown
        if one.kind == "image" and one.url
    ]
    return card.html + "".join(pictures)


def _http_date(ms: int) -> str:
    return format_datetime(datetime.fromtimestamp(ms // 1000, UTC), usegmt=True)


def _feed(find: Callable[[Read, Visit], Channel], write: Callable[[Channel], bytes], kind: str) -> Run:
    async def show(v: Visit) -> Reply:
        channel = await v.read(find, v)
        body = write(channel)
        etag, changed_at = f'"{sha256(body).hexdigest()[:16]}"', channel.updated_at
        is_known = _is_known(v, etag, changed_at)
        answer = Reply(b"" if is_known else body, 304 if is_known else 200, f"{kind}; charset=utf-8")
        answer.header("etag", etag).header("last-modified", _http_date(changed_at))
        answer.header("vary", "Accept-Language, Cookie")
        return answer.header("cache-control", f"public, max-age={KEPT_S}")

    return show


def _is_known(v: Visit, etag: str, changed_at: int) -> bool:
    """Whether the reader has this version already. What it says of the body's mark outweighs what it says of time."""
    asked = v.header(b"if-none-match")
    if asked:
        return etag in [part.strip().removeprefix("W/") for part in asked.split(",")]
    since = v.header(b"if-modified-since")
    try:
        return bool(since) and changed_at // 1000 <= parsedate_to_datetime(since).timestamp()
    except ValueError:
        return False


for _path, _find in (("/{handle:str}", _of_account), ("/tags/{name:str}", _of_tag)):
    pages.get(f"{_path}/feed.rss")(_feed(_find, rss, RSS))
    pages.get(f"{_path}/feed.atom")(_feed(_find, atom, ATOM))
