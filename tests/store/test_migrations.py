"""From an empty database and from one filled by an earlier release to the newest schema, on both engines."""

from __future__ import annotations

import base64
import importlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import autogenerate, command, migration
from alembic.config import Config
from litestar.testing import TestClient

import holdfast
from holdfast import access, config, events, keys, mastodon, store
from holdfast.acting import SYSTEM
from holdfast.site.wiring import hooks
from holdfast.store.migrating import MIGRATIONS
from holdfast.writes import Database
from tests.databases import ENGINES
from tests.mastodon.asking import ALL
from tests.mastodon.town import Person

RELEASES = sorted((Path(__file__).parent.parent / "data" / "upgrades").glob("*.json"))
"""One file for each schema that was released: what people had made by then, by table."""


@pytest.fixture(params=ENGINES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database on each engine in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'holdfast.db'}"
        return
    server = request.getfixturevalue("postgres")
    made = server.fresh_database()
    yield made
    server.drop(made)


def fill(opened: store.Store, release: Path) -> dict[str, list[dict[str, Any]]]:
    """Bring an empty database to the schema of a release and put its rows in; the rows."""
    rows: dict[str, list[dict[str, Any]]] = json.loads(release.read_text(encoding="utf-8"))
    with opened.schema_connection() as connection:
        options: Any = Config()
        options.set_main_option("script_location", str(MIGRATIONS))
        options.attributes["connection"] = connection
        command.upgrade(options, release.stem)
    with opened.schema_connection() as connection:
        for name, table in tables(connection).items():
            for row in rows.get(name, []):
                connection.execute(table.insert(), {key: plain(value, table.c[key]) for key, value in row.items()})
    return rows


def tables(connection: sa.Connection) -> dict[str, sa.Table]:
    """The tables as they are in the database."""
    found = sa.MetaData()
    found.reflect(connection)
    return {table.name: table for table in found.sorted_tables if is_kept(table.name)}


def is_kept(name: str) -> bool:
    """Whether a table holds rows that somebody made."""
    return name != "alembic_version" and not store.is_word_index(name)


def is_declared(_: Any, name: str | None, kind: str, *__: Any) -> bool:
    """Whether something of the database is a table of the rooms, and no index of words."""
    return kind != "table" or not store.is_word_index(name or "")


def plain(value: Any, column: sa.Column[Any]) -> Any:
    """A value of the file as a column of this type takes it."""
    if isinstance(value, dict) and set(value) == {"base64"} and not isinstance(column.type, sa.JSON):
        return base64.b64decode(value["base64"])
    return value


def test_migrations_make_exactly_the_tables_that_the_rooms_declare(url: str) -> None:
    for path in sorted(Path(holdfast.__file__).parent.glob("*/tables.py")):
        importlib.import_module(f"holdfast.{path.parent.name}.tables")
    opened = store.open_store(url)
    try:
        assert store.upgrade(opened).before is None
        with opened.schema_connection() as connection:
            context = migration.MigrationContext.configure(
                connection, opts={"compare_type": True, "include_object": is_declared}
            )
            assert autogenerate.compare_metadata(context, store.metadata) == []
        again = store.upgrade(opened)
        assert again.before == again.after == store.NEWEST
    finally:
        opened.close()


def test_the_newest_revision_is_the_last_file() -> None:
    assert max(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*.py")) == store.NEWEST


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.stem)
def test_nothing_of_a_filled_database_is_lost_by_upgrading(url: str, release: Path, tmp_path: Path) -> None:
    settings = config.load({"HOLDFAST_DATA_DIR": str(tmp_path)} | database(url))
    opened = store.open_store(url)
    rows = fill(opened, release)
    assert store.upgrade(opened).before == release.stem
    with opened.schema_connection() as connection:
        for name, table in tables(connection).items():
            found = [dict(row._mapping) for row in connection.execute(table.select())]
            assert len(found) == len(rows.get(name, [])), name
            for row in rows.get(name, []):
                wanted = {key: plain(value, table.c[key]) for key, value in row.items()}
                assert any(all(one[key] == wanted[key] for key in wanted) for one in found), (name, row)
    db = Database(opened, settings, keys.load(settings.secrets_dir), hooks())
    try:
        lives_on(db)
    finally:
        db.close()


def database(url: str) -> dict[str, str]:
    """The setting that names a database; SQLite lies in the data folder."""
    return {} if url.startswith("sqlite") else {"HOLDFAST_DATABASE": url}


def lives_on(db: Database) -> None:
    """People sign in again after an upgrade, read what they had and write more; the log still verifies."""
    with db.read() as r:
        assert not events.verify(r).faults
        number = r.value(sa.text("SELECT id FROM accounts WHERE username = 'ada1'"))
    with TestClient(mastodon.alone(db)) as client:
        ada = Person(client, access.issue_token(db, SYSTEM, number, ALL).token, number)
        assert ada.home()
        for path in ("accounts/verify_credentials", "notifications", "conversations", "bookmarks", "preferences"):
            ada.get(f"/api/v1/{path}")
        made = ada.says("still here")
        assert ada.home()[0] == made["id"]
