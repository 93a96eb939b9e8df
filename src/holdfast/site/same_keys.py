"""All processes on one PostgreSQL database have the same secret keys: told by a mark in the database.

With different ones a form from one process is refused by the next, and links in letters work only by luck.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import delete

from holdfast.errors import Misconfigured
from holdfast.keys import Keyring
from holdfast.store import Hot, Store
from holdfast.writes.settings import server_settings

MARK = "keys.fingerprint"  # beside the settings, none of which has a dot in its name

_PUT = Hot(
    "INSERT INTO server_settings (key, value, changed_at) VALUES (:key, :value, :now) ON CONFLICT (key) DO NOTHING"
)
_GET = Hot("SELECT value FROM server_settings WHERE key = :key")


class KeysDiffer(Misconfigured):
    """The database was first served with other secret keys than these."""

    key = "keys_differ"


def check(store: Store, keyring: Keyring, folder: Path) -> None:
    """Leave the mark of these keys, or compare. Raises :class:`KeysDiffer`, saying what to do.

    SQLite has its keys beside it in the data folder, and one process.
    """
    if store.is_sqlite:
        return
    with store.reading() as r:
        found = r.fast(_GET, key=MARK)
    if not found:
        with store.transaction() as tx:
            tx.run_fast(_PUT, key=MARK, value=keyring.fingerprint, now=store.clock.now())
            found = tx.fast(_GET, key=MARK)
    if found[0][0] != keyring.fingerprint:
        raise KeysDiffer(
            f"The keys in {folder.resolve()} are not those with which this database is served. Put a copy of the other "
            "process's master.key there, or name a folder that both share with HOLDFAST_SECRETS_DIR. If those keys are "
            "lost for good, run 'holdfast db accept-keys'.",
            setting="secrets_dir",
        )


def accept(store: Store, keyring: Keyring) -> None:
    """From now on these keys are the database's. Processes with the former ones are refused at their next start."""
    with store.transaction() as tx:
        tx.run(delete(server_settings).where(server_settings.c.key == MARK))
        tx.run_fast(_PUT, key=MARK, value=keyring.fingerprint, now=store.clock.now())
