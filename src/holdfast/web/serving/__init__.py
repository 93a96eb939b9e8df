"""What belongs to the web app itself: installing it, its language, its source, its style guide."""

from __future__ import annotations

from holdfast.web.pages import Declared
from holdfast.web.serving import choosing_language, installing, source_offer, styleguide

__all__ = ["declared"]

_MODULES = (choosing_language, installing, source_offer, styleguide)


def declared() -> list[Declared]:
    """The pages and forms of this room."""
    return [page for module in _MODULES for page in module.pages.declared]
