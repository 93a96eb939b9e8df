"""The servers and databases of the suite, for proofs too."""

from __future__ import annotations

pytest_plugins = ["tests.postgres", "tests.databases", "tests.servers", "tests.no_skips"]
