"""What can go wrong here.

CannotHold  (Invalid)
NoSuchHold  (NotFound)
CannotOpen  (Refused)   the key is somebody else's, or was destroyed
"""

from __future__ import annotations

from holdfast.errors import Invalid, NotFound, Refused


class CannotHold(Invalid):
    """The hold could not be placed."""

    key = "evidence.cannot_hold"


class NoSuchHold(NotFound):
    """There is no such hold."""

    key = "evidence.no_such_hold"


class CannotOpen(Refused):
    """This server has no key for it: the key belongs to somebody else, or was destroyed when the hold was lifted."""

    key = "evidence.cannot_open"
