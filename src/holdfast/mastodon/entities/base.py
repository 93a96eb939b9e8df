"""What all entities share: the base struct, texts for points in time, choices for the schema."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

import msgspec

Datetime = Annotated[str, msgspec.Meta(extra_json_schema={"format": "date-time"})]
Date = Annotated[str, msgspec.Meta(extra_json_schema={"format": "date"})]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Entity(msgspec.Struct, kw_only=True):
    """A thing as the client API shows it. Fields left at UNSET do not appear in the JSON at all."""


def one_of(*choices: str) -> msgspec.Meta:
    """Name the values that a text can have, for the API document; nothing is checked when encoding."""
    return msgspec.Meta(extra_json_schema={"enum": list(choices)})


def datetime_text(ms: int) -> str:
    """Milliseconds since 1970 as `2026-11-24T08:00:00.123Z`."""
    return f"{(_EPOCH + timedelta(milliseconds=ms)).isoformat(timespec='milliseconds')[:-6]}Z"


def date_text(ms: int) -> str:
    """Milliseconds since 1970 as the bare UTC date `2026-11-24`."""
    return (_EPOCH + timedelta(milliseconds=ms)).date().isoformat()


class HistoryDay(Entity, kw_only=True):
    """How much a tag or a link was used on one day; all three are strings of digits."""

    day: str  # seconds since 1970 at midnight UTC
    uses: str
    accounts: str
