"""Pushes to the services that browsers and phones name (RFC 8030), encrypted for their receiver alone.

Two encodings: ``aes128gcm`` (RFC 8291), and the draft ``aesgcm`` that older apps still ask for. The server names
itself with a signed token (VAPID, RFC 8292).
"""

from __future__ import annotations

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import msgspec

from holdfast import outgoing
from holdfast.errors import Invalid, Problem, Unavailable
from holdfast.vendors.errors import NetworkFailure, PushRefused, SubscriptionGone, TryLater
from holdfast.vendors.protocols import Push, PushTarget

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

TOKEN_S = 12 * 3600
LONGEST_ANSWER = 64 * 1024
_RECORD = 4_096
_POINT = 65  # bytes
_GONE = frozenset({404, 410})
_LATER = frozenset({408, 425, 429})


class Sealed(NamedTuple):
    """An encrypted payload and the headers that tell how."""

    body: bytes
    headers: dict[str, str]
    crypto_key: str  # what the draft says in the header Crypto-Key; empty for the standard


class WebPushVendor:
    """Speaks with push services directly. Safe to share between threads."""

    name = "webpush"

    def __init__(self, client: outgoing.Client, key: EllipticCurvePrivateKey, subject: str) -> None:
        self._client = client
        self._key = key
        self._subject = subject  # mailto: or https:, by which a push service reaches the operator

    def send(self, push: Push, *, now: int) -> None:
        """Hand a push over (``now`` in milliseconds).

        Raises SubscriptionGone, PushRefused (final), TryLater with the wait that was asked for, NetworkFailure.
        """
        sealed = seal(push.payload, push.target)
        headers = sealed.headers | self._named(push.target, sealed, now // 1000)
        headers |= {"TTL": str(push.ttl_s), "Urgency": push.urgency, "Content-Type": "application/octet-stream"}
        if push.topic:
            headers["Topic"] = push.topic
        try:
            answer = self._client.post(
                push.target.endpoint, content=sealed.body, headers=headers, max_bytes=LONGEST_ANSWER
            )
        except Unavailable as fault:
            raise NetworkFailure(fault.message, vendor=self.name) from fault
        except Problem as fault:  # an address that is not to be reached, or an answer without an end
            raise PushRefused(fault.message, vendor=self.name, status=0) from fault
        self._judge(answer, now)

    def _named(self, target: PushTarget, sealed: Sealed, now_s: int) -> dict[str, str]:
        parts = urlsplit(target.endpoint)
        token = vapid_token(self._key, f"{parts.scheme}://{parts.netloc}", self._subject, now_s + TOKEN_S)
        public = encoded(point_of(self._key))
        if target.is_standard:
            return {"Authorization": f"vapid t={token}, k={public}"}
        return {"Authorization": f"WebPush {token}", "Crypto-Key": f"{sealed.crypto_key};p256ecdsa={public}"}

    def _judge(self, answer: outgoing.Answer, now: int) -> None:
        if answer.ok:
            return
        words = f"The push service answered {answer.status}."
        if answer.status in _GONE:
            raise SubscriptionGone(words, vendor=self.name)
        if answer.status in _LATER or answer.status >= 500:
            wait = wait_of(answer.headers.get("retry-after", ""), now)
            raise TryLater(words, vendor=self.name, wait_s=wait)
        raise PushRefused(words, vendor=self.name, status=answer.status)


def wait_of(header: str, now: int) -> float | None:
    """The seconds that Retry-After asks to wait, whether it says a number or a date; None where it says neither."""
    text = header.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        return max(parsedate_to_datetime(text).timestamp() - now / 1000, 0.0)
    except ValueError:
        return None


def seal(payload: bytes, target: PushTarget, *, salt: bytes | None = None) -> Sealed:
    """Encrypt for a receiver with a key made for this push alone (RFC 8291; the draft for old apps).

    Raises :class:`BadPushKey` for keys that are none.
    """
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    theirs, auth = checked_keys(target.p256dh, target.auth)
    receiver = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs)
    once = ec.generate_private_key(ec.SECP256R1())
    ours, salt = point_of(once), salt or os.urandom(16)
    secret = once.exchange(ec.ECDH(), receiver)
    if target.is_standard:
        material = _derived(secret, auth, b"WebPush: info\0" + theirs + ours, 32)
        key = _derived(material, salt, b"Content-Encoding: aes128gcm\0", 16)
        nonce = _derived(material, salt, b"Content-Encoding: nonce\0", 12)
        head = salt + _RECORD.to_bytes(4, "big") + bytes([_POINT]) + ours
        body = head + AESGCM(key).encrypt(nonce, payload + b"\x02", None)
        return Sealed(body, {"Content-Encoding": "aes128gcm"}, "")
    material = _derived(secret, auth, b"Content-Encoding: auth\0", 32)
    context = b"P-256\0" + b"".join(len(point).to_bytes(2, "big") + point for point in (theirs, ours))
    key = _derived(material, salt, b"Content-Encoding: aesgcm\0" + context, 16)
    nonce = _derived(material, salt, b"Content-Encoding: nonce\0" + context, 12)
    body = AESGCM(key).encrypt(nonce, bytes(2) + payload, None)
    return Sealed(body, {"Content-Encoding": "aesgcm", "Encryption": f"salt={encoded(salt)}"}, f"dh={encoded(ours)}")


def _derived(material: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), length, salt, info).derive(material)


def vapid_token(key: EllipticCurvePrivateKey, audience: str, subject: str, expires_s: int) -> str:
    """The signed token of RFC 8292 (a JWT with ES256)."""
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
    from cryptography.hazmat.primitives.hashes import SHA256

    head = encoded(msgspec.json.encode({"typ": "JWT", "alg": "ES256"}))
    claims: Mapping[str, object] = {"aud": audience, "exp": expires_s, "sub": subject}
    signed = f"{head}.{encoded(msgspec.json.encode(claims))}"
    r, s = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(SHA256())))
    return f"{signed}.{encoded(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def point_of(key: EllipticCurvePrivateKey) -> bytes:
    """The public key as an uncompressed point."""
    numbers = key.public_key().public_numbers()
    return b"\x04" + numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")


class BadPushKey(Invalid):
    """This is not a key that a browser makes for pushes."""

    key = "vendors.bad_push_key"


def checked_keys(p256dh: str, auth: str) -> tuple[bytes, bytes]:
    """The receiver's public key and secret, from base64 of either alphabet. Raises :class:`BadPushKey`."""
    from cryptography.hazmat.primitives.asymmetric import ec

    try:
        point, secret = decoded(p256dh), decoded(auth)
        if len(point) != _POINT or len(secret) != 16:
            raise ValueError("lengths")
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError as fault:
        raise BadPushKey() from fault
    return point, secret


def encoded(data: bytes) -> str:
    """URL-safe base64 without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """Base64 of either alphabet, padded or not. Raises ValueError."""
    plain = text.strip().rstrip("=").replace("+", "-").replace("/", "_")
    return urlsafe_b64decode(plain.encode("ascii") + b"=" * (-len(plain) % 4))
