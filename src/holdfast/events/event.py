"""Events: what happened, in the past tense. Rooms define theirs in their ``events.py``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import msgspec


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened. ``kind`` is its stable name in the change log (``status.published``)."""

    kind: ClassVar[str] = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.kind:
            if cls.kind in _KINDS and _KINDS[cls.kind].__qualname__ != cls.__qualname__:
                raise TypeError(f"two events are called {cls.kind}")
            _KINDS[cls.kind] = cls


_KINDS: dict[str, type[Event]] = {}


def kinds() -> dict[str, type[Event]]:
    """Every kind of event that the loaded rooms know."""
    return dict(_KINDS)


def encode(event: Event) -> bytes:
    """The payload that the change log keeps."""
    return msgspec.json.encode(event)


def decode(kind: str, payload: bytes) -> Event | None:
    """The event of a row of the change log, or None for a kind that this version does not know."""
    known = _KINDS.get(kind)
    return msgspec.json.decode(payload, type=known) if known else None


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event with its place in the change log. ``seq`` is None until the row is sealed."""

    change_id: int
    seq: int | None
    at: int
    actor: int | None
    event: Event
