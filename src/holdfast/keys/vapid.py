"""The key pair with which this server names itself to push services (VAPID): P-256, derived from the keyring."""

from __future__ import annotations

import base64
from functools import lru_cache
from typing import TYPE_CHECKING

from holdfast.keys import Keyring

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

_PURPOSE = "vapid"
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def private_key(keyring: Keyring) -> EllipticCurvePrivateKey:
    """The private key; always the same for one keyring."""
    return _made(keyring.derive(_PURPOSE))


def public_key(keyring: Keyring) -> str:
    """The public key as browsers want it: the uncompressed point in URL-safe base64."""
    numbers = private_key(keyring).public_key().public_numbers()
    point = b"\x04" + numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")
    return base64.urlsafe_b64encode(point).decode()


@lru_cache(4)
def _made(seed: bytes) -> EllipticCurvePrivateKey:
    # Loaded on first use: nothing else at start-up needs this library.
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec.derive_private_key(int.from_bytes(seed, "big") % (_ORDER - 1) + 1, ec.SECP256R1())
