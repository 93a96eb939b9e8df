"""Prepared statements: every one of the house can be prepared on both engines, and values come back as they went."""

from __future__ import annotations

import gc
import importlib
import pkgutil
from contextlib import suppress
from typing import Any

import pysqlite3.dbapi2 as sqlite
import pytest
from psycopg.pq import ExecStatus
from sqlalchemy import text

import holdfast
from holdfast.store import Hot, Taken, Transaction
from holdfast.writes import Database

SQLITE_ONLY = ("rowid", "OR REPLACE")  # its index of words is a table of another kind
POSTGRES_ONLY = ("FOR UPDATE", "pg_", "SET LOCAL", "unnest(")
KEEP = Hot("INSERT INTO changes (id, at, kind, owner, commitment) VALUES (:id, 1, :kind, :owner, :commitment)")
KEPT = Hot("SELECT id, kind, owner, commitment FROM changes WHERE kind IN (@kinds) ORDER BY id")
KEPT_IDS = Hot("SELECT id FROM changes WHERE id IN (@ids) ORDER BY id")
HARD = ["plain", 'a "quoted" one', "back\\slash", "{braces}, and commas", "NULL", "", "%s %(x)s :x $1", "ünï\n\tcode ☃"]


def every_statement() -> list[Hot]:
    for module in pkgutil.walk_packages(holdfast.__path__, "holdfast."):
        if not module.name.endswith("__main__") and ".migrations" not in module.name:
            importlib.import_module(module.name)
    return [found for found in gc.get_objects() if isinstance(found, Hot)]


def is_index_of_postgres(words: str) -> bool:
    """Whether a statement is for the index of words as PostgreSQL has it."""
    return "status_search" in words and not any(part in words for part in SQLITE_ONLY)


def values_of(statement: Hot) -> dict[str, Any]:
    _, names, _ = statement.numbered()
    _, _, lists = statement.compiled("postgresql")
    return {name: [] if name in lists else None for name in names}


def test_every_statement_can_be_prepared(db: Database) -> None:
    faults: list[str] = []
    found = every_statement()
    assert len(found) > 150
    with db.read() as r:
        for statement in found:
            words, _, _ = statement.numbered()
            if not db.store.is_sqlite and any(part in words for part in SQLITE_ONLY):
                continue
            if not db.store.is_sqlite:
                result = r.driver.pgconn.prepare(b"", words.encode())
                if result.status != ExecStatus.COMMAND_OK:
                    faults.append(f"{words}: {result.error_message.decode()}")
            elif not any(part in words for part in POSTGRES_ONLY) and not is_index_of_postgres(words):
                explained, bound = statement.bind("sqlite", values_of(statement))
                try:
                    r.driver.execute(f"EXPLAIN {explained}", bound)
                except sqlite.Error as fault:
                    faults.append(f"{words}: {fault}")
    assert faults == []


def test_values_come_back_as_they_went(db: Database) -> None:
    with db.store.transaction() as tx:
        for number, words in enumerate(HARD):
            owner = None if number % 2 else 2**62 + number
            tx.run_later(KEEP, id=number, kind=words, owner=owner, commitment=words.encode() + b"\0\xff\x00")
    with db.read() as r:
        rows = r.fast(KEPT, kinds=HARD)
        asked = ((KEPT_IDS, {"ids": [1, 3, 99]}), (KEPT, {"kinds": ["nothing"]}), (KEPT_IDS, {"ids": [0]}))
        assert r.fast_several(*asked) == [[(1,), (3,)], [], [(0,)]]
    assert [row[1] for row in rows] == HARD
    assert [row[2] for row in rows] == [None if n % 2 else 2**62 + n for n in range(len(HARD))]
    assert [bytes(row[3]) for row in rows] == [words.encode() + b"\0\xff\x00" for words in HARD]


def test_what_is_run_later_is_there_before_anybody_looks(db: Database) -> None:
    def keep(tx: Transaction, number: int) -> None:
        tx.run_later(KEEP, id=number, kind="later", owner=None, commitment=b"")

    with db.store.transaction() as tx:
        keep(tx, 1)
        assert tx.fast(KEPT_IDS, ids=[1]) == [(1,)]
        keep(tx, 2)
        assert tx.value(text("SELECT count(*) FROM changes")) == 2
        keep(tx, 3)
        assert tx.driver.execute("SELECT count(*) FROM changes").fetchone()[0] == 3
        with suppress(KeyError), db.store.transaction():
            keep(tx, 4)
            raise KeyError
        with db.store.transaction():
            keep(tx, 5)
    with db.read() as r:
        assert r.ids(text("SELECT id FROM changes ORDER BY id")) == [1, 2, 3, 5]


def test_the_error_of_what_is_run_later_fails_the_transaction(db: Database) -> None:
    def keep_twice() -> None:
        with db.store.transaction() as tx:
            for _ in range(2):
                tx.run_later(KEEP, id=1, kind="twice", owner=None, commitment=b"")

    with pytest.raises(Taken):
        keep_twice()
    with db.read() as r:
        assert r.value(text("SELECT count(*) FROM changes")) == 0


def test_a_nul_in_a_text_is_refused_on_postgresql_and_cuts_nothing_off(db: Database) -> None:
    with db.read() as r:
        if db.store.is_sqlite:
            assert r.fast(KEPT, kinds=["a\0b"]) == []
        else:
            with pytest.raises(Exception, match="NUL"):
                r.fast(KEPT, kinds=["a\0b"])


def test_a_value_beside_a_constant_may_be_an_id(db: Database) -> None:
    either = Hot("SELECT CASE WHEN :chosen = 0 THEN 1 ELSE :chosen END, 5 IN (@ids)")
    with db.read() as r:
        assert [tuple(map(int, row)) for row in r.fast(either, chosen=2**62, ids=[2**62, 5])] == [(2**62, 1)]
        assert r.fast(either, chosen=0, ids=[])[0][0] == 1
