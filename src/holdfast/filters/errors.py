"""What can go wrong with filters, in words that a member can be told."""

from __future__ import annotations

from holdfast.errors import NotFound


class FilterNotFound(NotFound):
    """Record not found"""

    key = "filter_not_found"
