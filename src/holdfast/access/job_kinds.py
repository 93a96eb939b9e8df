"""Names and payloads of this room's jobs, for those who enqueue them."""

from __future__ import annotations

import msgspec

RESET = "access.reset_letter"


class ResetAsked(msgspec.Struct, frozen=True):
    """Somebody asks for a new password and says this name or address."""

    login: str


class Nothing(msgspec.Struct, frozen=True):
    """The payload of repeating jobs."""
