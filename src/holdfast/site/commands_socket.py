"""The socket in the data folder through which the command line asks the running server to do something.

Each message is four bytes of length (big-endian) and JSON. A request is ``{"command", "args"}``; the
answers are any number of ``{"progress": [label, done, total]}`` and then ``{"result"}`` or ``{"problem"}``.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from typing import Any

import msgspec

from holdfast.errors import Problem
from holdfast.site.registry import find, run
from holdfast.site.socket_path import LARGEST, address_of, path_of
from holdfast.writes import Database

log = logging.getLogger(__name__)


def describe(problem: Problem) -> dict[str, Any]:
    """A problem as it travels."""
    fields = [[f.field, f.reason, f.message] for f in getattr(problem, "fields", ())]
    return {"key": problem.key, "message": problem.message, "fields": fields}


class CommandSocket:
    """The server's side."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._server: asyncio.AbstractServer | None = None
        self._path = path_of(db.config.data_dir)

    async def start(self) -> None:
        """Listen; only the server's own user can connect."""
        self._path.unlink(missing_ok=True)
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        before = os.umask(0o177)
        try:
            with address_of(self._path) as address:
                listening.bind(address)
        finally:
            os.umask(before)
        listening.setblocking(False)
        self._server = await asyncio.start_unix_server(self._serve, sock=listening)

    async def stop(self) -> None:
        """Take no more commands."""
        if self._server is not None:
            self._server.close()
        self._path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readexactly(4)
                size = int.from_bytes(head, "big")
                if size > LARGEST:
                    return
                answer = await self._answer(await reader.readexactly(size), writer)
                _write(writer, answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()

    async def _answer(self, message: bytes, writer: asyncio.StreamWriter) -> dict[str, Any]:
        loop = asyncio.get_running_loop()

        def progress(label: str, done: int, total: int) -> None:
            loop.call_soon_threadsafe(_write, writer, {"progress": [label, done, total]})

        try:
            asked = msgspec.json.decode(message)
            operation = find(asked["command"])
            result = await asyncio.to_thread(run, operation, self._db, asked["args"], progress)
            return {"result": result}
        except Problem as problem:
            return {"problem": describe(problem)}
        except Exception:
            log.exception("a command failed")
            return {
                "problem": {"key": "fault", "message": "The command failed; the server's log says why.", "fields": []}
            }


def _write(writer: asyncio.StreamWriter, message: dict[str, Any]) -> None:
    data = msgspec.json.encode(message)
    writer.write(len(data).to_bytes(4, "big") + data)
