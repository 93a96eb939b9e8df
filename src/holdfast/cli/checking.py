"""Looking for what would keep the server from working, and bringing its schema up to date."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import msgspec

from holdfast import keys, store, vendors
from holdfast.access.proxies import networks
from holdfast.cli.calling import connect
from holdfast.config import Settings
from holdfast.errors import Misconfigured, Problem
from holdfast.site import lock, port, same_keys


class Finding(msgspec.Struct, frozen=True):
    """One thing that was looked at."""

    name: str
    is_fine: bool
    words: str


def check(settings: Settings) -> list[Finding]:
    """Look at everything that the configuration names."""
    running = connect(settings.data_dir)
    if running is not None:
        running.close()
    looks: list[tuple[str, Callable[[Settings], str]]] = [
        ("settings", lambda found: f"read from {found.file or 'the environment and the defaults'}"),
        ("data folder", _data_folder),
        ("database", _database),
        ("proxies", _proxies),
        ("e-mail", _email),
    ]
    if running is None:
        looks.append(("port", _port))
    return [_finding(name, look, settings) for name, look in looks]


def _finding(name: str, look: Callable[[Settings], str], settings: Settings) -> Finding:
    try:
        return Finding(name, True, look(settings))
    except Problem as problem:
        return Finding(name, False, problem.message)


def _data_folder(settings: Settings) -> str:
    folder = settings.data_dir.resolve()
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        raise Misconfigured(
            f"data_dir = '{settings.boot.data_dir}' cannot be written to. Give {nearest} to the server's user, or set "
            "HOLDFAST_DATA_DIR to another folder.",
            setting="data_dir",
        )
    return str(folder) if folder.exists() else f"{folder} will be made at the first start"


def _database(settings: Settings) -> str:
    if not settings.boot.database and not (settings.data_dir / "holdfast.db").exists():
        return "SQLite; it will be made at the first start"
    opened = store.open_store(settings.database_url, threads=2)
    try:
        return f"{'SQLite' if opened.is_sqlite else 'PostgreSQL'} with schema {store.revision(opened) or 'empty'}"
    finally:
        opened.close()


def _proxies(settings: Settings) -> str:
    trusted = networks(settings.boot.trusted_proxies)
    return ", ".join(map(str, trusted)) if trusted else "none is trusted"


def _email(settings: Settings) -> str:
    if not settings.boot.email:
        return "none configured; addresses are not confirmed"
    sender = settings.boot.email_from or f"noreply@{settings.fixed.get('domain') or 'localhost'}"
    pool = vendors.email_pool(settings.boot.email, sender=sender, setting="email")
    return ", ".join(pool.names)


def _port(settings: Settings) -> str:
    port.check(settings)
    return f"{settings.boot.listen} is free"


def upgrade(settings: Settings) -> dict[str, Any]:
    """Bring the schema up to date under the data folder's lock. Raises :class:`DataFolderInUse`."""
    held = lock.take(settings.data_dir)
    try:
        opened = store.open_store(settings.database_url, threads=2)
        try:
            done = store.upgrade(opened)
        finally:
            opened.close()
    finally:
        held.release()
    return {"before": done.before, "after": done.after}


def accept_keys(settings: Settings) -> dict[str, Any]:
    """Let the database go on with the present secret keys. Raises :class:`DataFolderInUse`."""
    held = lock.take(settings.data_dir)
    try:
        opened = store.open_store(settings.database_url, threads=2)
        try:
            store.upgrade(opened)
            same_keys.accept(opened, keys.load(settings.secrets_dir))
        finally:
            opened.close()
    finally:
        held.release()
    return {"folder": str(settings.secrets_dir.resolve())}
