"""A server in the test's own process that the tests of a module share: each brings its own people."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient
from sqlalchemy import update

from holdfast import access, keys, mastodon, store
from holdfast.acting import SYSTEM
from holdfast.people.tables import accounts
from holdfast.site.wiring import hooks
from holdfast.writes import Database, Runner, Sealer
from tests.databases import settings_for
from tests.mastodon.asking import ALL, Api, Voice, links
from tests.pages import Pages

_numbers = itertools.count(1)


class Person(Voice):
    """A member whose name is known, for mentioning."""

    name = ""

    def says(self, status: str = "Hello", **options: Any) -> Any:
        """Publish a post; the entity."""
        return self.post("/api/v1/statuses", status=status, **options)

    def does(self, action: str, status: Any) -> Any:
        """Favourite, boost, pin … a status; the answer's entity."""
        return self.post(f"/api/v1/statuses/{status['id']}/{action}")

    def follows(self, other: Person, **options: Any) -> None:
        """Follow somebody."""
        self.post(f"/api/v1/accounts/{other.id}/follow", **options)

    def home(self, **params: Any) -> list[str]:
        """The ids on the home timeline."""
        return ids(self.get("/api/v1/timelines/home", **params))


class Town(Api):
    """The client API of a server with a little more at hand."""

    pages: Pages  # others' pages, where a test has laid some down

    def people(self, *names: str) -> list[Person]:
        """New members whose names begin with these."""
        return [self.person(name) for name in names]

    def person(self, name: str, scopes: str = ALL) -> Person:
        """One new member; the name gets a number, so that the tests of a module do not meet."""
        full = f"{name}{next(_numbers)}"
        number = access.create_member(self.db, SYSTEM, full)
        person = Person(self._client, access.issue_token(self.db, SYSTEM, number, scopes).token, number)
        person.name = full
        with self.db.store.transaction() as tx:  # old enough not to meet the limits of new accounts
            tx.run(update(accounts).where(accounts.c.id == number).values(created_at=store.DAY * 400))
        return person

    def run_jobs(self) -> None:
        """Run every job that is due."""
        Runner(self.db).drain()


@contextmanager
def town_on(
    engine: str,
    folder: Path,
    request: pytest.FixtureRequest,
    *,
    serve: Callable[[Database], Any] = mastodon.alone,
    **environment: str,
) -> Iterator[Town]:
    """A town on an engine; the fixtures of the modules use it. ``serve`` builds the doors that it has."""
    settings = settings_for(engine, folder, lambda: request.getfixturevalue("postgres"), **environment)
    opened = store.open_store(settings.database_url, threads=4)
    db = Database(opened, settings, keys.load(settings.secrets_dir), hooks())
    sealer = None if opened.is_sqlite else Sealer(db)
    with TestClient(serve(db)) as client:
        yield Town(db, client)
    if sealer is not None:
        sealer.stop()
    db.close()


def ids(found: list[Any]) -> list[str]:
    """The ids of a list of entities."""
    return [one["id"] for one in found]


def chained(pages: list[list[Any]]) -> list[Any]:
    """The items of all pages in their order."""
    return list(itertools.chain.from_iterable(pages))


def walk(who: Voice, path: str, rel: str = "next", **params: Any) -> list[list[Any]]:
    """Every page of a list that the Link header leads to, the given one first; an empty page ends it."""
    answer = who.ask("GET", path, params=params)
    pages = [who.good(answer)]
    while rel in links(answer):
        answer = who.ask("GET", links(answer)[rel])
        found = who.good(answer)
        if not found:
            break
        pages.append(found)
    return pages
