"""Where pictures are kept: at present a folder beside the database."""

from __future__ import annotations

from collections.abc import Sequence

from holdfast import vendors
from holdfast.vendors import StoragePool
from holdfast.writes import Database


def storage_url(db: Database) -> str:
    """The storage vendor's URL while there is only the local disk."""
    return f"file://{db.config.media_dir.resolve()}?name=disk"


def storage(db: Database) -> StoragePool:
    """The pool of places for pictures. Raises :class:`Misconfigured`."""
    return vendors.storage_pool([storage_url(db)])


def delete_blobs(db: Database, keys: Sequence[str]) -> None:
    """Delete blobs from every place; one that is not there is no error."""
    pool = storage(db)
    for key in keys:
        pool.delete(key)
