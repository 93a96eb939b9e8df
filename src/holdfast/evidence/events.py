"""What happens to evidence and personal data. What is held, and why, is not repeated here."""

from __future__ import annotations

from typing import ClassVar

from holdfast.events import Event


class HoldPlaced(Event, frozen=True, kw_only=True):
    """Something is held from now on; ``digest`` is that of the sealed copy."""

    kind: ClassVar[str] = "hold.placed"
    hold_id: int
    subject_kind: str
    digest: str


class HoldCopied(Event, frozen=True, kw_only=True):
    """What is held has changed, and was copied again."""

    kind: ClassVar[str] = "hold.copied"
    hold_id: int
    digest: str


class HoldOpened(Event, frozen=True, kw_only=True):
    """Somebody has taken out what is held."""

    kind: ClassVar[str] = "hold.opened"
    hold_id: int
    account_id: int | None


class PersonalDataErased(Event, frozen=True, kw_only=True):
    """The time of some personal data was over; ``what`` is contacts, networks or looks."""

    kind: ClassVar[str] = "personal_data.erased"
    what: str
    rows: int


class HoldLifted(Event, frozen=True, kw_only=True):
    """A hold is over; its key was destroyed and its copies deleted."""

    kind: ClassVar[str] = "hold.lifted"
    hold_id: int
