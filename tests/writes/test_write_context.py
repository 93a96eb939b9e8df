"""The write context on both engines: one commit for change, log and jobs; errors harm no neighbour."""

from __future__ import annotations

import threading
import time
from typing import Any, ClassVar

import pytest
from sqlalchemy import select, text, update

from holdfast import events, jobs
from holdfast.acting import SYSTEM
from holdfast.errors import Refused
from holdfast.events import Event
from holdfast.store import Hot
from holdfast.writes import Ability, Database, Runner, SettingsChanged, SwitchedOff, switch_off, switch_on


class Noted(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "test.noted"
    words: str


def note(db: Database, words: str) -> None:
    with db.write(SYSTEM, Ability.POSTING) as w:
        w.record(Noted(words=words), owner=7)


def sealed(db: Database) -> None:
    """Wait until the sealer has numbered everything (SQLite seals in the commit itself)."""
    end = time.monotonic() + 10
    while True:
        with db.read() as r:
            if not r.value(text("SELECT count(*) FROM changes WHERE seq IS NULL")):
                return
        assert time.monotonic() < end
        db.wake_sealer()
        time.sleep(0.002)


def test_settings_are_kept_and_told(db: Database) -> None:
    db.set_settings(SYSTEM, {"name": "Harbour", "most_characters": 1000})
    assert (db.settings.name, db.settings.most_characters) == ("Harbour", 1000)
    sealed(db)
    with db.read() as r:
        told = [record.event for record in events.since(r, 0).records]
    assert told == [SettingsChanged(keys=("name", "most_characters"))]


def test_a_command_that_fails_leaves_nothing_and_harms_no_neighbour(db: Database) -> None:
    def failing() -> None:
        with db.write(SYSTEM, Ability.POSTING) as w:
            w.record(Noted(words="never"))
            raise Refused("no")

    futures = [db.submit(failing if i % 3 == 1 else lambda i=i: note(db, str(i))) for i in range(30)]
    failed = [i for i, future in enumerate(futures) if isinstance(future.exception(), Refused)]
    assert failed == [i for i in range(30) if i % 3 == 1]
    sealed(db)
    with db.read() as r:
        words = {record.event.words for record in events.since(r, 0).records}  # type: ignore[attr-defined]
    assert words == {str(i) for i in range(30) if i % 3 != 1}


def test_a_swallowed_error_inside_a_command_still_fails_it(db: Database) -> None:
    def careless() -> None:
        try:
            with db.write(SYSTEM, Ability.POSTING) as w:
                w.record(Noted(words="half"))
                raise Refused("no")
        except Refused:
            return

    assert isinstance(db.submit(careless).exception(), Refused)
    with db.read() as r:
        assert r.value(text("SELECT count(*) FROM changes")) == 0


def test_the_chain_holds_and_an_altered_row_is_found(db: Database) -> None:
    for word in "abcde":
        note(db, word)
    sealed(db)
    with db.read() as r:
        assert events.verify(r).faults == []
    from holdfast.events.tables import change_details, changes

    with db.store.transaction() as tx:
        victim = tx.value(select(changes.c.id).where(changes.c.seq == 3))
        tx.run(update(change_details).where(change_details.c.change_id == victim).values(payload=b'{"words":"x"}'))
    with db.read() as r:
        assert "Change 3" in events.verify(r).faults[0]


def test_the_chain_still_verifies_after_content_was_erased(db: Database) -> None:
    for word in "abc":
        note(db, word)
    sealed(db)
    with db.store.transaction() as tx:
        tx.run(text("DELETE FROM change_details WHERE change_id = (SELECT id FROM changes WHERE seq = 2)"))
    with db.read() as r:
        verdict = events.verify(r)
    assert (verdict.faults, verdict.erased, verdict.rows) == ([], 1, 3)


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM changes WHERE seq = 2",
        "DELETE FROM changes WHERE seq = 3",
        "UPDATE changes SET owner = 9 WHERE seq = 1",
        "UPDATE changes SET kind = 'x' WHERE seq = 3",
    ],
)
def test_damage_to_the_log_itself_is_found(db: Database, damage: str) -> None:
    for word in "abc":
        note(db, word)
    sealed(db)
    with db.store.transaction() as tx:
        tx.run(text(damage))
    with db.read() as r:
        assert events.verify(r).faults


