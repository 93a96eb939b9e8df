"""Write what an author wrote as HTML."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from holdfast.posts.text.markup import guarded
from holdfast.posts.text.scan import Handle, Hashtag, Link, Tag, Token, scan, tidy

SHOWN_OF_A_LINK = 30
"""Code points of a link that stay visible; the rest is there for copying and for assistive tools."""


@dataclass(frozen=True, slots=True)
class Mentioned:
    """An account that a handle in a text stands for."""

    account_id: int
    username: str
    domain: str | None
    url: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """Safe HTML, and what was found on the way: account ids, tags and addresses, in order and unique."""

    html: str
    mentions: tuple[int, ...] = ()
    tags: tuple[Tag, ...] = ()
    links: tuple[str, ...] = ()


Resolve = Callable[[str, str | None], Mentioned | None]
"""From a lower-cased name and a domain in ASCII (None: this server) to the account."""

_PREFIX = re.compile(r"https?://(?:www\.)?", re.ASCII | re.IGNORECASE)
_PARAGRAPHS = re.compile(r"\n(?:[^\S\n]*+\n)++")


def render(text: str, *, domain: str, base_url: str, resolve_mention: Resolve) -> Rendered:
    """Make a post's text into HTML. ``domain`` is this server's, ``base_url`` has no slash at its end.

    A handle that ``resolve_mention`` does not know stays text.
    """
    text = tidy(text)
    if not text:
        return Rendered("")
    return _Page(domain, base_url, resolve_mention).compose(text)


def render_bio(text: str, *, domain: str, base_url: str, resolve_mention: Resolve) -> Rendered:
    """Make a profile's text into HTML, by a post's rules; mentions show their domain."""
    text = tidy(text)
    if not text:
        return Rendered("")
    return _Page(domain, base_url, resolve_mention, full_handles=True).compose(text)


def render_field(text: str, *, domain: str, base_url: str, resolve_mention: Resolve) -> Rendered:
    """Make a profile field's value into one line of HTML; its links say ``rel="me"`` for verification."""
    text = " ".join(tidy(text).split())
    if not text:
        return Rendered("")
    page = _Page(domain, base_url, resolve_mention, full_handles=True, link_rel="nofollow noopener me")
    return page.compose(text, paragraphs=False)


def find_mentions(text: str, domain: str | None = None) -> list[tuple[str, str | None]]:
    """List the handles in a text, unique, in order: lower-cased name and domain in ASCII.

    Handles of ``domain`` (this server's) come back as local, just as ``render`` asks for them.
    """
    found = (token for token in scan(tidy(text)) if isinstance(token, Handle))
    return list(dict.fromkeys((token.name.lower(), _foreign(token.domain, domain)) for token in found))


class _Page:
    """One text on its way to HTML: collects what it meets."""

    def __init__(
        self,
        domain: str,
        base_url: str,
        resolve: Resolve,
        *,
        full_handles: bool = False,
        link_rel: str = "nofollow noopener",
    ) -> None:
        self.domain = domain
        self.base_url = html.escape(base_url)
        self.resolve = resolve
        self.full_handles = full_handles
        self.link_rel = link_rel
        self.people: dict[tuple[str, str | None], Mentioned | None] = {}
        self.tags: dict[str, Tag] = {}
        self.links: dict[str, None] = {}
        self.namesakes: set[str] = set()

    def compose(self, text: str, *, paragraphs: bool = True) -> Rendered:
        """Write the whole text as HTML."""
        tokens = scan(text)
        self._meet([token for token in tokens if isinstance(token, Handle)])
        parts: list[str] = []
        at = 0
        for token in tokens:
            parts += (html.escape(text[at : token.start], quote=False), self._one(token, text))
            at = token.end
        parts.append(html.escape(text[at:], quote=False))
        body = "".join(parts)
        if paragraphs:
            body = "<p>" + _PARAGRAPHS.sub("</p><p>", body).replace("\n", "<br>") + "</p>"
        ids = dict.fromkeys(person.account_id for person in self.people.values() if person)
        return Rendered(guarded(body), tuple(ids), tuple(self.tags.values()), tuple(self.links))

    def _meet(self, handles: list[Handle]) -> None:
        for handle in handles:
            key = (handle.name.lower(), _foreign(handle.domain, self.domain))
            if key not in self.people:
                self.people[key] = self.resolve(*key)
        known = {person.account_id: person for person in self.people.values() if person}
        names = Counter(person.username.lower() for person in known.values())
        self.namesakes = {name for name, times in names.items() if times > 1}

    def _one(self, token: Token, text: str) -> str:
        if isinstance(token, Link):
            return self._link(token, text[token.start : token.end])
        if isinstance(token, Hashtag):
            return self._hashtag(token.tag)
        written = text[token.start : token.end]
        person = self.people[token.name.lower(), _foreign(token.domain, self.domain)]
        return self._mention(person) if person else html.escape(written, quote=False)

    def _link(self, token: Link, written: str) -> str:
        self.links.setdefault(token.href)
        prefix = _PREFIX.match(written)
        cut = prefix.end() if prefix else 0
        shown, rest = written[cut : cut + SHOWN_OF_A_LINK], written[cut + SHOWN_OF_A_LINK :]
        kind = ' class="ellipsis"' if rest else ""
        shown, rest = html.escape(shown, quote=False), html.escape(rest, quote=False)
        return (
            f'<a href="{html.escape(token.href)}" rel="{self.link_rel}" target="_blank" translate="no">'
            f'<span class="invisible">{written[:cut]}</span><span{kind}>{shown}</span>'
            f'<span class="invisible">{rest}</span></a>'
        )

    def _hashtag(self, tag: Tag) -> str:
        self.tags.setdefault(tag.name, tag)
        return (
            f'<a href="{self.base_url}/tags/{quote(tag.name)}" class="mention hashtag" rel="tag">'
            f"#<span>{html.escape(tag.written, quote=False)}</span></a>"
        )

    def _mention(self, person: Mentioned) -> str:
        name = person.username
        if person.domain and (self.full_handles or name.lower() in self.namesakes):
            name = f"{name}@{person.domain}"
        return (
            f'<span class="h-card" translate="no"><a href="{html.escape(person.url)}" class="u-url mention">'
            f"@<span>{html.escape(name, quote=False)}</span></a></span>"
        )


def _foreign(domain: str | None, ours: str | None) -> str | None:
    return None if domain is None or (ours is not None and domain == ours.lower()) else domain
