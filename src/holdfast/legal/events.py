"""What happens at the desk. Who asks about whom is not repeated here."""

from __future__ import annotations

from typing import ClassVar

from holdfast.events import Event


class RequestReceived(Event, frozen=True, kw_only=True):
    """An authority asks for something."""

    kind: ClassVar[str] = "legal.request_received"
    request_id: int
    deadline: int


class RequestChanged(Event, frozen=True, kw_only=True):
    """A step was taken: ``what`` is checked, handed_over, answered, refused or member_told; ``detail`` the step or the
    digest of what was handed over."""

    kind: ClassVar[str] = "legal.request_changed"
    request_id: int
    what: str
    detail: str = ""
