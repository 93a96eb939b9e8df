"""The command line: ``holdfast up``, ``holdfast user create`` and the rest."""

from __future__ import annotations

import sys
import time

STARTED = time.monotonic()
"""When the process began, for the time that ``holdfast up`` tells."""


def main() -> None:
    """Run the command that the arguments name; exits with 0 (done), 1 (a problem) or 2 (wrong usage)."""
    if sys.argv[1:] == ["up"]:
        from holdfast.cli.starting import start_or_tell as run  # after STARTED, which is to count what it loads
    else:
        from holdfast.cli.program import run
    run()
