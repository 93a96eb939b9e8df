"""Secret keys: made once at the first start, kept in files that only the server's user can read."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

__all__ = ["Keyring", "load"]


class Keyring:
    """The server's master secret, from which one key for each purpose is derived (HMAC-SHA-256)."""

    def __init__(self, master: bytes) -> None:
        self._master = master

    def derive(self, purpose: str) -> bytes:
        """A 32-byte key for one purpose; the same purpose always gives the same key."""
        return hmac.new(self._master, purpose.encode(), hashlib.sha256).digest()

    @property
    def fingerprint(self) -> str:
        """By which two keyrings are told apart; it says nothing about the keys."""
        return self.derive("keys.fingerprint").hex()[:32]

    def __repr__(self) -> str:
        return "Keyring(…)"


def load(folder: Path) -> Keyring:
    """The keyring of a folder of secrets, made on first use and on disk before it is used.

    Of processes that share the folder and start at once, one makes it and all have the same.
    """
    path = folder / "master.key"
    if not path.exists():
        _make(path)
    return Keyring(bytes.fromhex(path.read_text().strip()))


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_hex(32))
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(draft)  # unlike renaming, this never replaces the key of another process
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
