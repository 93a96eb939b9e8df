"""What the command line can do, each once: run by the running server or, without one, by the command itself.

Importing this registers every operation; :func:`register_all` says so where it is done.
"""

from __future__ import annotations

from holdfast.cli.operations import (
    accounting,
    announcing,
    backups,
    bulk,
    casework,
    emoji,
    exports,
    holding,
    lawyering,
    members,
    noticing,
    screening,
    searching,
    service,
    setting_up,
    suggesting,
    trends,
)
from holdfast.site.registry import names

MODULES = (
    setting_up,
    members,
    announcing,
    emoji,
    screening,
    searching,
    suggesting,
    trends,
    casework,
    holding,
    lawyering,
    bulk,
    noticing,
    accounting,
    service,
    backups,
    exports,
)
"""Every module with operations."""


def register_all() -> list[str]:
    """The names of all operations, which are registered once this module is loaded."""
    return names()
