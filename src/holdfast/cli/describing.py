"""Every setting as it is told: its value, where that comes from, its default and its line of help."""

from __future__ import annotations

from typing import Any

import msgspec

from holdfast import config
from holdfast.config import BootSettings, ServerSettings, Settings

SERVER_PREFIX = "server."


class Described(msgspec.Struct, frozen=True):
    """One setting. ``origin`` is an environment variable, a file, ``database`` or ``default``."""

    key: str
    value: Any
    origin: str
    default: Any
    help: str
    is_secret: bool


def describe(settings: Settings, stored: dict[str, Any]) -> list[Described]:
    """All boot and server settings; ``stored`` are the values that the database holds."""
    described = [_boot(settings, key) for key in BootSettings.__struct_fields__]
    return described + [_server(settings, stored, key) for key in ServerSettings.__struct_fields__]


def _boot(settings: Settings, key: str) -> Described:
    value, default = getattr(settings.boot, key), getattr(BootSettings(), key)
    secret = config.is_secret(BootSettings, key)
    shown = config.mask(value) if secret else value
    origin = settings.origins.get(key, "default")
    return Described(key, shown, origin, default, config.help_text(BootSettings, key), secret)


def _server(settings: Settings, stored: dict[str, Any], key: str) -> Described:
    default = getattr(ServerSettings(), key)
    if key in settings.fixed:
        value, origin = settings.fixed[key], settings.origins[f"{SERVER_PREFIX}{key}"]
    elif key in stored:
        value, origin = stored[key], "database"
    else:
        value, origin = default, "default"
    words = config.help_text(ServerSettings, key)
    return Described(f"{SERVER_PREFIX}{key}", value, origin, default, words, False)
