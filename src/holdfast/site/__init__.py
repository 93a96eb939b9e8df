"""Wiring only: opens the database, fills the hooks, builds the application. No decisions of its own."""

from __future__ import annotations

from holdfast.site.wiring import open_database

__all__ = ["open_database"]
