"""What a member can be told, under the names that the client API gives it."""

from __future__ import annotations

from typing import Literal

Kind = Literal[
    "mention",
    "status",
    "reblog",
    "follow",
    "follow_request",
    "favourite",
    "poll",
    "update",
    "admin.sign_up",
    "admin.report",
]

KINDS: tuple[Kind, ...] = Kind.__args__  # type: ignore[attr-defined]

ABOUT_STATUSES: frozenset[str] = frozenset({"mention", "status", "reblog", "favourite", "poll", "update"})
"""Kinds that show a status; without it there is nothing to show."""

DUTIES: frozenset[str] = frozenset({"admin.sign_up", "admin.report"})
"""Kinds for the staff: no block or mute keeps them away."""
