"""A server with all of its doors, and what moderators decide on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from holdfast import access
from holdfast.access import sessions
from holdfast.acting import SYSTEM
from holdfast.site.application import build_application
from holdfast.writes import Ability, Database
from tests.mastodon.town import Person, Town, town_on


@contextmanager
def whole_town(engine: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[Town]:
    """A town with pages beside the client API."""

    def serve(db: Database) -> Any:
        db.set_settings(SYSTEM, {"is_set_up": True})
        return build_application(db).asgi

    with town_on(engine, folder, request, serve=serve) as made:
        yield made


def decides(town: Town, command: Any, *values: Any) -> Any:
    """Run a command as the room of moderation does: inside a write of its own."""

    def run() -> Any:
        with town.db.write(SYSTEM, Ability.MODERATION) as w:
            return command(w, *values)

    return town.db.submit(run).result()


def cookie(town: Town, who: Person) -> dict[str, str]:
    """What a member's browser sends once it is signed in."""

    def begin() -> str:
        with town.db.write(SYSTEM, Ability.SIGN_IN) as w:
            return sessions.begin(w, access.member(w, who.number or 0), "password", "a browser").token

    return {"cookie": f"session={town.db.submit(begin).result()}"}
