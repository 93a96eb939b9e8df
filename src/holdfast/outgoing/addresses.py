"""Which IP addresses may be connected to. Pure functions: no name is resolved here."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from holdfast.errors import Misconfigured

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# Written out rather than taken from ipaddress.is_global, whose answer differs between Python releases.
_REFUSED_V4 = tuple(
    (IPv4Network(cidr), reason)
    for cidr, reason in (
        ("0.0.0.0/8", "unspecified"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "carrier-grade NAT"),
        ("127.0.0.0/8", "loopback"),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "reserved"),
        ("192.0.2.0/24", "documentation"),
        ("192.31.196.0/24", "reserved"),
        ("192.52.193.0/24", "reserved"),
        ("192.88.99.0/24", "reserved"),
        ("192.168.0.0/16", "private"),
        ("192.175.48.0/24", "reserved"),
        ("198.18.0.0/15", "benchmarking"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
    )
)
_GLOBAL_V6 = IPv6Network("2000::/3")
_REFUSED_V6 = tuple(
    (IPv6Network(cidr), reason)
    for cidr, reason in (
        ("2001::/23", "reserved"),  # Teredo, ORCHID and other protocol assignments
        ("2001:db8::/32", "documentation"),
        ("2002::/16", "6to4"),  # retired by RFC 7526, and it carries any v4 address
        ("2620:4f:8000::/48", "reserved"),
        ("3fff::/20", "documentation"),
    )
)
_NAT64 = IPv6Network("64:ff9b::/96")  # what a v6-only host gets for v4-only servers (RFC 6052)
_COMPATIBLE = IPv6Network("::/96")
_MAPPED = IPv6Network("::ffff:0:0/96")
_TRANSLATED = IPv6Network("::ffff:0:0:0/96")
_ISATAP = (0x00005EFE, 0x02005EFE)


def networks(cidrs: Iterable[str], setting: str) -> tuple[Network, ...]:
    """Networks from their text. Raises Misconfigured, naming the setting."""
    found: list[Network] = []
    for cidr in cidrs:
        try:
            found.append(ip_network(cidr))
        except ValueError as error:
            raise Misconfigured(
                f"{setting}: {cidr!r} is not a network ({error}); write it like 10.1.0.0/16.", setting=setting
            ) from error
    return tuple(found)


def embedded_v4(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that a v6 form carries (mapped, compatible, translated, NAT64, 6to4, ISATAP)."""
    number = int(address)
    low = number & 0xFFFFFFFF
    if any(address in network for network in (_MAPPED, _NAT64, _TRANSLATED)):
        return IPv4Address(low)
    if address in _COMPATIBLE and low > 1:  # :: and ::1 are addresses in their own right
        return IPv4Address(low)
    if number >> 112 == 0x2002:
        return IPv4Address(number >> 80 & 0xFFFFFFFF)
    if number >> 32 & 0xFFFFFFFF in _ISATAP:
        return IPv4Address(low)
    return None


def why_refused(address: Address, allowed: Iterable[Network] = ()) -> str | None:
    """Why an address may not be connected to ("loopback", "private"…), or None if it may.

    ``allowed`` opens networks of our own; a v6 form is opened by the v4 address it carries, too.
    """
    carried = embedded_v4(address) if isinstance(address, IPv6Address) else None
    if any(candidate in network for network in allowed for candidate in (address, carried) if candidate):
        return None
    if isinstance(address, IPv4Address):
        return next((reason for network, reason in _REFUSED_V4 if address in network), None)
    if address.scope_id is not None:
        return "link-local"
    if carried is not None and (reason := why_refused(carried)):
        return f"{reason}, inside IPv6"
    if address in _NAT64 or address in _MAPPED:
        return None
    if address not in _GLOBAL_V6:
        return _name_of_special(address)
    return next((reason for network, reason in _REFUSED_V6 if address in network), None)


def _name_of_special(address: IPv6Address) -> str:
    kinds = {
        "unspecified": address.is_unspecified,
        "loopback": address.is_loopback,
        "link-local": address.is_link_local or address.is_site_local,
        "multicast": address.is_multicast,
        "private": address in IPv6Network("fc00::/7"),
    }
    return next((name for name, so in kinds.items() if so), "reserved")


def literal(host: str) -> Address | None:
    """The address if a URL's host is one in its canonical form, else None."""
    try:
        return ip_address(host)
    except ValueError:
        return None
