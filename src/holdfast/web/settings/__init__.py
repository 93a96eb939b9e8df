"""A member's own settings."""

from __future__ import annotations

from holdfast.web.pages import Declared
from holdfast.web.settings import (
    account,
    appearance,
    collecting,
    decisions,
    filters,
    hiding,
    keyboard,
    moving,
    old_posts,
    preferences,
    reading,
    reported,
    security,
    transfers,
)

__all__ = ["declared"]

_MODULES = (
    account,
    security,
    appearance,
    reading,
    keyboard,
    preferences,
    filters,
    hiding,
    decisions,
    reported,
    collecting,
    old_posts,
    transfers,
    moving,
)


def declared() -> list[Declared]:
    """The pages and forms of this room."""
    return [page for module in _MODULES for page in module.pages.declared]
