"""The error tree of the whole house.

    Problem
    ├── Invalid          the request cannot be understood or breaks a limit; carries fields
    ├── Unauthenticated  nobody is signed in, or the credential is void
    ├── Refused          who asks is known and may not
    ├── NotFound         there is no such thing, or who asks may not know of it
    ├── Conflict         the thing is not in a state that allows this
    ├── TooMany          a rate limit or a quota; carries the seconds to wait
    ├── Unavailable      a service mode, a full disk, a locked database; carries seconds and a reason
    └── Misconfigured    the operator has to change something; carries the key

Rooms subclass these kinds and give each error a ``key`` (stable, machine-readable). Doors own one
table from kind to answer; nothing here knows of HTTP.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from holdfast.languages import Sentence, joined


class Problem(Exception):
    """Anything that a person is told about. ``str(problem)`` is one plain English sentence.

    ``said`` is the same for pages, which say it in the reader's language.
    """

    key = "problem"

    def __init__(self, message: str = "", **details: object) -> None:
        self.said = message or Sentence((self.__doc__ or self.key).strip().splitlines()[0])
        self.message = str(self.said)
        self.details: Mapping[str, object] = details
        super().__init__(self.message)


class FieldError:
    """What is wrong with one field: its name, a stable reason (``ERR_TAKEN``) and a sentence, as of a problem."""

    __slots__ = ("field", "message", "reason", "said")

    def __init__(self, field: str, reason: str, message: str) -> None:
        self.field = field
        self.reason = reason
        self.said = message
        self.message = str(message)

    def __repr__(self) -> str:
        return f"FieldError({self.field!r}, {self.reason!r}, {self.message!r})"


class Invalid(Problem):
    """Something in the request is not acceptable."""

    key = "invalid"

    def __init__(self, message: str = "", *, fields: Sequence[FieldError] = (), **details: object) -> None:
        if not message and fields:
            message = joined(f.said for f in fields)
        super().__init__(message, **details)
        self.fields = tuple(fields)

    @classmethod
    def field(cls, name: str, reason: str, message: str) -> Invalid:
        """One field is wrong."""
        return cls(message, fields=(FieldError(name, reason, message),))


class Unauthenticated(Problem):
    """Sign in first."""

    key = "unauthenticated"


class Refused(Problem):
    """You are not allowed to do this."""

    key = "refused"


class NotFound(Problem):
    """Record not found"""

    key = "not_found"


class Conflict(Problem):
    """This cannot be done in the present state."""

    key = "conflict"


class TooMany(Problem):
    """Too many requests; wait a little."""

    key = "too_many"

    def __init__(self, message: str = "", *, retry_after: float, **details: object) -> None:
        super().__init__(message, **details)
        self.retry_after = retry_after  # seconds


class Unavailable(Problem):
    """This is not possible at the moment."""

    key = "unavailable"

    def __init__(self, message: str = "", *, retry_after: float = 60, **details: object) -> None:
        super().__init__(message, **details)
        self.retry_after = retry_after  # seconds


class Misconfigured(Problem):
    """A setting has to be changed before this can work."""

    key = "misconfigured"

    def __init__(self, message: str = "", *, setting: str = "", **details: object) -> None:
        super().__init__(message, **details)
        self.setting = setting
