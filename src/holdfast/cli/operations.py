"""What the command line can do, each once: run by the running server or, without one, by the command itself."""

from __future__ import annotations

from typing import Any

from holdfast.acting import SYSTEM
from holdfast.site.registry import operation
from holdfast.writes import Database


@operation("settings.set")
def settings_set(db: Database, *, values: dict[str, Any]) -> dict[str, Any]:
    """Change server settings; what is in force afterwards."""
    db.submit(lambda: db.set_settings(SYSTEM, values)).result()
    return {key: getattr(db.settings, key) for key in values}
