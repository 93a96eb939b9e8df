"""Puts the community into a database: an SQLite file that is kept between runs, and from it into PostgreSQL."""

from __future__ import annotations

import hashlib
import itertools
import json
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import psycopg
import pysqlite3.dbapi2 as driver  # type: ignore[import-untyped]
from psycopg import sql

from bench import community, drawing, wording
from bench.sizes import Sizes
from holdfast import store

_TABLES = (
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'alembic_version' "
    "AND name NOT LIKE 'status_search%'"
)
_BOOLEANS = "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND data_type = 'boolean'"
CACHE = Path(__file__).resolve().parent.parent / "build" / "bench-cache"


def prepared(sizes: Sizes, say: Callable[[str], None]) -> tuple[Path, dict[str, Any]]:
    """The SQLite file with the community (not to be written to) and the facts about it; made when it is missing."""
    path = CACHE / f"{sizes.name}-{_key(sizes)}.db"
    told = path.with_suffix(".json")
    if not told.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        started = time.monotonic()
        say(f"making a community of {sizes.accounts:,} accounts and {sizes.posts:,} posts (kept for the next runs)")
        draft = path.with_suffix(".new")
        for old in CACHE.glob(f"{sizes.name}-*"):
            old.unlink()
        facts = _fill(draft, sizes)
        draft.rename(path)
        told.write_text(json.dumps(facts))
        say(f"made in {time.monotonic() - started:.1f} s")
    return path, json.loads(told.read_text())


def _key(sizes: Sizes) -> str:
    """What the file depends on: the schema, the sizes and the words."""
    versions = sorted((Path(store.__file__).parent / "migrations" / "versions").glob("*.py"))
    sources = [Path(module.__file__ or "") for module in (community, drawing, wording)]
    texts = [path.read_text() for path in (*versions, *sources)]
    return hashlib.sha256(repr((sizes, texts)).encode()).hexdigest()[:16]


def _fill(path: Path, sizes: Sizes) -> dict[str, Any]:
    opened = store.open_store(f"sqlite:///{path}")
    store.upgrade(opened)
    opened.close()
    made = community.build(sizes)
    connection = driver.connect(str(path), isolation_level=None)
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-300000"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("BEGIN")
    for table, rows in made.rows.items():
        columns = made.columns[table]
        places = ", ".join("?" * len(columns))
        connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", rows)
    connection.execute("COMMIT")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.close()
    return made.facts


def copy_sqlite(source: Path, folder: Path) -> None:
    """Put a copy of the file into a data folder."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, folder / "holdfast.db")


def copy_to_postgres(source: Path, url: str) -> None:
    """Copy every row into an empty PostgreSQL database, and let it gather its statistics as time would have."""
    opened = store.open_store(url, threads=2)
    store.upgrade(opened)
    opened.close()
    with sqlite3.connect(f"file:{source}?mode=ro&immutable=1", uri=True) as rows, psycopg.connect(url) as target:
        tables = [name for (name,) in rows.execute(_TABLES)]
        for table in tables:
            names = [column[1] for column in rows.execute(f"PRAGMA table_info({table})")]
            booleans = {name for (name,) in target.execute(_BOOLEANS, (table,))}
            places = [at for at, name in enumerate(names) if name in booleans]
            found = rows.execute(f"SELECT {', '.join(names)} FROM {table}")
            _copy(target, table, names, _typed(found, places))
    with psycopg.connect(url, autocommit=True) as target:
        target.execute("VACUUM ANALYZE")
        target.execute("CHECKPOINT")


def _typed(rows: Iterable[tuple[Any, ...]], booleans: list[int]) -> Iterable[tuple[Any, ...]]:
    if not booleans:
        return rows

    def convert(row: tuple[Any, ...]) -> tuple[Any, ...]:
        values = list(row)
        for at in booleans:
            if values[at] is not None:
                values[at] = bool(values[at])
        return tuple(values)

    return map(convert, rows)


def _copy(target: psycopg.Connection[Any], table: str, names: list[str], rows: Iterable[tuple[Any, ...]]) -> None:
    first = next(iter(rows := iter(rows)), None)
    if first is None:
        return
    into = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    with target.cursor() as cursor, cursor.copy(into) as copy:
        for row in itertools.chain([first], rows):
            copy.write_row(row)
