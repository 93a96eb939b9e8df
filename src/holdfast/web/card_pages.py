"""The HTML of posts' cards, kept in memory by everything that it is made of.

A page of posts shows the same cards again and again, and most of a page's time went into writing them. What is kept is
found by the card's values and by what its reader has chosen, so nothing of it is ever out of date: a post that was
edited, favourited or hidden is another card.
"""

from __future__ import annotations

import secrets
from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, Protocol

from jinja2 import Environment
from markupsafe import Markup

from holdfast.posts import Emojis

KEPT = 2048  # cards; most are 5 KB
_TEMPLATE = "posts/_card.html"


class HasMedia(Protocol):
    """A post with what is known of its media."""

    @property
    def is_sensitive(self) -> bool: ...

    @property
    def is_blurred(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class CardReader:
    """All that a card depends on beside the post: who reads it, in which language, and what they have chosen.

    What differs from page to page has a place that is filled when the card is shown. Nobody can guess its words, so
    no post can hold them.
    """

    language: str
    is_member: bool
    shows_counts: bool
    opens_warnings: bool
    media_display: str  # ``default``, ``show_all`` or ``hide_all``

    form_token: ClassVar[str] = secrets.token_hex(16)
    here: ClassVar[str] = secrets.token_hex(16)

    def covers(self, post: HasMedia) -> bool:
        """Whether the media of a post wait until they are opened; what a filter blurs does so in any case."""
        is_marked = post.is_sensitive and self.media_display == "default"
        return post.is_blurred or is_marked or self.media_display == "hide_all"


@dataclass(frozen=True, slots=True)
class Shape:
    """How a card stands on its page."""

    opened: bool = False  # the page is about this post
    in_thread: bool = False
    quiet: bool = False  # without what can be done with a post


class CardPages:
    """Writes cards, or finds them written. For one thread: the one that writes pages."""

    def __init__(self, templates: Environment, emojis: Emojis) -> None:
        self._templates = templates
        self._emojis = emojis
        self._html = lru_cache(maxsize=KEPT)(self._written)

    def html(self, post: Hashable, reader: CardReader, shape: Shape, *, form_token: str, here: str) -> Markup:
        """The card of a post, in the language in force, which has to be the reader's."""
        kept = self._html(post, reader, shape, self._emojis.revision)
        escaped = str(Markup.escape(here))
        return Markup(kept.replace(CardReader.form_token, form_token).replace(CardReader.here, escaped))  # noqa: S704

    def _written(self, post: Hashable, reader: CardReader, shape: Shape, _emojis: int) -> str:
        module = self._templates.get_template(_TEMPLATE).make_module({"reader": reader})
        return str(module.card(post, shape))  # type: ignore[attr-defined]
