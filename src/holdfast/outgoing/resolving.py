"""From a name to addresses, within a time limit."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Sequence

from holdfast.outgoing.addresses import Address, literal
from holdfast.outgoing.errors import TimedOut, Unreachable

Resolver = Callable[[str, int], Sequence[str]]
"""Given a host name and a port, the addresses as text, best first; raises OSError if there are none."""

_MOST_LOOKUPS = threading.BoundedSemaphore(64)


def system_resolver(host: str, port: int) -> Sequence[str]:
    """What the operating system answers."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def addresses_of(host: str, port: int, resolver: Resolver, timeout_seconds: float) -> list[Address]:
    """The addresses of a host; a literal address is its own.

    Raises TimedOut or Unreachable. The resolver runs in a thread of its own, because the system's
    cannot be interrupted; a daemon, so that a hanging name server never holds up the stop.
    """
    own = literal(host)
    if own is not None:
        return [own]
    if not _MOST_LOOKUPS.acquire(timeout=timeout_seconds):
        raise TimedOut("Too many names are being looked up at once.", host=host)
    lookup = _Lookup(host, port, resolver)
    lookup.start()
    lookup.join(timeout_seconds)
    if lookup.is_alive():
        raise TimedOut(f"Looking up {host} took too long.", host=host)
    if isinstance(lookup.failure, OSError | UnicodeError):
        raise Unreachable(f"There is no address for {host}.", host=host) from lookup.failure
    if lookup.failure is not None:
        raise lookup.failure
    found = [address for text in lookup.found if (address := literal(text)) is not None]
    if not found:
        raise Unreachable(f"There is no address for {host}.", host=host)
    return found


class _Lookup(threading.Thread):
    def __init__(self, host: str, port: int, resolver: Resolver) -> None:
        super().__init__(name="outgoing-lookup", daemon=True)
        self._ask: Callable[[], Sequence[str]] = lambda: resolver(host, port)
        self.found: Sequence[str] = ()
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            self.found = self._ask()
        except BaseException as error:
            self.failure = error  # raised again in the thread that waits
        finally:
            _MOST_LOOKUPS.release()
