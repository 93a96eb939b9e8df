"""Opening the database with every room's tables, jobs and hooks in place."""

from __future__ import annotations

from holdfast import keys, people, store
from holdfast.config import Settings
from holdfast.store import MINUTE, Clock
from holdfast.writes import Database, Hooks


def hooks() -> Hooks:
    """Which jobs exist and which events they follow."""
    h = Hooks()
    h.job(people.EXPIRE_MUTES, people.ExpireMutes, people.expire_mutes, every_ms=MINUTE)
    h.job(people.SEVER, people.Sever, people.sever)
    return h


def open_database(settings: Settings, *, clock: Clock | None = None, upgrade: bool = True) -> Database:
    """Open the database that the settings name, bring its schema up to date, fill the hooks.

    Raises :class:`Misconfigured` kinds with what to do when it cannot be used.
    """
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    opened = store.open_store(settings.database_url, clock=clock, threads=settings.boot.threads)
    if upgrade:
        store.upgrade(opened)
    return Database(opened, settings, keys.load(settings.data_dir), hooks())
