"""Under which address a client sees this server: forwarded headers count only when a trusted proxy sends them."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from typing import Any

from holdfast.access.proxies import client_ip, networks
from holdfast.config import Settings

__all__ = ["client_ip", "external_base", "is_from_trusted_proxy", "is_loopback"]

_HOST = re.compile(r"[A-Za-z0-9.\-]+(:\d{1,5})?|\[[0-9A-Fa-f:]+\](:\d{1,5})?")


def is_from_trusted_proxy(scope: Mapping[str, Any], settings: Settings) -> bool:
    """Whether the peer itself (not who it speaks for) is one of ``trusted_proxies``."""
    trusted = settings.boot.trusted_proxies
    if not trusted:
        return False
    address = _peer(scope)
    return address is not None and any(address in network for network in networks(trusted))


def is_loopback(scope: Mapping[str, Any]) -> bool:
    """Whether the peer is this machine and speaks for nobody else."""
    address = _peer(scope)
    forwarded = any(name in (b"x-forwarded-for", b"forwarded", b"x-real-ip") for name, _ in scope["headers"])
    return address is not None and address.is_loopback and not forwarded


def external_base(scope: Mapping[str, Any], settings: Settings) -> str:
    """Scheme and host as the client used them, without a slash at the end."""
    found = {name: value.decode("latin-1") for name, value in scope["headers"] if name in _WANTED}
    scheme, host = str(scope.get("scheme") or "http"), found.get(b"host", "")
    if is_from_trusted_proxy(scope, settings):
        told = found.get(b"x-forwarded-proto", "").split(",")[0].strip().lower()
        scheme = told if told in ("http", "https") else scheme
        host = found.get(b"x-forwarded-host", "").split(",")[0].strip() or host
    return f"{scheme}://{host if _HOST.fullmatch(host) else settings.boot.listen}"


_WANTED = frozenset((b"host", b"x-forwarded-proto", b"x-forwarded-host"))


def _peer(scope: Mapping[str, Any]) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    client = scope.get("client")
    try:
        return ipaddress.ip_address(client[0]) if client else None
    except ValueError:
        return None
