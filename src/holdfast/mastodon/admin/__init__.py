"""The client API for those who run and moderate a server, under ``/api/v1/admin/``.

Its reports are signals, and what is done about them happens in cases: docs/admin-api.md says how the one becomes the
other.
"""

from __future__ import annotations

from holdfast.mastodon.admin import accounts, actions, dashboard, emails, ips, reports, servers, trends
from holdfast.mastodon.endpoints import Declared

__all__ = ["declared"]

_MODULES = (accounts, actions, reports, servers, emails, ips, trends, dashboard)


def declared() -> list[Declared]:
    """Every endpoint for administrators."""
    return [endpoint for module in _MODULES for endpoint in module.api.declared]
