"""What documents are made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

_DAY, _HOUR, _MINUTE, _SECOND = 86_400_000, 3_600_000, 60_000, 1_000


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a part; ``level`` 1 stands below the title."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; its line breaks are kept."""

    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and values, a line each; a name without a value is left out."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; ``widths`` say how much room the columns take beside each other, the same for all if left out."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...] = ()


Block: TypeAlias = Heading | Paragraph | Bullets | Facts | Table


@dataclass(frozen=True, slots=True)
class Document:
    """A document; ``made_at`` in milliseconds."""

    title: str
    blocks: tuple[Block, ...]
    made_at: int
    language: str = "en"


def moment(ms: int | None) -> str:
    """A time to the second with its zone; empty for none."""
    return "" if ms is None else datetime.fromtimestamp(ms / _SECOND, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def span(ms: int | None) -> str:
    """A length of time with its two largest units, ``2 h 5 min``; empty for none."""
    if ms is None:
        return ""
    parts = []
    for size, unit in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min"), (_SECOND, "s")):
        count, ms = divmod(ms, size)
        if count:
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2]) or "under 1 s"
