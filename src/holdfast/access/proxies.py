"""Whose request it is behind a proxy: forwarded headers are believed only from the configured addresses."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from holdfast.config import Settings
from holdfast.errors import Misconfigured

_SPEAKING_FOR = frozenset((b"x-forwarded-for", b"forwarded", b"x-real-ip"))
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@lru_cache(64)
def networks(trusted: tuple[str, ...]) -> tuple[Network, ...]:
    """The trusted proxies as networks. Raises :class:`Misconfigured` naming the entry that is none."""
    found = []
    for entry in trusted:
        try:
            found.append(ipaddress.ip_network(entry, strict=False))
        except ValueError as fault:
            raise Misconfigured(
                f"trusted_proxies has {entry!r}, which is neither an address nor a network. Use for example 127.0.0.1 "
                "or 10.0.0.0/8.",
                setting="trusted_proxies",
            ) from fault
    return tuple(found)


@lru_cache(4096)
def _is_trusted(address: str, trusted: tuple[str, ...]) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in networks(trusted))


def client_ip(scope: Mapping[str, Any], settings: Settings) -> str:
    """The address of who asks: the last one in ``X-Forwarded-For`` that no trusted proxy has, else the peer's."""
    client = scope.get("client")
    peer = client[0] if client else ""
    trusted = settings.boot.trusted_proxies
    if not trusted or not _is_trusted(peer, trusted):
        return peer
    for key, value in scope["headers"]:
        if key == b"x-forwarded-for":
            for hop in reversed(value.decode("latin-1").split(",")):
                address = hop.strip()
                if not _is_trusted(address, trusted):
                    return address or peer
    return peer


def is_from_trusted_proxy(scope: Mapping[str, Any], settings: Settings) -> bool:
    """Whether the peer itself (not who it speaks for) is one of ``trusted_proxies``."""
    client, trusted = scope.get("client") or ("",), settings.boot.trusted_proxies
    return bool(trusted) and _is_trusted(client[0], trusted)


def is_loopback(scope: Mapping[str, Any]) -> bool:
    """Whether the peer is this machine and speaks for nobody else."""
    client = scope.get("client") or ("",)
    try:
        is_near = ipaddress.ip_address(client[0]).is_loopback
    except ValueError:
        return False
    return is_near and not any(name in _SPEAKING_FOR for name, _ in scope["headers"])
