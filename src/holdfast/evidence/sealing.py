"""Sealing with age (age-encryption.org/v1): to a key of ours, or to somebody else's."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from holdfast.writes import Database

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12


def new_key() -> str:
    """A key pair, as its secret half is written (``AGE-SECRET-KEY-1…``)."""
    from pyrage import x25519  # type: ignore[import-untyped]  # heavier than a start may be

    return str(x25519.Identity.generate())


def check_recipient(written: str) -> bool:
    """Whether this is the public half of a key."""
    import pyrage

    try:
        pyrage.x25519.Recipient.from_str(written)
    except pyrage.RecipientError:
        return False
    return True


def seal(content: bytes, key: str) -> bytes:
    """Content that only who has the secret half can read; ``key`` is either half."""
    import pyrage

    return bytes(pyrage.encrypt(content, [_recipient(key)]))


def open_sealed(content: bytes, key: str) -> bytes:
    """Read what was sealed, with the secret half."""
    import pyrage

    return bytes(pyrage.decrypt(content, [pyrage.x25519.Identity.from_str(key)]))


def _recipient(key: str) -> object:
    import pyrage

    if key.startswith("age1"):
        return pyrage.x25519.Recipient.from_str(key)
    return pyrage.x25519.Identity.from_str(key).to_public()


def sealed_key(db: Database, key: str) -> bytes:
    """A secret half as it is kept: of no use to who has the database alone (AES-256-GCM)."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + _cipher(db).encrypt(nonce, key.encode(), None)


def unsealed_key(db: Database, kept: bytes) -> str:
    """The secret half again."""
    return bytes(_cipher(db).decrypt(kept[:_NONCE_BYTES], kept[_NONCE_BYTES:], None)).decode()


def _cipher(db: Database) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(db.keyring.derive("evidence.holds"))
