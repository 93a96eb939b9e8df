"""A public post for another site's page (oembed.com): quoted in plain HTML, without a script or a frame."""

from __future__ import annotations

import re
from html import escape

from msgspec import Struct

from holdfast import people, posts
from holdfast.errors import NotFound
from holdfast.mastodon.endpoints import Call, Endpoints
from holdfast.mastodon.entities import OEmbed
from holdfast.store import DAY, SECOND

api = Endpoints()

SHARED = ("public", "unlisted")
NARROWEST, WIDEST = 220, 1_000  # pixels


class EmbedParams(Struct, kw_only=True):
    """The address of a post of this server, and how wide and high it may be shown, in pixels."""

    url: str
    maxwidth: int = 400
    maxheight: int | None = None


@api.get("/api/oembed", auth="public", params=EmbedParams, returns=OEmbed)
def oembed(call: Call, params: EmbedParams) -> OEmbed:
    """A post that everybody may see, ready to be put into another page."""
    base = call.db.base_url
    found = re.fullmatch(re.escape(base) + r"/@[^/?#]+/([0-9]{1,18})(?:[/?#].*)?", params.url)
    if found is None:
        raise NotFound()
    content = posts.contents(call.r, [int(found[1])]).get(int(found[1]))
    if content is None or content.visibility not in SHARED or not posts.visible_ids(call.r, None, [content.id]):
        raise NotFound()
    author = people.account_by_id(call.r, content.author_id)
    if author is None or content.boost_of_id is not None:
        raise NotFound()
    name, address = author.display_name or author.username, f"{base}/@{author.username}/{content.id}"
    words = f"<p>{escape(content.spoiler_text)}</p>" if content.spoiler_text else content.html
    return OEmbed(
        type="rich",
        version="1.0",
        title=f"New status by {name}",
        author_name=name,
        author_url=f"{base}/@{author.username}",
        provider_name=call.db.local_domain,
        provider_url=f"{base}/",
        cache_age=DAY // SECOND,
        html=f'<blockquote cite="{escape(address)}">{words}<p><a href="{escape(address)}">{escape(name)} '
        f"(@{escape(author.username)}@{escape(call.db.local_domain)})</a></p></blockquote>",
        width=min(max(params.maxwidth, NARROWEST), WIDEST),
        height=params.maxheight,
    )
