"""Following the change log: from a place that was read before, past what gives no event."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from sqlalchemy import text

from holdfast import events, keys, store
from holdfast.acting import SYSTEM
from holdfast.events import Event, Recorded
from holdfast.site.wiring import hooks
from holdfast.writes import Ability, Database, Sealer
from tests.databases import settings_for
from tests.postgres import Server


class Called(Event, frozen=True, kw_only=True):
    """Something was called out."""

    kind: ClassVar[str] = "test.called"
    words: str


def call(db: Database, words: str, times: int = 1) -> None:
    with db.write(SYSTEM, Ability.JOBS) as w:
        for _ in range(times):
            w.record(Called(words=words))


@pytest.fixture
def unsealed(postgres: Server, tmp_path: Path) -> Iterator[Database]:
    """A database on PostgreSQL that nobody seals or follows yet."""
    settings = settings_for("postgresql", tmp_path / "data", lambda: postgres)
    opened = store.open_store(settings.database_url, threads=2)
    database = Database(opened, settings, keys.load(settings.secrets_dir), hooks())
    yield database
    database.close()
    postgres.drop(settings.boot.database)


def test_the_place_moves_past_rows_whose_content_was_erased(db: Database) -> None:
    call(db, "gone", 30)
    with db.write(SYSTEM, Ability.JOBS) as w:
        w.run(text("DELETE FROM change_details"))
        if not db.store.is_sqlite:
            while events.seal(w.tx, w.now):
                continue
    with db.read() as r:
        first = events.since(r, 0, most=20)
        second = events.since(r, first.seq, most=20)
        assert (first.records, first.seq, first.rows) == ([], 20, 20)
        assert (second.records, second.seq, second.rows) == ([], 30, 10)
        assert events.since(r, 30) == ([], 30, 0)


def test_a_follower_hears_what_was_sealed_after_the_place_that_it_names(unsealed: Database) -> None:
    with unsealed.read() as r:
        before = events.last_seq(r)
    call(unsealed, "in between")
    with unsealed.write(SYSTEM, Ability.JOBS) as w:
        events.seal(w.tx, w.now)  # by another process, before this one follows
    heard: list[str] = []
    told = threading.Event()

    def hear(records: list[Recorded]) -> None:
        heard.extend(record.event.words for record in records if isinstance(record.event, Called))
        if "later" in heard:
            told.set()

    unsealed.bus.on_sealed(hear)  # type: ignore[arg-type]
    sealer = Sealer(unsealed, after=before)
    call(unsealed, "later")
    assert told.wait(5)
    sealer.stop()
    assert heard == ["in between", "later"]
