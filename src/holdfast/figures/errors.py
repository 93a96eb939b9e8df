"""What can go wrong with figures."""

from __future__ import annotations

from holdfast.errors import Invalid, Refused
from holdfast.languages import say


class NoFigures(Refused):
    """Your role does not show you how the server has been doing."""

    key = "no_figures"


def nameless(key: str, part: str) -> Invalid:
    """A figure is about a hashtag (``id``) or a server (``domain``) that nobody has named."""
    name = "".join((key, "[", part, "]"))
    return Invalid.field(name, "ERR_BLANK", say("Name what this is about as %(name)s.", name=name))


def unknown(key: str) -> Invalid:
    """There is no figure of this name."""
    return Invalid.field("keys", "ERR_INCLUSION", say("There are no figures called %(key)s.", key=key[:100]))
