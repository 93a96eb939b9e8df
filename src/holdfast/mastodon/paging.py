"""Pages of lists: what a client asks for, and the Link header that leads to the neighbours.

Three kinds of list: by id (`Page`), by a cursor that is no entity's id (`CursorPage`: hand out
`pack_cursor(time, id)`, read it with `unpack_cursor`), and by offset (`OffsetPage`). Parameter
structs inherit from them. All lists come newest first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from msgspec import Meta, Struct

from holdfast.errors import Invalid
from holdfast.mastodon.binding import Id

_CURSOR_PARAMS = frozenset({"max_id", "since_id", "min_id"})
_CURSOR = re.compile(r"[0-9]{1,19}(-[0-9]{1,19})*")


class _Sized(Struct, kw_only=True):
    limit: int | None = None

    def size(self, default: int, most: int) -> int:
        """How many items to give: what was asked for, at least 1 and at most `most`."""
        return default if self.limit is None else max(1, min(self.limit, most))


class Page(_Sized, kw_only=True):
    """A page of a list by id.

    Older than `max_id`; newer than `since_id`, the newest of them; or newer than `min_id`, those
    right after it. In every case the answer is newest first.
    """

    max_id: Id | None = None
    since_id: Id | None = None
    min_id: Id | None = None


class CursorPage(_Sized, kw_only=True):
    """A page of a list by opaque cursors, as `pack_cursor` makes them."""

    max_id: str | None = None
    since_id: str | None = None
    min_id: str | None = None


class OffsetPage(_Sized, kw_only=True):
    """A page of a list by position."""

    offset: Annotated[int, Meta(ge=0)] = 0


def pack_cursor(*parts: int) -> str:
    """Join numbers from 0 upwards, such as a time and an id, to one cursor."""
    return "-".join(str(part) for part in parts)


def unpack_cursor(text: str | None, count: int) -> tuple[int, ...] | None:
    """Read a cursor of `count` 64-bit numbers; absent or empty is None. Raises Invalid."""
    if not text:
        return None
    parts = tuple(int(part) for part in text.split("-")) if _CURSOR.fullmatch(text) else ()
    if len(parts) != count or max(parts) >= 2**63:
        raise Invalid.field("max_id", "ERR_INVALID", "The cursor is not one that this list gave out.")
    return parts


def link_header(
    url: str, query: bytes | str, cursors: Sequence[int | str], limit: int, *, more: bool | None = None
) -> str | None:
    """The Link header of a page: `next` first (older, only if the page is full), then `prev` (newer).

    `url` is absolute and without query; `query` is the request's raw query string, of which all
    but the cursors is kept. `cursors` are those of the items as found, newest first, before any
    were filtered out. Give `more` if it is known whether older ones follow. None on an empty page.
    """
    if not cursors:
        return None
    start = f"<{url}?{_kept_text(query)}"
    links = []
    if len(cursors) >= limit if more is None else more:
        links.append(f'{start}max_id={cursors[-1]}>; rel="next"')
    links.append(f'{start}min_id={cursors[0]}>; rel="prev"')
    return ", ".join(links)


def next_link(url: str, query: bytes | str, cursor: int | str) -> str:
    """The Link header of a page of a list that is read in one direction only: what comes behind ``cursor``."""
    return f'<{url}?{_kept_text(query)}max_id={cursor}>; rel="next"'


def offset_link_header(url: str, query: bytes | str, offset: int, count: int, limit: int) -> str | None:
    """The Link header of a page by position: `next` if `count` fills the page, `prev` after the first."""
    kept = _kept(query, frozenset({"offset"}))
    links = []
    if count >= limit:
        links.append(_link(url, kept, "offset", offset + limit, "next"))
    if offset > 0 and count:
        links.append(_link(url, kept, "offset", max(0, offset - limit), "prev"))
    return ", ".join(links) or None


@lru_cache(1024)
def _kept_text(query: bytes | str) -> str:
    """What a page's neighbours keep of the query, ready for one more parameter; apps ask the same again and again."""
    kept = _kept(query, _CURSOR_PARAMS)
    return urlencode(kept) + "&" if kept else ""


def _kept(query: bytes | str, dropped: frozenset[str]) -> list[tuple[str, str]]:
    text = query.decode("utf-8", "replace") if isinstance(query, bytes) else query
    return [(k, v) for k, v in parse_qsl(text, keep_blank_values=True) if k not in dropped]


def _link(url: str, kept: list[tuple[str, str]], name: str, cursor: int | str, rel: str) -> str:
    return f'<{url}?{urlencode([*kept, (name, str(cursor))])}>; rel="{rel}"'
