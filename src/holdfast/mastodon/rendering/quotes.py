"""Quotes as the client API shows them: each viewer's own, never a part of the bytes that everybody gets."""

from __future__ import annotations

from functools import cache

import msgspec

from holdfast.posts import Content, Quoted

_encode = msgspec.json.Encoder().encode

_AUTOMATIC = {"public": ["public"], "followers": ["followers"], "nobody": []}


@cache
def approval(policy: str, *, may_quote: bool) -> bytes:
    """The ``quote_approval`` of a status. Nobody is asked one by one, so ``manual`` is always empty."""
    current_user = "automatic" if may_quote else "denied"
    return _encode({"automatic": _AUTOMATIC[policy], "manual": [], "current_user": current_user})


def whole_quote(one: Quoted, body: bytes | None) -> bytes:
    """A ``Quote``: with the quoted status, where it may be shown."""
    return b'{"state":"%b","quoted_status":%b}' % (one.state.encode(), body or b"null")


def shallow_quote(one: Quoted) -> bytes:
    """A ``ShallowQuote``, for the quote in a status that is quoted itself."""
    quoted_id = b"null" if one.facts is None else b'"%d"' % one.facts.id
    return b'{"state":"%b","quoted_status_id":%b}' % (one.state.encode(), quoted_id)


def link_for_old_apps(content: Content, base_url: str) -> str:
    """What apps that know no quotes show instead of one; those that do leave the paragraph of this class out."""
    if content.quoted_id is None or content.quoted_uri is None:
        return ""
    own = f"{base_url}/@{content.quoted_username}/{content.quoted_id}"
    url = content.quoted_uri if content.quoted_domain else own
    return "" if url in content.html else f'<p class="quote-inline">RE: <a href="{url}">{url}</a></p>'
