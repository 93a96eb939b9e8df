"""Events: their structs, the change log with its chain of seals, and the bus that wakes and streams."""

from __future__ import annotations

from holdfast.events.bus import Bus, Listener
from holdfast.events.event import Event, Recorded, decode, encode, kinds
from holdfast.events.log import Draft, Since, Verdict, append, erase, last_seq, seal, since, verify

__all__ = [
    "Bus",
    "Draft",
    "Event",
    "Listener",
    "Recorded",
    "Since",
    "Verdict",
    "append",
    "decode",
    "encode",
    "erase",
    "kinds",
    "last_seq",
    "seal",
    "since",
    "verify",
]
