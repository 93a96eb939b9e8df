"""Coming in: the set-up of a server, sign-up, sign-in, an app's question for consent."""

from __future__ import annotations

from holdfast.web.joining import applying, consent, decided, setting_up, sign_up, signing_in
from holdfast.web.pages import Declared

__all__ = ["declared"]

_MODULES = (setting_up, sign_up, signing_in, applying, decided, consent)


def declared() -> list[Declared]:
    """The pages and forms of this room."""
    return [page for module in _MODULES for page in module.pages.declared]
