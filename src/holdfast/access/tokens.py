"""Secrets that prove something: random ones of which only a digest is kept, and signed ones.

TokenVoid       (Invalid)    forged, cut off, or made for another purpose
└── TokenExpired             was good once
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from typing import TypeVar, overload

import msgspec

from holdfast.errors import Invalid

LONGEST_TOKEN = 4096  # characters; ours are shorter, and nobody may have us hash more

T = TypeVar("T")


class TokenVoid(Invalid):
    """This link is not valid; please ask for a new one."""

    key = "token_void"


class TokenExpired(TokenVoid):
    """This link has expired; please ask for a new one."""

    key = "token_expired"


def new_secret(nbytes: int = 32) -> str:
    """A random secret of so many bytes, in characters that a URL can carry."""
    return secrets.token_urlsafe(nbytes)


def digest(secret: str) -> bytes:
    """What is stored of a secret (32 bytes): who reads the database cannot use it.

    Plain SHA-256 is enough only because our secrets are random and long; passwords go to ``passwords``.
    """
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def matches(secret: str, stored: bytes) -> bool:
    """Whether the stored digest is this secret's, in constant time."""
    return hmac.compare_digest(digest(secret), stored)


class _Body(msgspec.Struct, array_like=True):
    expires_at: int
    payload: msgspec.Raw


class Signer:
    """Makes tokens that need no row in a table: a payload, an end, and a signature over both.

    The payload is readable by whoever holds the token. A token opens for its own purpose only, and
    as often as it is presented: what must happen once keeps its own record of that.
    """

    def __init__(self, key: bytes) -> None:
        """``key``: at least 32 random bytes that stay the same over restarts."""
        if len(key) < 32:
            raise ValueError("a signing key needs at least 32 bytes")
        self._key = key

    def sign(self, purpose: str, payload: object, expires_in_s: float, now: float | None = None) -> str:
        """A token for this purpose; ``payload`` is anything that msgspec writes as JSON.

        ``now`` is in seconds since 1970; without it the system's clock is asked.
        """
        end = int((time.time() if now is None else now) + expires_in_s)
        body = _text(msgspec.json.encode(_Body(end, msgspec.Raw(msgspec.json.encode(payload)))))
        return f"{body}.{self._signature(purpose, body)}"

    @overload
    def open(self, purpose: str, token: str, now: float | None = None) -> object: ...
    @overload
    def open(self, purpose: str, token: str, now: float | None = None, *, as_type: type[T]) -> T: ...
    def open(self, purpose: str, token: str, now: float | None = None, *, as_type: type[object] = object) -> object:
        """The payload of a token made by ``sign`` for the same purpose, decoded as ``as_type``.

        Raises TokenVoid or TokenExpired. The last second still counts.
        """
        body, dot, signature = token.partition(".")
        if not dot or len(token) > LONGEST_TOKEN or not token.isascii():
            raise TokenVoid
        # Both sides as text: decoding base64 forgives stray characters; one token would have many spellings.
        if not hmac.compare_digest(self._signature(purpose, body), signature):
            raise TokenVoid
        try:
            content = msgspec.json.decode(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)), type=_Body)
            payload = msgspec.json.decode(content.payload, type=object if as_type is object else as_type)
        except msgspec.MsgspecError as error:  # signed by an earlier release with another shape
            raise TokenVoid from error
        if (time.time() if now is None else now) > content.expires_at:
            raise TokenExpired
        return payload

    def _signature(self, purpose: str, body: str) -> str:
        own_key = hmac.digest(self._key, b"holdfast signed token\0" + purpose.encode(), "sha256")
        return _text(hmac.digest(own_key, body.encode(), "sha256"))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
