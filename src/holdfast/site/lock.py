"""One server (or one command) at a time on a data folder; the lock goes with the process that holds it."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

from holdfast.errors import Conflict


class DataFolderInUse(Conflict):
    """Another process uses this data folder."""

    key = "data_folder_in_use"


class DataLock:
    """The lock of a data folder, held until :meth:`release` or the end of the process."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def release(self) -> None:
        """Let others have the folder; calling it again does nothing."""
        if self._descriptor >= 0:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = -1


def take(data_dir: Path, *, wait_s: float = 0.0) -> DataLock:
    """Take the lock of a data folder, making the folder if need be.

    Waits up to ``wait_s`` seconds. Raises :class:`DataFolderInUse` naming the process and the folder.
    """
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = data_dir / "server.lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    end = time.monotonic() + wait_s
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError as fault:
            if time.monotonic() >= end:
                holder = os.pread(descriptor, 32, 0).decode().strip() or "unknown"
                os.close(descriptor)
                raise DataFolderInUse(
                    f"The data folder {data_dir.resolve()} is in use by another Holdfast (process {holder}). "
                    "Stop that one, or give this one a folder of its own with HOLDFAST_DATA_DIR.",
                    pid=holder,
                    folder=str(data_dir.resolve()),
                ) from fault
            time.sleep(0.05)
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    return DataLock(descriptor)
