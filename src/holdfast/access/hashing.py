"""The one pool in which this process hashes passwords, with the parameters that the boot settings ask for."""

from __future__ import annotations

from threading import Lock
from weakref import WeakKeyDictionary

from holdfast.access.passwords import Hasher
from holdfast.config import SAFE_PASSWORD_MEMORY_KIB, weak_passwords_in_public
from holdfast.writes import Database

_hashers: WeakKeyDictionary[Database, Hasher] = WeakKeyDictionary()
_lock = Lock()


def hasher(db: Database) -> Hasher:
    """The hasher of a database's process.

    Raises :class:`Misconfigured` when hashing is set up weaker than is safe under a public domain.
    """
    found = _hashers.get(db)
    if found is not None:
        return found
    memory = db.config.boot.password_memory_kib
    domain = db.settings.domain
    if domain and memory < SAFE_PASSWORD_MEMORY_KIB:
        raise weak_passwords_in_public(domain)
    with _lock:
        return _hashers.setdefault(db, Hasher(memory_kib=memory))
