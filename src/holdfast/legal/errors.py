"""What can go wrong here.

CannotTake     (Invalid)
CannotAnswer   (Conflict)
NoSuchRequest  (NotFound)
"""

from __future__ import annotations

from holdfast.errors import Conflict, Invalid, NotFound


class CannotTake(Invalid):
    """The request could not be taken in."""

    key = "legal.cannot_take"


class CannotAnswer(Conflict):
    """The request cannot be answered yet."""

    key = "legal.cannot_answer"


class NoSuchRequest(NotFound):
    """There is no such request."""

    key = "legal.no_such_request"
