"""The configuration: every setting is told with its origin, secrets are masked, errors say what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from holdfast.config import BootSettings, ServerSettings
from tests.servers import RunningServer

NewServer = Callable[..., RunningServer]


def test_every_setting_is_told_with_its_origin(new_server: NewServer) -> None:
    server = new_server()
    (server.data_dir / "holdfast.toml").write_text('threads = 4\n[server]\nname = "From the file"\n')
    server.cli("settings", "set", "most_characters", "900").ok()
    told = {one["key"]: one for one in server.cli("config", "--json").ok().json}
    expected = {*BootSettings.__struct_fields__, *(f"server.{key}" for key in ServerSettings.__struct_fields__)}
    assert set(told) == expected
    assert all(one["help"] for one in told.values())
    assert (told["threads"]["value"], told["threads"]["default"]) == (4, 8)
    assert told["threads"]["origin"].endswith("holdfast.toml")
    assert told["listen"]["origin"] == "HOLDFAST_LISTEN"
    assert (told["server.most_characters"]["value"], told["server.most_characters"]["origin"]) == (900, "database")
    assert told["server.name"]["value"] == "From the file"
    assert told["log_level"]["origin"] == "default"


def test_secrets_are_masked_everywhere(new_server: NewServer) -> None:
    secrets = {
        "HOLDFAST_METRICS_TOKEN": "scrape-me-softly",
        "HOLDFAST_EMAIL": "smtp://ada:letterbox@127.0.0.1:2525",
    }
    server = new_server(**secrets)
    for words in (["config"], ["config", "--json"], ["config", "check"]):
        told = server.cli(*words).ok().out
        assert "scrape-me-softly" not in told
        assert "letterbox" not in told
    assert "smtp://ada:…@127.0.0.1:2525" in server.cli("config").out


def test_looking_at_the_configuration_makes_nothing(new_server: NewServer, tmp_path: Path) -> None:
    elsewhere = tmp_path / "nothing-yet"
    server = new_server()
    server.cli("config", HOLDFAST_DATA_DIR=str(elsewhere)).ok()
    server.cli("config", "check", HOLDFAST_DATA_DIR=str(elsewhere)).ok()
    assert not elsewhere.exists()


@pytest.mark.parametrize(
    ("name", "value", "key", "advice"),
    [
        ("HOLDFAST_LISTEN", "everywhere", "listen", "127.0.0.1:8000"),
        ("HOLDFAST_THREADS", "many", "threads", "Threads for reading"),
        ("HOLDFAST_RATE_LIMITS", "maybe", "rate_limits", "tests on localhost"),
        ("HOLDFAST_LOG_LEVEL", "loud", "log_level", "Least severe"),
    ],
)
def test_a_wrong_setting_is_named_with_its_value_and_what_to_do(
    new_server: NewServer, name: str, value: str, key: str, advice: str
) -> None:
    refused = new_server().cli("up", **{name: value})
    assert refused.code == 1
    assert refused.err.startswith("holdfast: ")
    assert len(refused.err.splitlines()) == 1
    for part in (key, value, advice):
        assert part in refused.err


def test_an_unknown_key_in_the_file_is_named(new_server: NewServer) -> None:
    server = new_server()
    (server.data_dir / "holdfast.toml").write_text("lissten = 'x'\n")
    refused = server.cli("up")
    assert refused.code == 1
    assert "lissten" in refused.err
    assert "listen" in refused.err


def test_the_check_finds_what_would_fail_later(new_server: NewServer) -> None:
    server = new_server(HOLDFAST_TRUSTED_PROXIES="my-proxy", HOLDFAST_DATABASE="mysql://x")
    found = server.cli("config", "check", "--json")
    assert found.code == 1
    failed = {one["name"]: one["words"] for one in found.json if not one["is_fine"]}
    assert set(failed) == {"proxies", "database"}
    assert "my-proxy" in failed["proxies"]
    assert "postgresql://" in failed["database"]


def test_settings_change_through_the_running_server_at_once(server: RunningServer) -> None:
    assert server.cli("settings", "set", "languages", "en,de", "--json").ok().json == {"languages": ["en", "de"]}
    wrong = server.cli("settings", "set", "most_characters", "few")
    assert (wrong.code, "most_characters" in wrong.err) == (1, True)
    assert "no setting called" in server.cli("settings", "set", "colour", "blue").err
    assert server.cli("settings", "set", "is_set_up", "false").code == 1
    server.cli("settings", "set", "languages", "en").ok()


def test_a_setting_that_the_file_fixes_is_not_changed(new_server: NewServer) -> None:
    server = new_server()
    (server.data_dir / "holdfast.toml").write_text('[server]\nname = "From the file"\n')
    refused = server.cli("settings", "set", "name", "Another")
    assert refused.code == 1
    assert "configuration file" in refused.err


def test_a_fresh_database_is_upgraded_and_then_left_alone(new_server: NewServer) -> None:
    server = new_server()
    (server.data_dir / "holdfast.db").unlink()
    assert server.cli("db", "upgrade", "--json").ok().json["before"] is None
    again = server.cli("db", "upgrade", "--json").ok().json
    assert again["before"] == again["after"]
