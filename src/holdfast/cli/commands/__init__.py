"""The commands, a module for each group. Each module's ``add(app)`` puts its commands into the program."""

from __future__ import annotations

from holdfast.cli.commands import (
    accounting,
    announcing,
    bulk,
    casework,
    configuration,
    copies,
    drilling,
    emoji,
    holding,
    lawyering,
    noticing,
    people,
    running,
    sample,
    screening,
    searching,
    service,
    suggesting,
    trends,
)

GROUPS = (
    running,
    configuration,
    people,
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
    drilling,
    accounting,
    service,
    copies,
    sample,
)
"""Every module with commands, in the order of the help page."""
