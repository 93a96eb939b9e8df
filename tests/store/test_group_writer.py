"""The group writer on both engines: one commit for many commands, and nobody pays for a neighbour's fault."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from holdfast.errors import Refused
from holdfast.store import DatabaseFault, Hot, Store, Taken
from holdfast.writes import Database

PUT = Hot("INSERT INTO service_modes (ability, reason, since) VALUES (:name, '', 0)")
TOUCH = Hot("UPDATE service_modes SET since = since + 1 WHERE ability = :name")
CUT = Hot("SELECT pg_terminate_backend(pg_backend_pid())")


@pytest.fixture
def store(db: Database) -> Store:
    return db.store


def put(store: Store, name: str) -> None:
    with store.transaction() as tx:
        tx.run_later(PUT, name=name)


def names(store: Store) -> list[str]:
    with store.reading() as r:
        return r.values(text("SELECT ability FROM service_modes ORDER BY ability"))


def together(store: Store, *commands: Callable[[], Any]) -> list[Future[Any]]:
    """Submit commands so that they are one batch: they come while the writer is held up by another one."""
    entered, may_end = threading.Event(), threading.Event()

    def hold() -> None:
        entered.set()
        may_end.wait(10)

    held = store.submit(hold)
    assert entered.wait(10)
    futures = [store.submit(command) for command in commands]
    may_end.set()
    held.exception(10)
    for future in futures:
        future.exception(20)
    return futures


def test_a_batch_is_one_commit_and_each_answer_goes_to_who_asked(store: Store) -> None:
    before = store.writer.batches
    futures = together(store, *(lambda n=n: put(store, f"n{n}") or n for n in range(10)))  # type: ignore[func-returns-value,misc]
    assert [future.result() for future in futures] == list(range(10))
    assert store.writer.batches - before == 2  # the one that held it up, and these
    assert len(names(store)) == 10


def test_whatever_a_neighbour_does_wrong_is_its_own_fault(store: Store) -> None:
    def refuses() -> None:
        put(store, "refused")
        raise Refused("no")

    def swallows() -> None:
        try:
            with store.transaction() as tx:
                tx.run_later(PUT, name="swallowed")
                raise Refused("no")
        except Refused:
            return

    def never_begins() -> None:
        raise Refused("before anything")

    def asks_nonsense() -> None:
        with store.transaction() as tx:
            tx.fast(Hot("SELECT nothing FROM nowhere"))

    commands = [
        lambda: put(store, "a"),
        refuses,
        lambda: put(store, "b"),
        lambda: put(store, "a"),
        swallows,
        never_begins,
        asks_nonsense,
        lambda: put(store, "c"),
    ]
    faults = [type(future.exception()) for future in together(store, *commands)]
    assert faults[:6] == [type(None), Refused, type(None), Taken, Refused, Refused]
    assert issubclass(faults[6], Exception)
    assert faults[7] is type(None)
    assert names(store) == ["a", "b", "c"]


def test_what_waits_for_the_commit_hears_only_of_what_was_committed(store: Store) -> None:
    heard: list[str] = []

    def notes(name: str, *, fails: bool = False) -> None:
        with store.transaction() as tx:
            tx.run_later(PUT, name=name)
            tx.after.append(lambda: heard.append(name))
            if fails:
                raise Refused("no")

    together(store, lambda: notes("a"), lambda: notes("b", fails=True), lambda: notes("c"))
    assert heard == ["a", "c"]


def test_what_a_batch_remembers_is_forgotten_with_a_command_that_is_taken_back(store: Store) -> None:
    seen: list[str | None] = []

    def remembers(value: str, *, fails: bool) -> None:
        with store.transaction() as tx:
            seen.append(tx.remembered.get("key"))
            tx.remembered["key"] = value
            put(store, value)
            if fails:
                raise Refused("no")

    together(
        store,
        lambda: remembers("a", fails=False),
        lambda: remembers("b", fails=True),
        lambda: remembers("c", fails=False),
        lambda: remembers("d", fails=False),
    )
    assert seen == [None, "a", None, "c"]


def test_a_commit_that_fails_fails_everybody(store: Store) -> None:
    def fails(_: Any) -> None:
        raise RuntimeError("the log cannot be written")

    usual, store.writer.finisher = store.writer.finisher, fails
    futures = together(store, lambda: put(store, "a"), lambda: put(store, "b"))
    store.writer.finisher = usual
    assert [str(future.exception()) for future in futures] == ["the log cannot be written"] * 2
    assert names(store) == []
    store.submit(lambda: put(store, "c")).result(10)
    assert names(store) == ["c"]


# ── PostgreSQL, where others write too ───────────────────────────────────────────────────────────────


@pytest.fixture
def url(db: Database) -> str:
    return db.config.boot.database


@contextmanager
def somebody(url: str, *statements: str) -> Iterator[psycopg.Connection[Any]]:
    """Another program in a transaction in which it has run some statements."""
    with psycopg.connect(url) as other:
        for statement in statements:
            other.execute(statement.encode())
        yield other
        other.rollback()


def touch(store: Store, *wanted: str) -> None:
    with store.transaction() as tx:
        for name in wanted:
            tx.run_fast(TOUCH, name=name)


@pytest.mark.parametrize("db", ["postgresql"], indirect=True)
class TestOnPostgresql:
    def test_who_waits_for_a_lock_holds_up_nobody(self, store: Store, url: str) -> None:
        put(store, "held")
        with somebody(url, "UPDATE service_modes SET since = 5 WHERE ability = 'held'") as other:
            waiting = store.submit(lambda: touch(store, "held"))
            time.sleep(0.05)
            began = time.monotonic()
            together(store, *(lambda n=n: put(store, f"n{n}") for n in range(5)))  # type: ignore[misc]
            assert time.monotonic() - began < 3
            assert not waiting.done()
            other.commit()
            waiting.result(10)
        with store.reading() as r:
            assert r.value(text("SELECT since FROM service_modes WHERE ability = 'held'")) == 6
        assert len(names(store)) == 6

    def test_a_batch_in_a_deadlock_gives_way_and_is_done_all_the_same(self, store: Store, url: str) -> None:
        for name in ("a", "b"):
            put(store, name)
        with somebody(url, "UPDATE service_modes SET since = 5 WHERE ability = 'b'") as other:
            done: list[Future[Any]] = []
            ours = threading.Thread(
                target=lambda: done.extend(
                    together(store, lambda: touch(store, "a", "b"), lambda: put(store, "c"), lambda: put(store, "a"))
                )
            )
            ours.start()
            time.sleep(0.1)
            other.execute("UPDATE service_modes SET since = 5 WHERE ability = 'a'")  # what the batch holds
            other.commit()
            ours.join(20)
        assert [type(future.exception()) for future in done] == [type(None), type(None), Taken]
        with store.reading() as r:
            assert r.values(text("SELECT since FROM service_modes ORDER BY ability")) == [6, 6, 0]

    def test_a_command_that_meets_what_is_taken_is_run_again_from_its_start(self, store: Store) -> None:
        put(store, "taken")
        drawn = {"one": iter(["taken", "taken", "free"]), "two": iter(["taken", "open"])}
        commands = [lambda: put(store, next(drawn["one"])), lambda: put(store, next(drawn["two"]))]
        assert [future.exception() for future in together(store, *commands)] == [None, None]
        alone = iter(["taken", "single"])
        store.submit(lambda: put(store, next(alone))).result(10)
        assert names(store) == ["free", "open", "single", "taken"]

    def test_a_fault_that_shows_at_a_neighbour_is_told_to_who_made_it(self, store: Store) -> None:
        runs: list[str] = []

        def leaves_a_fault() -> None:
            put(store, "a")  # there already, which shows only when the next one asks something

        def asks(name: str) -> None:
            runs.append(name)
            try:
                touch(store, name)
            except Taken:
                return
            put(store, name)

        put(store, "a")
        commands = [lambda: asks("x"), leaves_a_fault, lambda: asks("y"), leaves_a_fault]
        faults = [type(future.exception()) for future in together(store, *commands)]
        assert faults == [type(None), Taken, type(None), Taken]
        assert names(store) == ["a", "x", "y"]
        assert runs == ["x", "y", "x", "y"]  # one after the other the second time, so that it shows whose fault it is

    def test_a_fault_that_somebody_overlooked_is_never_acknowledged(self, store: Store) -> None:
        def careless() -> None:
            with store.transaction() as tx:
                tx.run_fast(PUT, name="lost")
                try:
                    tx.fast(Hot("SELECT nothing FROM nowhere"))
                except psycopg.Error:
                    return

        assert store.submit(careless).exception(10) is not None
        assert [future.exception() is None for future in together(store, careless, lambda: put(store, "x"))] == [
            False,
            True,
        ]
        with pytest.raises(Exception, match="overlooked"):
            careless()
        assert names(store) == ["x"]

    def test_a_lost_connection_is_told_to_who_lost_it_and_to_nobody_else(self, store: Store) -> None:
        def cuts_itself_off() -> None:
            with store.transaction() as tx:
                tx.run_later(PUT, name="cut")
                tx.fast(CUT)

        futures = together(store, lambda: put(store, "a"), cuts_itself_off, lambda: put(store, "b"))
        assert [type(future.exception()) for future in futures] == [type(None), DatabaseFault, type(None)]
        assert "Nothing was changed" in str(futures[1].exception())
        assert names(store) == ["a", "b"]
        store.submit(lambda: put(store, "c")).result(10)
        assert names(store) == ["a", "b", "c"]

    def test_connections_that_were_lost_meanwhile_cost_no_write(self, store: Store, url: str) -> None:
        put(store, "a")
        with psycopg.connect(url, autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        time.sleep(0.2)
        store.submit(lambda: put(store, "b")).result(10)
        assert names(store) == ["a", "b"]
