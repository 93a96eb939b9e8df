"""Where the command socket lies, for both of its ends."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

LARGEST = 16 * 1024 * 1024
LONGEST_PATH = 100  # bytes that a socket's address takes on every system


def path_of(data_dir: Path) -> Path:
    """Where the socket of a data folder lies."""
    return data_dir.resolve() / "command.sock"


@contextlib.contextmanager
def address_of(path: Path) -> Iterator[str]:
    """An address short enough for a socket, however deep the folder lies."""
    if len(os.fsencode(path)) <= LONGEST_PATH:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
