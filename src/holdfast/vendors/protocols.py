"""What a vendor of each kind must be able to do, and what passes between it and us."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import msgspec


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """One letter to one address. ``kind`` says what for ("sign_up", "recovery"), for logs and counters."""

    to: str
    subject: str
    text: str
    html: str | None = None
    headers: Mapping[str, str] = {}
    kind: str = "other"
    message_id: str | None = None

    def __repr__(self) -> str:
        """Its kind and id only: letters carry codes and addresses, which do not belong into a log."""
        return f"Letter(kind={self.kind!r}, message_id={self.message_id!r})"


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """Proof that a vendor took a letter over: its own id, if it told one, and its reply's text."""

    vendor: str
    message_id: str
    provider_id: str
    reply: str


class EmailVendor(Protocol):
    """Somebody who takes letters over. ``name`` never holds credentials."""

    @property
    def name(self) -> str:
        """How the operator knows it."""

    def send(self, letter: Letter) -> Receipt:
        """Hand a letter over. Raises RejectedRecipient, BadLetter or a VendorFailure."""


class Blob(msgspec.Struct, frozen=True, kw_only=True):
    """A stored blob: the SHA-256 of its bytes in hex, its size in bytes, the place that holds it."""

    hash: str
    size: int
    place: str


class StorageVendor(Protocol):
    """Somebody who keeps blobs. Blobs are named by what they hold, so they never change."""

    @property
    def name(self) -> str:
        """The place's name, stable for as long as blobs lie there."""

    def put(self, content: bytes | Iterable[bytes]) -> Blob:
        """Store bytes durably; storing the same again is a no-op. Raises a VendorFailure."""

    def exists(self, blob: str) -> bool:
        """Whether it is there."""

    def size(self, blob: str) -> int:
        """Bytes. Raises BlobMissing."""

    def path(self, blob: str) -> Path | None:
        """A local file, if this vendor has one. Raises BlobMissing."""

    def read(self, blob: str) -> bytes:
        """All bytes, checked against the hash. Raises BlobMissing, BlobCorrupt."""

    def stream(self, blob: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """Bytes from an offset on, piece by piece. Raises BlobMissing before the first piece."""

    def delete(self, blob: str) -> bool:
        """Remove it durably; says whether it was there."""


class PushTarget(msgspec.Struct, frozen=True, kw_only=True):
    """Where a push goes: the address at a push service, the receiver's public key and secret in base64."""

    endpoint: str
    p256dh: str
    auth: str
    is_standard: bool

    def __repr__(self) -> str:
        """Nothing: who knows an endpoint can send to it."""
        return "PushTarget(…)"


class Push(msgspec.Struct, frozen=True, kw_only=True):
    """One push. ``topic`` (at most 32 characters of URL-safe base64) lets a later one take the place of this one."""

    target: PushTarget
    payload: bytes
    ttl_s: int
    urgency: str = "normal"
    topic: str = ""


class PushVendor(Protocol):
    """Somebody who brings pushes to a device."""

    @property
    def name(self) -> str:
        """How the operator knows it."""

    def send(self, push: Push, *, now: int) -> None:
        """Hand a push over. Raises SubscriptionGone, PushRefused, TryLater or another VendorFailure."""


class Translated(msgspec.Struct, frozen=True, kw_only=True):
    """Texts in another language, in the order in which they were sent; ``source`` is the language they were in."""

    texts: tuple[str, ...]
    source: str
    provider: str


class TranslationVendor(Protocol):
    """Somebody who translates."""

    @property
    def name(self) -> str:
        """How readers know it."""

    def languages(self) -> dict[str, list[str]]:
        """Into which languages it translates from each. Raises a VendorFailure."""

    def translate(self, texts: Sequence[str], source: str | None, target: str) -> Translated:
        """HTML in another language, piece by piece; without a source it finds that out. Raises a VendorFailure."""
