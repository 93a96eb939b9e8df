"""The one room through which every HTTP request leaves the server.

Names are resolved here, each address is checked here, and exactly the checked address is connected
to, on every redirect hop. Bodies, times and redirects are limited. Nothing else in the house opens
an HTTP connection of its own.
"""

from holdfast.outgoing.addresses import why_refused
from holdfast.outgoing.client import Answer, Client, client_from
from holdfast.outgoing.errors import (
    AddressRefused,
    BadAnswer,
    TimedOut,
    TooLarge,
    TooManyRedirects,
    Unreachable,
    UrlRefused,
    WrongType,
)
from holdfast.outgoing.resolving import Resolver
from holdfast.outgoing.settings import OutgoingSettings

__all__ = [
    "AddressRefused",
    "Answer",
    "BadAnswer",
    "Client",
    "OutgoingSettings",
    "Resolver",
    "TimedOut",
    "TooLarge",
    "TooManyRedirects",
    "Unreachable",
    "UrlRefused",
    "WrongType",
    "client_from",
    "why_refused",
]
