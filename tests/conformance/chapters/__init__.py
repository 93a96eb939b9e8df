"""Chapters of the scenario, a module for each part of the API; every module here has ``live(life)``.

They run in the order of their names, after people have met, posted and marked posts, before they leave.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from typing import Any


def every() -> list[Callable[[Any], None]]:
    """The chapters, in the order of their modules' names."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return [importlib.import_module(f"{__name__}.{name}").live for name in names]
