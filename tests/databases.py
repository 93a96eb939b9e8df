"""A database of one's own for each test, on both engines.

A pytest plugin: the fixture ``db`` runs a test once on SQLite and once on PostgreSQL. Schemas are
migrated once for a run and copied.
"""

from __future__ import annotations

import functools
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from holdfast import config, keys, store
from holdfast.site.wiring import hooks
from holdfast.store import Ids, ManualClock
from holdfast.writes import Database, Runner, Sealer
from tests.postgres import Server

ENGINES = ("sqlite", "postgresql")


@functools.cache
def migrated_sqlite() -> Path:
    """An SQLite file with the newest schema, made once in a process."""
    path = Path(tempfile.mkdtemp(prefix="holdfast-schema-")) / "schema.db"
    opened = store.open_store(f"sqlite:///{path}")
    store.upgrade(opened)
    opened.close()
    return path


def migrate_postgres(url: str) -> None:
    """Bring an empty PostgreSQL database to the newest schema."""
    opened = store.open_store(url)
    store.upgrade(opened)
    opened.close()


def settings_for(engine: str, folder: Path, postgres: Callable[[], Server], **environment: str) -> config.Settings:
    """Boot settings of a fresh server on an engine, its schema in place."""
    cheap = {"HOLDFAST_RATE_LIMITS": "off", "HOLDFAST_PASSWORD_MEMORY_KIB": "64"}
    env = {"HOLDFAST_DATA_DIR": str(folder)} | cheap | environment
    folder.mkdir(parents=True, exist_ok=True)
    if engine == "postgresql":
        server = postgres()
        env["HOLDFAST_DATABASE"] = server.fresh_database(server.template("holdfast_schema", migrate_postgres))
    else:
        shutil.copy(migrated_sqlite(), folder / "holdfast.db")
    return config.load(env)


@pytest.fixture(params=ENGINES)
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database with every room's hooks, on each engine in turn."""
    settings = settings_for(request.param, tmp_path / "data", lambda: request.getfixturevalue("postgres"))
    opened = store.open_store(settings.database_url, threads=4)
    database = Database(opened, settings, keys.load(settings.secrets_dir), hooks())
    sealer = None if opened.is_sqlite else Sealer(database)
    yield database
    if sealer is not None:
        sealer.stop()
    database.close()
    if settings.boot.database:
        request.getfixturevalue("postgres").drop(settings.boot.database)


@pytest.fixture
def run_jobs(db: Database) -> Callable[[], None]:
    """Call it to run every job that is due."""
    runner = Runner(db)
    return runner.drain


@pytest.fixture
def clock(db: Database) -> ManualClock:
    """The server's clock, which stands still from now on until it is moved."""
    standing = ManualClock(db.clock.now() + 1)
    db.store.clock, db.store.ids = standing, Ids(standing, floor=db.store.ids.new())
    return standing
