"""What happens to filters. Which words are filtered is not repeated here."""

from __future__ import annotations

from typing import ClassVar

from holdfast.events import Event


class FiltersChanged(Event, frozen=True, kw_only=True):
    """A member's filters are others now; ``account_id`` is whose they are."""

    kind: ClassVar[str] = "filters.changed"
    account_id: int
    filter_id: int
