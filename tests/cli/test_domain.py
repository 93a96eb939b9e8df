"""A server that began on localhost takes its domain, until a second member has joined."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from holdfast.access import setup
from holdfast.acting import SYSTEM
from holdfast.people.tables import accounts
from holdfast.writes import Database
from tests.servers import PASSWORD, RunningServer

NewServer = Callable[..., RunningServer]
SAFE = {"HOLDFAST_RATE_LIMITS": "on", "HOLDFAST_PASSWORD_MEMORY_KIB": "19456"}
INIT = ["init", "--name", "Harbour", "--owner", "ada", "--email", "ada@example.org", "--password", PASSWORD]


def test_a_domain_is_taken_while_the_owner_is_alone_and_not_later(new_server: NewServer) -> None:
    server = new_server(**SAFE)
    server.cli(*INIT).ok()
    server.cli("settings", "set", "domain", "Social.Example").ok()
    told = {one["key"]: one["value"] for one in server.cli("config", "--json").json}
    assert told["server.domain"] == "social.example"
    server.cli("user", "create", "bo", "--email", "bo@example.org", "--password", PASSWORD).ok()
    refused = server.cli("settings", "set", "domain", "other.example")
    assert refused.code == 1
    assert "others have joined" in refused.err
    server.cli("settings", "set", "domain", "social.example").ok()


def test_a_domain_can_be_given_at_set_up(new_server: NewServer) -> None:
    server = new_server(**SAFE)
    done = server.cli(*INIT, "--domain", "social.example", "--json").ok().json
    assert done["url"] == "https://social.example"


def test_a_public_domain_is_refused_with_test_settings(new_server: NewServer) -> None:
    refused = new_server().cli(*INIT, "--domain", "social.example")
    assert refused.code == 1
    assert "social.example" in refused.err


@pytest.fixture
def owned(db: Database) -> Database:
    form = setup.SetUp(name="Harbour", registration="open", owner="ada", email=None, password_hash="x")
    setup.set_up(db, form)
    return db


def test_the_owners_address_follows_the_domain(owned: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup, "check_safe_in_public", lambda *_: None)
    setup.take_domain(owned, SYSTEM, "social.example")
    with owned.read() as r:
        assert r.value(select(accounts.c.uri)) == "https://social.example/users/ada"


def test_two_set_ups_cannot_both_win(owned: Database) -> None:
    form = setup.SetUp(name="Other", registration="open", owner="bo", email=None, password_hash="x")
    with pytest.raises(setup.AlreadySetUp):
        setup.set_up(owned, form)
    assert owned.settings.name == "Harbour"


def test_the_set_up_link_is_good_until_the_server_is_set_up(db: Database) -> None:
    token = setup.link_token(db)
    assert not setup.is_valid_token(db, "")
    assert not setup.is_valid_token(db, token[:-1])
    assert setup.is_valid_token(db, token)
    form = setup.SetUp(name="Harbour", registration="open", owner="ada", email=None, password_hash="x")
    setup.set_up(db, form)
    assert not setup.is_valid_token(db, token)
