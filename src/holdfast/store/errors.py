"""What can go wrong with a database, in words that a member can be told."""

from __future__ import annotations

import logging

from sqlalchemy.exc import TimeoutError as PoolTimeout

from holdfast.errors import Conflict, Misconfigured, Unavailable

log = logging.getLogger(__name__)


class StorageFull(Unavailable):
    """The server's disk is full. Nothing was changed; try again later."""

    key = "storage_full"


class DatabaseBusy(Unavailable):
    """The database is busy. Nothing was changed; try again in a moment."""

    key = "database_busy"


class DatabaseFault(Unavailable):
    """The database does not answer as it should. Nothing was changed; try again later."""

    key = "database_fault"


class Stopping(Unavailable):
    """The server is stopping. Nothing was changed; try again in a moment."""

    key = "stopping"


class Taken(Conflict):
    """There is one like this already."""

    key = "taken"


class UnusableDatabase(Misconfigured):
    """This database cannot be used."""

    key = "unusable_database"


_BUSY = {"LockNotAvailable", "DeadlockDetected", "SerializationFailure"}


def translate(fault: BaseException) -> BaseException:
    """The problem that stands for a driver's or SQLAlchemy's exception; anything else is returned as it is."""
    cause = getattr(fault, "orig", None) or fault
    words, kinds = str(cause).lower(), {kind.__name__ for kind in type(cause).__mro__}
    if "disk is full" in words or "DiskFull" in kinds or "no space left" in words:
        return StorageFull(retry_after=60)
    if "is locked" in words or kinds & _BUSY or isinstance(fault, PoolTimeout):
        return DatabaseBusy(retry_after=2)
    if type(cause).__module__.startswith(("pysqlite3", "sqlite3", "psycopg")):
        if "IntegrityError" in kinds:
            return Taken()
        if "OperationalError" in kinds or "i/o error" in words or "readonly" in words or "connection" in words:
            log.warning("the database does not answer as it should", extra={"cause": str(cause)})
            return DatabaseFault(retry_after=30)
    return fault


def is_worth_repeating(fault: BaseException) -> bool:
    """Whether the same command, run again at once, may well succeed (deadlock, id drawn twice, lost race)."""
    cause = getattr(fault, "orig", None) or fault
    return type(cause).__name__ in {"DeadlockDetected", "SerializationFailure", "UniqueViolation"}


def has_met_somebody(fault: BaseException) -> bool:
    """Whether a transaction stood in another's way, so that it may well succeed when it is run for itself."""
    cause = getattr(fault, "orig", None) or fault
    return type(cause).__name__ in _BUSY
