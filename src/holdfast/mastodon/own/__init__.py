"""Our own API under ``/api/holdfast/v1/``: what the documented one has no words for. So far, moderation.

It has the tokens, rates, forms of bodies and pages of the client API. Errors have a stable code under ``error`` and a
sentence under ``error_description``, what is wrong with fields under ``details``, who was faster under ``meanwhile``.
"""

from __future__ import annotations

from holdfast.mastodon.endpoints import Declared
from holdfast.mastodon.own import appeals, cases, deciding, notices, screening, signals, statements

__all__ = ["declared"]

_MODULES = (cases, deciding, signals, notices, appeals, screening, statements)


def declared() -> list[Declared]:
    """Every endpoint of our own."""
    return [endpoint for module in _MODULES for endpoint in module.api.declared]