def test_a_switched_off_ability_refuses_with_its_reason(db: Database) -> None:
    with db.store.transaction() as tx:
        switch_off(tx, Ability.POSTING, "We are moving.", db.clock.now(), db.clock.now() + 90_000, None)
    with pytest.raises(SwitchedOff, match="Posting is paused: We are moving") as caught:
        note(db, "refused")
    assert 80 <= caught.value.retry_after <= 90
    with db.write(SYSTEM, Ability.SIGN_IN):
        pass
    with db.store.transaction() as tx:
        assert switch_on(tx, Ability.POSTING)
    note(db, "works")


def test_a_batch_goes_by_the_switches_as_its_own_commands_leave_them(db: Database) -> None:
    def switch(*, fails: bool) -> None:
        with db.write(SYSTEM, Ability.ADMINISTRATION) as w:
            switch_off(w.tx, Ability.POSTING, "We are moving.", w.now, None, None)
            if fails:
                raise Refused("no")

    def hold() -> None:
        entered.set()
        may_end.wait(10)

    entered, may_end = threading.Event(), threading.Event()
    db.submit(hold)
    assert entered.wait(10)
    commands = [
        lambda: note(db, "before"),
        lambda: switch(fails=True),
        lambda: note(db, "still"),
        lambda: switch(fails=False),
        lambda: note(db, "after"),
    ]
    futures = [db.submit(command) for command in commands]
    may_end.set()
    assert [type(future.exception(20)) for future in futures] == [
        type(None),
        Refused,
        type(None),
        type(None),
        SwitchedOff,
    ]


def test_jobs_that_depend_on_the_database_are_asked_for_once_for_a_whole_batch(db: Database) -> None:
    ran: list[str] = []
    looked_for = Hot("SELECT 1 FROM service_modes WHERE ability = :words")
    db.hooks.on(
        Noted,
        "test.asked",
        lambda _, event: ran.append(event.words),
        when=lambda event: event.words != "never",
        asks=lambda event: event.words == "always" or (looked_for, {"words": event.words}),
    )
    with db.store.transaction() as tx:
        switch_off(tx, Ability.MEDIA, "", db.clock.now(), None, None)

    def several() -> None:
        for words in ("never", "always", "media", "nothing"):
            note(db, words)

    db.submit(several).result(20)
    Runner(db).drain()
    assert ran == ["always", "media"]


def test_a_job_runs_once_with_its_effects(db: Database) -> None:
    ran: list[Any] = []

    def work(db: Database, words: str) -> None:
        with db.write(SYSTEM, Ability.JOBS) as w:
            w.record(Noted(words=words))
        if not ran:
            ran.append("failed")
            raise RuntimeError("the first time it fails")
        ran.append("done")

    db.hooks.job("test.work", str, work)
    with db.write(SYSTEM, Ability.JOBS) as w:
        w.enqueue("test.work", "once", dedupe="x")
        w.enqueue("test.work", "twice", dedupe="x")
    runner = Runner(db)
    runner.drain()
    with db.read() as r:
        assert jobs.counts(r) == {"waiting": 1}
        assert r.value(text("SELECT count(*) FROM changes")) == 0  # the failed try left nothing
    with db.store.transaction() as tx:
        jobs.retry(tx, db.clock.now(), tx.value(select(jobs.table.c.id)))
    runner.drain()
    with db.read() as r:
        assert jobs.counts(r) == {}
        assert r.value(text("SELECT count(*) FROM changes")) == 1
    assert ran == ["failed", "done"]


def test_a_job_that_follows_an_event_is_in_the_same_commit(db: Database) -> None:
    heard: list[str] = []
    db.hooks.on(Noted, "test.heard", lambda db, event: heard.append(event.words), when=lambda e: e.words != "quiet")
    note(db, "loud")
    note(db, "quiet")
    Runner(db).drain()
    assert heard == ["loud"]
