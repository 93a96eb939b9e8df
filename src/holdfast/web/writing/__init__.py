"""Writing and acting: the form for posts, drafts, posts for later, what is done with posts and people, reports."""

from __future__ import annotations

from holdfast.web.pages import Declared
from holdfast.web.writing import (
    deleting,
    drafts,
    giving_notice,
    post_actions,
    profile_actions,
    reporting,
    scheduled,
    write,
)

__all__ = ["declared"]

_MODULES = (write, drafts, scheduled, deleting, post_actions, profile_actions, reporting, giving_notice)


def declared() -> list[Declared]:
    """The pages and forms of this room."""
    return [page for module in _MODULES for page in module.pages.declared]
