"""The scratch server: the whole application on a database of its own, asked over HTTP, going by a clock that is moved.

It listens nowhere: requests are handed to the application as its web server hands them.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx

from holdfast import access, config, jobs, moderation
from holdfast.access import setup
from holdfast.acting import SYSTEM
from holdfast.cli.drills.plans import END, Plan
from holdfast.moderation import Wanted
from holdfast.site.application import build_application
from holdfast.site.wiring import open_database
from holdfast.store import HOUR, SECOND, ManualClock, SystemClock
from holdfast.writes import Database, Runner

NAME = "Drill"
RULE = "No threats, and no calls to violence."
SCOPES = "read write admin:read admin:write"
FIXED = {"new_account_posts_per_hour": 0, "link_previews": False, "pile_on_strangers": 0}
"""Nobody waits for another's server, and members may write a thousand posts a day here."""


class Server:
    """The application, its clock and whoever has an account on it."""

    def __init__(self, db: Database, clock: ManualClock, http: httpx.AsyncClient) -> None:
        self.db = db
        self.clock = clock
        self._http = http
        self._runner = Runner(db)
        with db.read() as r:
            self.rule_id = str(access.rules(r)[0].id)

    async def ask(self, token: str, method: str, path: str, **values: Any) -> httpx.Response:
        """One request of somebody who is signed in."""
        headers = {"authorization": f"Bearer {token}"}
        return await self._http.request(method, path, json=values or None, headers=headers)

    def do(self, command: Callable[[], Any]) -> Any:
        """Run a command in the writer."""
        return self.db.submit(command).result()

    def live_until(self, moment: int) -> None:
        """Move the clock on (ms), and run every job at its time."""
        while True:
            with self.db.read() as r:
                due = jobs.next_due(r)
            if due is None or due > moment:
                break
            self._to(due)
            self._runner.drain()
        self._to(moment)

    def _to(self, moment: int) -> None:
        self.clock.advance(max(moment - self.clock.now(), 0))

    def joins(self, name: str, role: str = "member") -> tuple[int, str]:
        """A new member's account and token."""

        def command() -> tuple[int, str]:
            number = access.create_member(self.db, SYSTEM, name, role=role)
            return number, access.issue_token(self.db, SYSTEM, number, SCOPES).token

        found: tuple[int, str] = self.do(command)
        return found

    def stop(self) -> None:
        """Let the jobs end."""
        self._runner.stop()


@asynccontextmanager
async def scratch(plan: Plan, folder: str) -> AsyncIterator[Server]:
    """A server that is set up as the plan says, in a folder."""
    boot = {"HOLDFAST_DATA_DIR": folder, "HOLDFAST_RATE_LIMITS": "off", "HOLDFAST_LOG_LEVEL": "error"}
    clock = ManualClock(SystemClock().now() - END - HOUR)
    db = open_database(config.load(boot), clock=clock)
    try:
        _set_up(db, plan)
        application = build_application(db)
        transport = httpx.ASGITransport(application.asgi)
        async with application.running(), httpx.AsyncClient(transport=transport, base_url=db.base_url) as http:
            server = Server(db, clock, http)
            server.live_until(clock.now() + SECOND)
            yield server
            server.stop()
    finally:
        db.close()


def _set_up(db: Database, plan: Plan) -> None:
    rng = random.Random(plan.seed)  # noqa: S311  (nobody signs in with a password here)
    hashed = access.hash_password(db, str(rng.random()))
    form = setup.SetUp(name=NAME, registration="closed", owner="host_desk", email=None, password_hash=hashed,
                       rules=(RULE,))  # fmt: skip
    db.submit(lambda: setup.set_up(db, form)).result()
    db.set_settings(SYSTEM, {**plan.settings, **FIXED})
    for one in plan.terms:
        wanted = Wanted(one["kind"], one["value"], one["category"], one["action"], one.get("note", ""))
        db.submit(lambda wanted=wanted: moderation.add_term(db, SYSTEM, wanted)).result()  # type: ignore[misc]
