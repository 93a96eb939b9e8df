"""The one-time link with which the owner sets a new server up: a token made at each start, void once it is set up."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from holdfast.writes import Database


def make_token(db: Database) -> str:
    """A new token for the set-up page; older ones end. Only its digest is kept, in a file for the server's user."""
    token = secrets.token_urlsafe(24)
    path = _path(db)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(_digest(token))
    draft.rename(path)
    return token


def is_valid_token(db: Database, token: str) -> bool:
    """Whether a token opens the set-up page; never once the server is set up."""
    if db.settings.is_set_up or not token:
        return False
    try:
        kept = _path(db).read_text()
    except FileNotFoundError:
        return False
    return hmac.compare_digest(kept, _digest(token))


def void_token(db: Database) -> None:
    """Let no token open the set-up page any more."""
    _path(db).unlink(missing_ok=True)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _path(db: Database) -> Path:
    return db.config.data_dir / "secrets" / "setup.token"
