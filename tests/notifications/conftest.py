"""The cast of the notifications' tests, and what they were told."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from holdfast import notifications
from holdfast.notifications import Notification
from holdfast.store import Window
from holdfast.writes import Database
from tests.posts.builders import Member, member

Heard = Callable[..., list[Notification]]
Brief = Callable[[Member], list[tuple[str, int, int | None]]]


@pytest.fixture
def ada(db: Database) -> Member:
    return member(db, "ada")


@pytest.fixture
def bo(db: Database) -> Member:
    return member(db, "bo")


@pytest.fixture
def jo(db: Database) -> Member:
    return member(db, "jo")


@pytest.fixture
def heard(db: Database, run_jobs: Callable[[], None]) -> Heard:
    """What a member is shown once every job has run, newest first."""

    def look(who: Member, window: Window | None = None, **choice: object) -> list[Notification]:
        run_jobs()
        with db.read() as r:
            return notifications.page(r, who.id, window or Window(), now=db.clock.now(), **choice)  # type: ignore[arg-type]

    return look


@pytest.fixture
def brief(heard: Heard) -> Brief:
    """The same as (kind, from whom, which status)."""
    return lambda who: [(n.kind, n.from_account_id, n.status_id) for n in heard(who)]
