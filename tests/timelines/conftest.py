"""A database whose clock the tests move."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from holdfast import keys, store
from holdfast.site.wiring import hooks
from holdfast.store import ManualClock
from holdfast.writes import Database, Sealer
from tests.databases import ENGINES, settings_for


@pytest.fixture(params=ENGINES)
def timed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Database, ManualClock]]:
    """A database on each engine in turn, and its clock, which stands still until it is moved."""
    config = settings_for(request.param, tmp_path / "data", lambda: request.getfixturevalue("postgres"))
    clock = ManualClock(time.time_ns() // 1_000_000)
    opened = store.open_store(config.database_url, clock=clock, threads=2)
    db = Database(opened, config, keys.load(config.secrets_dir), hooks())
    sealer = None if opened.is_sqlite else Sealer(db)
    yield db, clock
    if sealer is not None:
        sealer.stop()
    db.close()
    if config.boot.database:
        request.getfixturevalue("postgres").drop(config.boot.database)
