"""The application: the doors' routes in one Litestar, with the operators' watch around it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from litestar import Litestar
from litestar.datastructures import State
from litestar.plugins import PluginProtocol
from litestar.plugins.core import MsgspecDIPlugin

from holdfast import mastodon, ops, web
from holdfast.access.budgets import Budgets
from holdfast.ops import Observed, Operations
from holdfast.ops.noting import EVERY_S, FIRST_S
from holdfast.ops.observing import App
from holdfast.timelines import InMemory
from holdfast.writes import Database

log = logging.getLogger(__name__)

LAG_EVERY_S = 0.5


class Application:
    """What the web server runs, and the handles by which ``serving`` starts and stops it."""

    def __init__(
        self, db: Database, litestar: Litestar, front: App, operations: Operations, stopping: asyncio.Event
    ) -> None:
        self.db = db
        self.litestar = litestar
        self.operations = operations
        self.stopping = stopping
        self.asgi = Observed(front, db.config, operations.requests)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The application's life: start-up hooks of the doors before, shutdown hooks after."""
        tasks = [asyncio.create_task(task) for task in (self._watch_lag(), self._note())]
        try:
            async with self.litestar.lifespan():
                yield
        finally:
            for task in tasks:
                task.cancel()

    async def _watch_lag(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            before = loop.time()
            await asyncio.sleep(LAG_EVERY_S)
            self.operations.lag.saw(loop.time() - before - LAG_EVERY_S)
            self.operations.notes.look()

    async def _note(self) -> None:
        """Write down now and then what this process saw; what could not be written is in the next note."""
        pause = FIRST_S
        while True:
            await asyncio.sleep(pause)
            pause = EVERY_S
            try:
                await asyncio.to_thread(self.operations.notes.write)
            except Exception as fault:
                log.warning("the hour's figures have to wait", extra={"cause": repr(fault)})


class _Framework(Litestar):
    """Litestar without its plugins for other libraries' models, of which no handler has any: one of them loads
    pydantic, which is a fifth of the time to start."""

    @staticmethod
    def _get_default_plugins(plugins: list[PluginProtocol]) -> list[PluginProtocol]:
        return [*plugins, MsgspecDIPlugin()]


def build_application(db: Database) -> Application:
    """Assemble the doors around a database. Streams end when ``app.state.stopping`` (an event) is set."""
    operations = Operations(db)
    stopping = asyncio.Event()
    kept = InMemory(db)
    budgets = Budgets.of(db.config)
    door = mastodon.Door(db, kept, budgets)
    pages = web.Door(db, kept, budgets)
    litestar = _Framework(
        route_handlers=[*ops.routes(operations), *door.routes, *pages.routes],
        exception_handlers=pages.exception_handlers,
        openapi_config=None,
        debug=False,
        logging_config=None,
        state=State({"db": db, "stopping": stopping}),
    )
    operations.state.is_stopping = stopping.is_set
    operations.state.open_streams = lambda: door.streams.count + pages.live.count
    return Application(db, litestar, door.before(litestar), operations, stopping)


def build_app(db: Database) -> App:
    """The whole server as one ASGI application, for tests and other servers."""
    return build_application(db).asgi
