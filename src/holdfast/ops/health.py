"""Whether the server can do its work, in words that an operator can act on."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import msgspec

from holdfast.store import NEWEST, revision
from holdfast.writes import Database, modes

LEAST_FREE_BYTES = 64 * 1024 * 1024
"""Below this much room on the disk the server calls itself not ready."""


class Check(msgspec.Struct, frozen=True):
    """One thing that was looked at."""

    name: str
    is_fine: bool
    words: str = ""


class Readiness(msgspec.Struct, frozen=True):
    """Whether requests should come here, and what was found."""

    ready: bool
    checks: list[Check]
    switched_off: dict[str, str]


class State:
    """What the checks and the metrics ask of the process; ``site`` fills it in."""

    def __init__(self) -> None:
        self.is_stopping: Callable[[], bool] = lambda: False
        self.is_runner_alive: Callable[[], bool] = lambda: True
        self.open_streams: Callable[[], int] = lambda: 0


def readiness(db: Database, state: State) -> Readiness:
    """Look at everything that the server needs. Writes nothing."""
    checks = [_database(db), _disk(db), _runner(state)]
    if state.is_stopping():
        checks.append(Check("process", False, "The server is stopping."))
    off: dict[str, str] = {}
    if checks[0].is_fine:
        with db.read() as r:
            off = {str(mode.ability): mode.reason for mode in modes(r)}
    return Readiness(all(check.is_fine for check in checks), checks, off)


def _database(db: Database) -> Check:
    try:
        found = revision(db.store)
    except Exception as fault:  # whatever the driver says is the finding
        return Check("database", False, f"The database does not answer ({type(fault).__name__}).")
    if found != NEWEST:
        return Check("database", False, f"The schema is {found}, this release needs {NEWEST}: run holdfast db upgrade.")
    return Check("database", True)


def _disk(db: Database) -> Check:
    free = shutil.disk_usage(db.config.data_dir).free
    if free < LEAST_FREE_BYTES:
        return Check("disk", False, f"Only {free // 1_048_576} MB are free where the data folder lies.")
    return Check("disk", True)


def _runner(state: State) -> Check:
    if state.is_runner_alive():
        return Check("jobs", True)
    return Check("jobs", False, "The job runner has ended; start the server again.")
