"""Signed tokens of this room (confirmation, reset, second step), and the token that guards a session's forms."""

from __future__ import annotations

import base64
import hmac

from holdfast.access.errors import ForgedRequest
from holdfast.access.tokens import Signer
from holdfast.writes import Database


def signer(db: Database) -> Signer:
    """Signs what links and forms of this room carry."""
    return Signer(db.keyring.derive("access.tokens"))


def challenge_key(db: Database) -> bytes:
    """The key for the sign-up form's challenges; see ``challenge``."""
    return db.keyring.derive("access.challenge")


def csrf_token(db: Database, session_token: str) -> str:
    """What every form of a session carries, so that no other site can send one."""
    key = db.keyring.derive("access.csrf")
    return base64.urlsafe_b64encode(hmac.digest(key, session_token.encode(), "sha256")).rstrip(b"=").decode()


def check_csrf(db: Database, session_token: str, given: str) -> None:
    """Raise :class:`ForgedRequest` unless the form belongs to this session."""
    if not given.isascii() or not hmac.compare_digest(csrf_token(db, session_token), given):
        raise ForgedRequest()
