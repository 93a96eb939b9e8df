"""What happens to imports. What their lines change has the events of people and posts."""

from __future__ import annotations

from typing import ClassVar

from holdfast.events import Event


class ImportBegun(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "import.begun"
    import_id: int
    account_id: int
    what: str
    lines: int


class ImportEnded(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "import.ended"
    import_id: int
    account_id: int
    done: int
    failed: int
    unreachable: int
    removed: int
