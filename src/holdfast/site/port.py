"""Whether the listening address is free, before anything is opened."""

from __future__ import annotations

import errno
import socket

from holdfast.config import Settings
from holdfast.errors import Misconfigured


class PortUnusable(Misconfigured):
    """The server cannot listen where it should."""

    key = "port_unusable"


def check(settings: Settings) -> None:
    """Raise :class:`PortUnusable`, saying what to do, when the server could not listen."""
    host, port = settings.host_and_port
    advice = f"Choose another address with HOLDFAST_LISTEN (for example HOLDFAST_LISTEN={host}:{port + 1})."
    if port == 0:
        raise PortUnusable(f"listen = {settings.boot.listen!r} names no port. {advice}", setting="listen")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as fault:
            raise PortUnusable(f"{_reason(fault, host, port)} {advice}", setting="listen") from fault


def _reason(fault: OSError, host: str, port: int) -> str:
    if fault.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is in use by another program."
    if fault.errno == errno.EACCES:
        return f"Port {port} needs more rights than this user has."
    return f"{host}:{port} cannot be listened on ({fault.strerror or fault})."
