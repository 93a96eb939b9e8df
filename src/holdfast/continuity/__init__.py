"""Continuity: what lets a community and its members leave, come back and go on."""

from __future__ import annotations

from holdfast.continuity.archive import Progress, write_archive

__all__ = ["Progress", "write_archive"]
