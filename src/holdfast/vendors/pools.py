"""Pools: the vendors of one need, asked in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from holdfast.errors import Misconfigured
from holdfast.vendors.disk import DiskStore
from holdfast.vendors.errors import BlobMissing, NoVendorTook, TryLater, VendorFailure
from holdfast.vendors.protocols import Blob, EmailVendor, Letter, Push, PushVendor, Receipt, StorageVendor
from holdfast.vendors.smtp import SmtpVendor
from holdfast.vendors.vendor_urls import VendorUrl

Result = TypeVar("Result")


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """A vendor that was asked in vain: its name, the error's key and a sentence."""

    vendor: str
    key: str
    message: str


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """A letter on its way: who took it, and who was asked before."""

    receipt: Receipt
    tried: tuple[Tried, ...] = ()


class EmailPool:
    """Vendors for letters. A rejected recipient is final, after any other failure the next is asked."""

    def __init__(self, vendors: Sequence[EmailVendor]) -> None:
        self._vendors = tuple(vendors)

    @property
    def names(self) -> tuple[str, ...]:
        """The vendors' names, in the order in which they are asked."""
        return tuple(vendor.name for vendor in self._vendors)

    def send(self, letter: Letter) -> Sent:
        """Hand a letter to the first vendor that takes it.

        Raises RejectedRecipient and BadLetter (final), or NoVendorTook with ``tried`` in its details.
        Where an earlier vendor's outcome is unknown the letter may arrive twice: give it a
        ``message_id``, by which mail programs tell doubles.
        """
        tried: list[Tried] = []
        for vendor in self._vendors:
            try:
                return Sent(receipt=vendor.send(letter), tried=tuple(tried))
            except VendorFailure as error:
                tried.append(_note(error))
        raise _nobody(tried)


class StoragePool:
    """Places for blobs. Writes go to the first place that takes them, reads to the first that has it."""

    def __init__(self, vendors: Sequence[StorageVendor]) -> None:
        self._vendors = tuple(vendors)

    def put(self, content: bytes | Iterable[bytes]) -> Blob:
        """Store bytes in the first place that takes them; ``place`` of the result says which.

        Raises NoVendorTook. A stream that is not bytes can be read only once, so it is offered to
        the first place alone.
        """
        vendors = self._vendors if isinstance(content, bytes) else self._vendors[:1]
        tried: list[Tried] = []
        for vendor in vendors:
            try:
                return vendor.put(content)
            except VendorFailure as error:
                tried.append(_note(error))
        raise _nobody(tried)

    def places(self, blob: str | None = None) -> tuple[str, ...]:
        """The names of all places, or of those that hold a blob."""
        return tuple(vendor.name for vendor in self._vendors if blob is None or vendor.exists(blob))

    def exists(self, blob: str) -> bool:
        """Whether any place holds the blob."""
        return any(vendor.exists(blob) for vendor in self._vendors)

    def size(self, blob: str) -> int:
        """The blob's bytes. Raises BlobMissing or NoVendorTook."""
        return self._first(blob, lambda vendor: vendor.size(blob))

    def path(self, blob: str) -> Path | None:
        """A local file with the blob, if a place has one. Raises BlobMissing or NoVendorTook."""
        return self._first(blob, lambda vendor: vendor.path(blob))

    def read(self, blob: str) -> bytes:
        """All bytes, from the first place whose copy is whole. Raises BlobMissing or NoVendorTook."""
        return self._first(blob, lambda vendor: vendor.read(blob))

    def stream(self, blob: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """Bytes from an offset on, in pieces. Raises BlobMissing or NoVendorTook before the first."""
        return self._first(blob, lambda vendor: vendor.stream(blob, start, length))

    def delete(self, blob: str) -> bool:
        """Remove the blob from every place; says whether it was anywhere.

        Raises NoVendorTook if a place failed; the others have been asked all the same.
        """
        tried: list[Tried] = []
        was_there = False
        for vendor in self._vendors:
            try:
                was_there = vendor.delete(blob) or was_there
            except VendorFailure as error:
                tried.append(_note(error))
        if tried:
            raise _nobody(tried)
        return was_there

    def _first(self, blob: str, ask: Callable[[StorageVendor], Result]) -> Result:
        tried: list[Tried] = []
        for vendor in self._vendors:
            try:
                return ask(vendor)
            except BlobMissing:
                continue
            except VendorFailure as error:
                tried.append(_note(error))
        if tried:
            raise _nobody(tried)
        raise BlobMissing(blob=blob)


class PushPool:
    """Vendors for pushes. What a push service says of an address is final, after another failure the next is asked."""

    def __init__(self, vendors: Sequence[PushVendor]) -> None:
        self._vendors = tuple(vendors)

    def send(self, push: Push, *, now: int) -> None:
        """Hand a push to the first vendor that takes it (``now`` in milliseconds).

        Raises SubscriptionGone, PushRefused, TryLater at once, and NoVendorTook when all others failed.
        """
        tried: list[Tried] = []
        for vendor in self._vendors:
            try:
                vendor.send(push, now=now)
            except TryLater:
                raise
            except VendorFailure as error:
                tried.append(_note(error))
            else:
                return
        raise _nobody(tried)


def email_pool(urls: Sequence[str], *, sender: str = "", setting: str = "vendors.email") -> EmailPool:
    """A pool for letters from ``smtp://`` and ``smtps://`` URLs.

    ``sender`` ("Holdfast <post@example.org>") is used where a URL has no ``from=``. Raises
    Misconfigured, naming ``setting``.
    """
    plugs = {"smtp": SmtpVendor, "smtps": SmtpVendor}
    parsed = [_parsed(url, setting, plugs) for url in urls]
    return EmailPool(_distinct([plugs[url.scheme](url, sender) for url in parsed], setting))


def storage_pool(urls: Sequence[str], *, setting: str = "vendors.storage") -> StoragePool:
    """A pool for blobs from ``file:///folder`` URLs. Raises Misconfigured, naming ``setting``."""
    plugs = {"file": DiskStore}
    parsed = [_parsed(url, setting, plugs) for url in urls]
    return StoragePool(_distinct([plugs[url.scheme](url) for url in parsed], setting))


def _parsed(text: str, setting: str, schemes: Iterable[str]) -> VendorUrl:
    url = VendorUrl(text, setting)
    if url.scheme not in schemes:
        offered = " or ".join(f"{scheme}://" for scheme in schemes)
        raise url.wrong("there is no vendor of this kind", f"write a URL that begins with {offered}")
    return url


Named = TypeVar("Named", SmtpVendor, DiskStore)


def _distinct(vendors: list[Named], setting: str) -> list[Named]:
    names = [vendor.name for vendor in vendors]
    for name in names:
        if names.count(name) > 1:
            raise Misconfigured(
                f"{setting}: two vendors are called {name}; give one of them another name with ?name=.",
                setting=setting,
            )
    return vendors


def _note(error: VendorFailure) -> Tried:
    return Tried(vendor=error.vendor, key=error.key, message=str(error))


def _nobody(tried: Sequence[Tried]) -> NoVendorTook:
    told = " ".join(entry.message for entry in tried) or "No vendor is configured."
    return NoVendorTook(f"No vendor was able to do this. {told}", tried=tuple(tried))
