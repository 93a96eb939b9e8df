"""What can go wrong on the way out.

The kind tells whether trying again makes sense: ``Unavailable`` kinds may pass, all others stay.
Messages name the host and never the path, the query or a header, which may hold secrets.

    Invalid      UrlRefused
    Refused      AddressRefused, TooLarge, TooManyRedirects, WrongType
    Unavailable  TimedOut, Unreachable, BadAnswer
"""

from __future__ import annotations

from holdfast.errors import Invalid, Refused, Unavailable


class UrlRefused(Invalid):
    """This address on the web has a form that is not accepted."""

    key = "outgoing.url_refused"


class AddressRefused(Refused):
    """This name leads into a private or reserved network."""

    key = "outgoing.address_refused"


class TooLarge(Refused):
    """The answer is larger than the limit."""

    key = "outgoing.too_large"


class TooManyRedirects(Refused):
    """The answer keeps pointing elsewhere."""

    key = "outgoing.too_many_redirects"


class WrongType(Refused):
    """The answer has a media type that was not asked for."""

    key = "outgoing.wrong_type"


class TimedOut(Unavailable):
    """The other server did not answer in time."""

    key = "outgoing.timed_out"


class Unreachable(Unavailable):
    """The other server cannot be reached."""

    key = "outgoing.unreachable"


class BadAnswer(Unavailable):
    """The other server's answer cannot be understood."""

    key = "outgoing.bad_answer"
