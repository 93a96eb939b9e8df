"""What every test of the suite can use; see the plugins for what they offer."""

from __future__ import annotations

pytest_plugins = ["tests.postgres", "tests.databases", "tests.servers", "tests.no_skips"]
