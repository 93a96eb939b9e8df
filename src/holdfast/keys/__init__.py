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

    def __repr__(self) -> str:
        return "Keyring(…)"


def load(data_dir: Path) -> Keyring:
    """The keyring of a data folder, made on first use and on disk before it is used."""
    path = data_dir / "secrets" / "master.key"
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_suffix(".new")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    return Keyring(bytes.fromhex(path.read_text().strip()))
