"""Cheap password hashes are for tests on this machine only."""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast import access, config
from holdfast.acting import SYSTEM
from holdfast.errors import Misconfigured
from holdfast.writes import Database

from .cast import set_boot


def test_the_default_costs_what_passwords_are_worth_and_can_be_raised() -> None:
    assert config.load({"HOLDFAST_DATA_DIR": "nowhere"}).boot.password_memory_kib == 47_104
    raised = config.load({"HOLDFAST_DATA_DIR": "nowhere", "HOLDFAST_PASSWORD_MEMORY_KIB": "65536"})
    assert raised.boot.password_memory_kib == 65_536
    with pytest.raises(Misconfigured, match="password_memory_kib"):
        config.load({"HOLDFAST_DATA_DIR": "nowhere", "HOLDFAST_PASSWORD_MEMORY_KIB": "1"})


def test_cheap_hashes_are_refused_under_a_public_domain_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "holdfast.toml").write_text('[server]\ndomain = "harbour.example"\n')
    with pytest.raises(Misconfigured, match="password_memory_kib"):
        config.load({"HOLDFAST_DATA_DIR": str(tmp_path), "HOLDFAST_PASSWORD_MEMORY_KIB": "64"})


def test_cheap_hashes_are_refused_under_a_public_domain_of_the_settings(db: Database) -> None:
    db.set_settings(SYSTEM, {"domain": "harbour.example"})
    with pytest.raises(Misconfigured, match="password_memory_kib"):
        access.hash_password(db, "correct horse battery staple")
    set_boot(db, password_memory_kib=19_456)
    encoded = access.hash_password(db, "correct horse battery staple")
    assert "m=19456" in encoded
    assert access.hasher(db).verify(encoded, "correct horse battery staple")
