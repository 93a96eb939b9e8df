"""The team's console."""

from __future__ import annotations

from holdfast.web.moderating import (
    accounting,
    appeals,
    bulk,
    cases,
    conversations,
    desk,
    holding,
    notices,
    queue,
    screening,
    warnings,
)
from holdfast.web.pages import Declared

__all__ = ["declared"]

_MODULES = (queue, bulk, cases, conversations, notices, appeals, screening, accounting, warnings, holding, desk)


def declared() -> list[Declared]:
    """The pages and forms of this room."""
    return [page for module in _MODULES for page in module.pages.declared]
