"""Signatures of this server: Ed25519 (RFC 8032), from the keyring; anybody with the public key can check them."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from holdfast.keys import Keyring

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ALGORITHM = "Ed25519"
_PURPOSE = "signing"


class Signature(msgspec.Struct, frozen=True):
    """A signature beside what it signs. ``sha256`` is the digest (hex) of the data, ``purpose`` what it is for.

    The signed message is ``holdfast``, the purpose and the digest in hex, with a line feed after each of the first two.
    """

    algorithm: str
    purpose: str
    sha256: str
    public_key: str
    signature: str


class BadSignature(Exception):
    """The data, the purpose or the key is another one."""


def sign(keyring: Keyring, purpose: str, data: bytes) -> Signature:
    """Sign data for a purpose, such as ``case`` or ``answer``."""
    digest = hashlib.sha256(data).hexdigest()
    value = _key(keyring.derive(_PURPOSE)).sign(_message(purpose, digest))
    return Signature(ALGORITHM, purpose, digest, public_key(keyring), base64.b64encode(value).decode())


def public_key(keyring: Keyring) -> str:
    """The public key: 32 bytes in base64."""
    return base64.b64encode(_key(keyring.derive(_PURPOSE)).public_key().public_bytes_raw()).decode()


def verify(signature: Signature, data: bytes, key: str | None = None) -> None:
    """Check a signature; with ``key`` (base64) also that it is of that key. Raises :class:`BadSignature`."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    if key is not None and key != signature.public_key:
        raise BadSignature("it was signed with another key")
    if signature.algorithm != ALGORITHM or hashlib.sha256(data).hexdigest() != signature.sha256:
        raise BadSignature("the data is not what was signed")
    try:
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(signature.public_key, validate=True))
        value = base64.b64decode(signature.signature, validate=True)
        public.verify(value, _message(signature.purpose, signature.sha256))
    except (InvalidSignature, ValueError) as fault:
        raise BadSignature("the signature does not fit") from fault


def _message(purpose: str, digest: str) -> bytes:
    return f"holdfast\n{purpose}\n{digest}".encode()


@lru_cache(4)
def _key(seed: bytes) -> Ed25519PrivateKey:
    # Loaded on first use: nothing else at start-up needs this library.
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(seed)
