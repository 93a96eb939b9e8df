"""How a command reaches the database: through the running server, or, when none runs, by itself under the lock."""

from __future__ import annotations

import socket
import time
from pathlib import Path
from typing import Any

import msgspec

from holdfast import config
from holdfast.config import Settings
from holdfast.errors import FieldError, Invalid, Problem, Unavailable
from holdfast.site import lock
from holdfast.site.registry import Progress, find, run
from holdfast.site.socket_path import LARGEST, address_of, path_of

WAIT_S = 5.0


class ServerWentAway(Unavailable):
    """The server stopped before it had answered; look at its log, then try again."""

    key = "server_went_away"


class Told(Problem):
    """A problem that the running server told; its key and fields are as it told them."""


def nothing(_label: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


def call(
    name: str, arguments: dict[str, Any], *, progress: Progress = nothing, settings: Settings | None = None
) -> Any:
    """Run an operation in the running server, or here when no server uses the data folder.

    Raises whatever the operation raises, and :class:`DataFolderInUse` when another command holds the folder.
    """
    settings = settings or config.load()
    end = time.monotonic() + WAIT_S
    while True:
        connection = connect(settings.data_dir)
        if connection is not None:
            with connection:
                return ask(connection, name, arguments, progress)
        try:
            held = lock.take(settings.data_dir)
        except lock.DataFolderInUse:
            if time.monotonic() >= end:
                raise
            time.sleep(0.05)  # the server is just starting or stopping, or another command is at work
            continue
        try:
            return _run_here(settings, name, arguments, progress)
        finally:
            held.release()


def _run_here(settings: Settings, name: str, arguments: dict[str, Any], progress: Progress) -> Any:
    # Every room is loaded only here: with a running server, the command needs none of them.
    from holdfast.cli.operations import register_all
    from holdfast.site.wiring import open_database

    register_all()
    db = open_database(settings)
    try:
        return run(find(name), db, arguments, progress)
    finally:
        db.close()


def connect(data_dir: Path) -> socket.socket | None:
    """A connection to the server that runs on a data folder, or None."""
    path = path_of(data_dir)
    if not path.exists():
        return None
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with address_of(path) as address:
            connection.connect(address)
    except (ConnectionRefusedError, FileNotFoundError):
        connection.close()  # left behind by a server that was killed
        return None
    return connection


def ask(connection: socket.socket, name: str, arguments: dict[str, Any], progress: Progress) -> Any:
    """Ask the running server for one operation and return its result."""
    data = msgspec.json.encode({"command": name, "args": arguments})
    connection.sendall(len(data).to_bytes(4, "big") + data)
    while True:
        size = int.from_bytes(_exactly(connection, 4), "big")
        if size > LARGEST:
            raise ServerWentAway()
        answer = msgspec.json.decode(_exactly(connection, size))
        if "progress" in answer:
            progress(*answer["progress"])
        elif "problem" in answer:
            raise _told(answer["problem"])
        else:
            return answer["result"]


def _exactly(connection: socket.socket, size: int) -> bytes:
    parts: list[bytes] = []
    while size:
        part = connection.recv(min(size, 65_536))
        if not part:
            raise ServerWentAway()
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _told(problem: dict[str, Any]) -> Problem:
    fields = [FieldError(*field) for field in problem["fields"]]
    told: Problem = Invalid(problem["message"], fields=fields) if fields else Told(problem["message"])
    told.key = problem["key"]
    return told
