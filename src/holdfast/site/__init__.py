"""Wiring only: opens the database, fills the hooks, builds the application. No decisions of its own.

What it offers is loaded on first use: a command that only talks to the running server needs none of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from holdfast.site.application import build_app
    from holdfast.site.wiring import open_database

__all__ = ["build_app", "open_database"]


def __getattr__(name: str) -> Any:
    if name == "open_database":
        from holdfast.site.wiring import open_database

        return open_database
    if name == "build_app":
        from holdfast.site.application import build_app

        return build_app
    raise AttributeError(name)
