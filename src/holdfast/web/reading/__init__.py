"""Pages for reading: feeds and cards, posts, profiles, search, notifications, messages, and what is live."""

from __future__ import annotations

from holdfast.web.pages import Declared
from holdfast.web.reading import (
    catching_up,
    conversations,
    follow_requests,
    hashtags,
    home,
    lists,
    news,
    notification_pages,
    post_pages,
    profiles,
    public,
    searching,
    showing,
    syndication,
)

__all__ = ["declared"]

_MODULES = (
    home,
    catching_up,
    public,
    profiles,
    post_pages,
    hashtags,
    lists,
    searching,
    notification_pages,
    follow_requests,
    conversations,
    news,
    showing,
    syndication,
)


def declared() -> list[Declared]:
    """The pages and forms of this room."""
    return [page for module in _MODULES for page in module.pages.declared]
