"""Settings: from file and environment at boot, and the shape of those that the database keeps."""

from __future__ import annotations

from holdfast.config.boot import (
    SAFE_PASSWORD_MEMORY_KIB,
    BootSettings,
    Settings,
    help_text,
    is_secret,
    kinds,
    limits_off_in_public,
    load,
    mask,
    weak_passwords_in_public,
)
from holdfast.config.server import Registration, ServerSettings

__all__ = [
    "SAFE_PASSWORD_MEMORY_KIB",
    "BootSettings",
    "Registration",
    "ServerSettings",
    "Settings",
    "help_text",
    "is_secret",
    "kinds",
    "limits_off_in_public",
    "load",
    "mask",
    "weak_passwords_in_public",
]
