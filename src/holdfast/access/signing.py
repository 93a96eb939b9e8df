"""Signed tokens of this room (confirmation, reset, second step), and the token that guards a session's forms."""

from __future__ import annotations

import base64
import hmac
import secrets

from holdfast.access.errors import ForgedRequest
from holdfast.access.tokens import Signer
from holdfast.writes import Database

_SALT_BYTES = 12


def signer(db: Database) -> Signer:
    """Signs what links and forms of this room carry."""
    return Signer(db.keyring.derive("access.tokens"))


def challenge_key(db: Database) -> bytes:
    """The key for the sign-up form's challenges; see ``challenge``."""
    return db.keyring.derive("access.challenge")


def csrf_token(db: Database, session_token: str) -> str:
    """What every form of a session carries, so that no other site can send one.

    It differs each time, so that nothing can be learnt of it from the sizes of compressed pages.
    """
    return _csrf(db, session_token, secrets.token_bytes(_SALT_BYTES))


def _csrf(db: Database, session_token: str, salt: bytes) -> str:
    key = db.keyring.derive("access.csrf")
    digest = hmac.digest(key, salt + session_token.encode(), "sha256")
    return base64.urlsafe_b64encode(salt + digest).rstrip(b"=").decode()


def check_csrf(db: Database, session_token: str, given: str) -> None:
    """Raise :class:`ForgedRequest` unless the form belongs to this session."""
    if not given.isascii():
        raise ForgedRequest()
    try:
        salt = base64.urlsafe_b64decode(given + "==")[:_SALT_BYTES]
    except ValueError as fault:
        raise ForgedRequest() from fault
    if not hmac.compare_digest(_csrf(db, session_token, salt), given):
        raise ForgedRequest()
