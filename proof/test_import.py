"""Proof: a member brings five thousand follows, and the server is killed meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from proof.recording import record
from tests.continuity.crowd import follow_through_a_kill
from tests.databases import ENGINES
from tests.servers import RunningServer

MANY = 5_000


@pytest.mark.parametrize("engine", ENGINES)
def test_five_thousand_follows_survive_a_kill_and_a_typo_in_line_17(
    engine: str, new_server: Callable[..., RunningServer], tmp_path: Path
) -> None:
    took = follow_through_a_kill(new_server(engine), MANY, tmp_path)
    record(f"import-{engine}", follows=MANY - 1, took_s=round(took, 1))
