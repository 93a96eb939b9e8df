"""Which URLs are taken at all, before any name is resolved. Imported on first use (httpx is slow)."""

from __future__ import annotations

import re
from collections.abc import Iterable

import httpx

from holdfast.outgoing.addresses import literal, networks, why_refused
from holdfast.outgoing.errors import AddressRefused, UrlRefused
from holdfast.outgoing.settings import OutgoingSettings

_DEFAULT_PORTS = {"http": 80, "https": 443}
_LONGEST_URL = 8192  # characters
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_AUTHORITY = re.compile(r"[^/?#\\]*")


def checked_url(text: str, settings: OutgoingSettings) -> httpx.URL:
    """The URL, if its form is one we follow; without its fragment.

    Raises UrlRefused for schemes other than http and https, credentials, ports that are not allowed
    and hosts in odd forms; AddressRefused for a literal address that must not be reached.
    """
    if len(text) > _LONGEST_URL:
        raise UrlRefused("The URL is too long.")
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, ValueError) as error:
        raise UrlRefused("The URL cannot be read.") from error
    if url.scheme not in _DEFAULT_PORTS:
        raise UrlRefused("Only http and https URLs are followed.")
    if url.userinfo or "@" in _authority(text):
        raise UrlRefused("URLs with a user name or password are not followed.")
    _check_host(url.raw_host.decode("ascii"), settings)
    port = _DEFAULT_PORTS[url.scheme] if url.port is None else url.port
    if port not in settings.allowed_ports:
        raise UrlRefused(f"Port {port} is not connected to.", port=port)
    return url.copy_with(fragment=None)


def joined_url(base: httpx.URL, location: str) -> str:
    """Where a redirect leads. Raises UrlRefused if that cannot be read."""
    try:
        return str(base.join(location))
    except (httpx.InvalidURL, ValueError) as error:
        raise UrlRefused("The redirect's URL cannot be read.") from error


def _authority(text: str) -> str:
    found = _AUTHORITY.match(text.partition("://")[2])
    return found.group() if found else ""


def _check_host(host: str, settings: OutgoingSettings) -> None:
    if not host:
        raise UrlRefused("The URL has no host.")
    address = literal(host)
    if address is not None:
        reason = why_refused(address, networks(settings.allow_private, "outgoing.allow_private"))
        if reason is not None:
            raise AddressRefused(f"{host} may not be reached ({reason}).", host=host, reason=reason)
        return
    labels = host.split(".")
    # A last label that is a number makes the whole an address to many parsers: 2130706433, 0x7f.1, 0177.1
    if _NUMBER.fullmatch(labels[-1]) or len(host) > 253 or not _all_labels(labels):
        raise UrlRefused("The URL's host has a form that is not accepted.")


def _all_labels(labels: Iterable[str]) -> bool:
    return all(_LABEL.fullmatch(label) for label in labels)
