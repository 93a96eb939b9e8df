"""What a web page says about itself: read from its head, never from what it draws.

Open Graph (ogp.me), Twitter's names for the same, schema-less HTML (title, description), and ``fediverse:creator``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

import msgspec

LONGEST_TITLE, LONGEST_DESCRIPTION, LONGEST_NAME, LONGEST_URL = 300, 1_000, 200, 2_048  # characters
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_LANGUAGE = re.compile(r"[a-z]{2,3}")


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a page; texts are plain, ``published_at`` in milliseconds."""

    url: str
    title: str
    description: str = ""
    language: str | None = None
    image_url: str | None = None
    provider_name: str = ""
    provider_url: str = ""
    author_name: str = ""
    author_url: str = ""
    creator: str = ""  # a handle, as name@domain
    published_at: int | None = None


def read_page(url: str, body: bytes, charset: str = "") -> Page | None:
    """Read a page that was found at this address; None when it has no title.

    ``charset`` is what the answer's header said; without one the page itself is asked, then UTF-8 is tried.
    """
    from selectolax.lexbor import LexborHTMLParser  # in C: loaded with the first page

    tree = LexborHTMLParser(_decoded(body, charset))
    named: dict[str, str] = {}
    for node in tree.css("meta"):
        attributes = node.attributes
        name = (attributes.get("property") or attributes.get("name") or "").strip().lower()
        content = (attributes.get("content") or "").strip()
        if name and content:
            named.setdefault(name, content)
    first = _chooser(named)
    title_node = tree.css_first("title")
    title = first("og:title", "twitter:title") or (title_node.text() if title_node else "")
    title = _plain(title, LONGEST_TITLE)
    if not title:
        return None
    root = tree.css_first("html")
    host = urlsplit(url)
    return Page(
        url=url,
        title=title,
        description=_plain(first("og:description", "twitter:description", "description"), LONGEST_DESCRIPTION),
        language=_language((root.attributes.get("lang") or "") if root else "" or first("og:locale")),
        image_url=_address(url, first("og:image:secure_url", "og:image", "twitter:image", "og:image:url")),
        provider_name=_plain(first("og:site_name"), LONGEST_NAME) or (host.hostname or ""),
        provider_url=f"{host.scheme}://{host.netloc}",
        author_name=_plain(first("article:author:name", "author", "twitter:creator"), LONGEST_NAME),
        author_url=_address(url, first("article:author")) or "",
        creator=_plain(first("fediverse:creator"), LONGEST_NAME).lstrip("@").lower(),
        published_at=_moment(first("article:published_time", "og:published_time", "date")),
    )


def may_attribute(page_url: str, domains: tuple[str, ...]) -> bool:
    """Whether an account that names these sites may be named as a page's author."""
    host = (urlsplit(page_url).hostname or "").lower()
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)


def _chooser(named: dict[str, str]) -> Callable[..., str]:
    def first(*names: str) -> str:
        return next((named[name] for name in names if name in named), "")

    return first


def _decoded(body: bytes, charset: str) -> str:
    found = _CHARSET.search(body[:4_096])
    for name in (charset, found[1].decode("ascii") if found else "", "utf-8"):
        if name:
            try:
                return body.decode(name)
            except (LookupError, ValueError):
                continue
    return body.decode("utf-8", "replace")


def _plain(text: str, longest: int) -> str:
    words = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return words if len(words) <= longest else words[: longest - 1] + "…"


def _address(base: str, text: str) -> str | None:
    if not text or len(text) > LONGEST_URL:
        return None
    try:
        joined = urljoin(base, text)
        parts = urlsplit(joined)
    except ValueError:
        return None
    return joined if parts.scheme in ("http", "https") and parts.hostname else None


def _language(text: str) -> str | None:
    found = _LANGUAGE.match(text.strip().lower())
    return found[0] if found else None


def _moment(text: str) -> int | None:
    try:
        found = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    except ValueError:
        return None
    if found.year < 1970 or found.year > 9998:
        return None
    return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp() * 1000)
