"""What a link to a page shows elsewhere: in messengers, on other networks, to search engines (ogp.me).

A content warning stands in for what it covers, covered pictures are not shown, and whoever does not want to be found
by search engines is not.
"""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.languages import _
from holdfast.people import Account
from holdfast.posts.text import plain
from holdfast.web.presenting import shortened
from holdfast.web.reading.cards import Card, avatar_url, shown_name
from holdfast.web.visits import Visit

LONGEST = 200  # characters of a description
THUMBNAIL = "/static/images/thumbnail.png"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """Title, words and picture of a link; addresses are whole."""

    kind: str
    title: str
    description: str
    url: str
    image: str
    image_words: str = ""
    is_large: bool = False
    may_be_indexed: bool = True


def of_post(v: Visit, post: Card) -> Preview:
    """A post's: its first picture, or its author's."""
    base = v.db.base_url
    shown = [one for one in post.pictures if one.small_url] if not (post.is_sensitive or post.warning) else []
    return Preview(
        kind="article",
        title=f"{post.name} (@{post.handle})",
        description=shortened(post.warning or plain(post.html), LONGEST) or _("A post"),
        url=post.full_url,
        image=base + (shown[0].small_url if shown else post.avatar_url),
        image_words=shown[0].description if shown else "",
        is_large=bool(shown),
        may_be_indexed=post.may_be_indexed,
    )


def of_profile(v: Visit, account: Account) -> Preview:
    """A profile's: what somebody says of themselves, and their avatar."""
    base = v.db.base_url
    return Preview(
        kind="profile",
        title=f"{shown_name(account)} (@{account.username}@{account.domain or v.db.local_domain})",
        description=(shortened(plain(account.note_html), LONGEST) if account.is_present else "")
        or _("On %(server)s", server=v.db.settings.name),
        url=f"{base}/@{account.handle}",
        image=base + avatar_url(account),
        image_words=account.avatar_description if account.is_present else "",
        may_be_indexed=account.is_indexable and account.is_present,
    )


def of_server(v: Visit) -> Preview:
    """The front page's."""
    settings = v.db.settings
    return Preview(
        kind="website",
        title=settings.name,
        description=shortened(settings.short_description, LONGEST) or settings.name,
        url=f"{v.db.base_url}/",
        image=v.db.base_url + THUMBNAIL,
        is_large=True,
    )
