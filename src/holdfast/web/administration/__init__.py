"""For those who run the server: what is to be done, members, rules, reports, announcements, emoji, jobs, metrics."""

from __future__ import annotations

from holdfast.web.administration import (
    announcing,
    community,
    emojis,
    first_steps,
    metrics,
    operating,
    reports,
)
from holdfast.web.pages import Declared

__all__ = ["declared"]

_MODULES = (first_steps, community, reports, announcing, emojis, operating, metrics)


def declared() -> list[Declared]:
    """The pages and forms of this room."""
    return [page for module in _MODULES for page in module.pages.declared]
