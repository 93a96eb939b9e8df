"""The command line: ``holdfast up``, ``holdfast user create`` and the rest."""

from __future__ import annotations

import time

STARTED = time.monotonic()
"""When the process began, for the time that ``holdfast up`` tells."""


def main() -> None:
    """Run the command that the arguments name; exits with 0 (done), 1 (a problem) or 2 (wrong usage)."""
    from holdfast.cli.program import run  # after STARTED, which is to count what it loads

    run()
