"""One process: the web server, the streams, the job runner and the sealer, started and stopped in order."""

from __future__ import annotations

import asyncio
import logging
import os
import resource
import signal
import sys
import threading
import time
from collections.abc import Callable

import uvloop
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server

from holdfast import access, events, ops, posts
from holdfast.access import setup
from holdfast.acting import SYSTEM
from holdfast.config import Settings
from holdfast.errors import Problem
from holdfast.ops.noting import Notes
from holdfast.site import lock, port
from holdfast.site.application import Application, build_application
from holdfast.site.commands_socket import CommandSocket
from holdfast.site.wiring import open_database
from holdfast.writes import Database, Runner, Sealer

log = logging.getLogger(__name__)

MOST_CONNECTIONS = 65_536  # streams stay open, so this is many more than requests at a time
DRAIN_S = 3.0  # how long requests that are under way may take to end
STOP_S = 4.7  # after this the process ends, whatever still hangs; all that was acknowledged is on disk


def serve(settings: Settings, *, say: Callable[[str], None] = print, started: float | None = None) -> None:
    """Run the server until SIGTERM or SIGINT.

    ``started`` is when the process began (``time.monotonic()``), for the ready time in the log. Raises
    :class:`DataFolderInUse`, :class:`PortUnusable` or :class:`Misconfigured` before anything is served.
    """
    ops.configure_logs(settings.boot.log_level, settings.boot.log_format)
    held = lock.take(settings.data_dir)
    try:
        port.check(settings)
        db = open_database(settings)
        try:
            _warn(db)
            _settle_domain(db)
            uvloop.run(_Serving(db, say, started or time.monotonic()).run())
        finally:
            db.close()
    finally:
        held.release()
    log.info("stopped")
    for handler in logging.getLogger().handlers:
        handler.flush()
    _end_with_what_hangs()


def _warn(db: Database) -> None:
    if db.settings.domain:
        setup.check_safe_in_public(db, db.settings.domain)
    if db.config.boot.rate_limits == "off":
        log.warning(
            "RATE LIMITS ARE OFF: passwords and codes can be guessed without end. This is for tests on this machine "
            "only; remove HOLDFAST_RATE_LIMITS to turn them on."
        )


def _settle_domain(db: Database) -> None:
    """Let a domain that only the configuration file knows count as taken, while it still may be."""
    fixed = db.config.fixed.get("domain", "")
    if fixed and db.settings.is_set_up:
        db.submit(lambda: setup.take_domain(db, SYSTEM, fixed)).result()


class _Serving:
    """The running server."""

    def __init__(self, db: Database, say: Callable[[str], None], started: float) -> None:
        self._db = db
        self._say = say
        self._started = started

    async def run(self) -> None:
        """Start everything, wait for the signal, stop everything in the opposite order."""
        db = self._db
        _allow_open_files()
        with db.read() as r:  # before anything is read into memory, so that no event falls in between
            followed_from = events.last_seq(r)
        app = build_application(db)
        sealer = None if db.store.is_sqlite else Sealer(db, after=followed_from)
        runner = Runner(db)
        runner.start()
        app.operations.state.is_runner_alive = lambda: runner.is_alive
        commands = CommandSocket(db)
        await commands.start()
        server = _server(app)
        async with app.running():
            serving = asyncio.create_task(server.serve())
            self._install_signals(app, server)
            await _listening(db.config, serving)
            self._tell_ready()
            await self._until_stopped(app, serving, runner)
            await commands.stop()
        await asyncio.to_thread(posts.flush_views, db)
        await asyncio.to_thread(_note_use, db)
        if sealer is not None:
            await asyncio.to_thread(sealer.stop)

    def _install_signals(self, app: Application, server: Server) -> None:
        loop = asyncio.get_running_loop()

        def stop() -> None:
            if app.stopping.is_set():
                log.warning("stopped at once, as asked twice")
                os._exit(130)
            log.info("stopping", extra={"open_requests": app.operations.requests.open})
            app.stopping.set()
            _end_after(STOP_S)
            server.stop()  # type: ignore[no-untyped-call]

        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop)

    def _tell_ready(self) -> None:
        db = self._db
        spent = {"seconds": time.monotonic() - self._started, "cpu_seconds": time.process_time()}
        told: dict[str, object] = {key: round(value, 3) for key, value in spent.items()}
        log.info("ready", extra=told | {"address": db.config.boot.listen})
        host, number = db.config.host_and_port
        shown = "localhost" if host in _HERE else (f"[{host}]" if ":" in host else host)
        lines = [f"Holdfast is ready: http://{shown}:{number}"]
        if not db.settings.is_set_up:
            link = f"http://{shown}:{number}/setup?token={setup.link_token(db)}"
            lines.append(f"Set it up here (the link is good until you have made your account): {link}")
        self._say("\n".join(lines))

    async def _until_stopped(self, app: Application, serving: asyncio.Task[None], runner: Runner) -> None:
        """Wait for the end of serving, and after the signal no longer than the requests under way may take.

        The jobs end meanwhile, and the figures are noted; jobs that requests still cause wait for the next start.
        """
        stopped = asyncio.create_task(app.stopping.wait())
        await asyncio.wait({serving, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        meanwhile = (asyncio.to_thread(runner.stop), asyncio.to_thread(_note_figures, app.operations.notes))
        ending = asyncio.gather(*meanwhile)
        done, _ = await asyncio.wait({serving}, timeout=DRAIN_S)
        if not done:
            log.warning("cut off what did not end in time", extra={"open_requests": app.operations.requests.open})
            serving.cancel()
        await ending
        if done and (fault := serving.exception()) is not None:
            raise fault


def _note_figures(notes: Notes) -> None:
    """Write down what this process saw lately."""
    try:
        notes.write()
    except Problem as problem:
        log.warning("the last figures are lost", extra={"reason": problem.message})


def _note_use(db: Database) -> None:
    """Write down the last minute's use of tokens and sessions."""
    try:
        access.note_use(db, access.Nothing())
    except Problem as problem:  # a server that may not write at present stops all the same
        log.warning("did not note which sessions were used", extra={"reason": problem.message})


_HERE = ("127.0.0.1", "0.0.0.0", "::1", "::")  # noqa: S104


def _allow_open_files() -> None:
    """As many open files as the system lets this user have: each stream is one."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _server(app: Application) -> Server:
    host, number = app.db.config.host_and_port
    return Server(
        app.asgi,
        address=host,
        port=number,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=15_000),
        backlog=1024,
        backpressure=MOST_CONNECTIONS,
        log_enabled=False,
    )


async def _listening(settings: Settings, serving: asyncio.Task[None]) -> None:
    """Return once the port answers; raise what the server raised when it ends instead."""
    host, number = settings.host_and_port
    target = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    while True:
        if serving.done():
            serving.result()
            raise RuntimeError("the web server ended before it listened")
        try:
            _, writer = await asyncio.open_connection(target, number)
        except OSError:
            await asyncio.sleep(0.01)
            continue
        writer.close()
        return


def _end_after(seconds: float) -> None:
    """End the process at a time, even if a thread hangs in somebody else's network."""

    def end() -> None:
        log.error("something did not stop in time; the process ends without it")
        sys.stderr.flush()
        os._exit(0)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()


def _end_with_what_hangs() -> None:
    """End now when a pool's thread still waits for a network, which the interpreter would wait for in turn."""
    if any(thread.is_alive() and not thread.daemon for thread in threading.enumerate()[1:]):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
