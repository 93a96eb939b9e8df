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
    "quote",
    "quoted_update",
    "admin.sign_up",
    "admin.report",
    "moderation_warning",
]

KINDS: tuple[Kind, ...] = Kind.__args__  # type: ignore[attr-defined]

ABOUT_STATUSES: frozenset[str] = frozenset(
    {"mention", "status", "reblog", "favourite", "poll", "update", "quote", "quoted_update"}
)
"""Kinds that show a status; without it there is nothing to show."""

DUTIES: frozenset[str] = frozenset({"admin.sign_up", "admin.report"})
"""Kinds for the staff: no block or mute keeps them away."""

OWN: frozenset[str] = frozenset({"poll", "moderation_warning"})
"""Kinds that a member is told of what is their own: a poll's end, a decision about them."""

GROUPED_BY_STATUS = frozenset({"favourite", "reblog"})
GROUPED_BY_TIME = frozenset({"follow", "admin.sign_up"})
GROUPED: frozenset[str] = GROUPED_BY_STATUS | GROUPED_BY_TIME
"""Kinds of which those about one thing within half a day are shown together."""

UNSOLICITED: frozenset[str] = frozenset(
    {"mention", "status", "reblog", "follow", "follow_request", "favourite", "quote"}
)
"""Kinds that a member's policy on strangers is about; the others follow from what the member did."""
