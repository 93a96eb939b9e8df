"""The socket and the lock: how commands reach the data."""

from __future__ import annotations

import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from holdfast.cli.asking import length_ms, moment_ms
from holdfast.cli.program import build
from holdfast.errors import Invalid, Problem
from holdfast.site import lock
from tests.servers import RunningServer

NewServer = Callable[..., RunningServer]


def test_the_socket_is_for_the_servers_user_alone(server: RunningServer) -> None:
    mode = (server.data_dir / "command.sock").stat().st_mode
    assert stat.S_ISSOCK(mode)
    assert stat.S_IMODE(mode) == 0o600


def test_unknown_commands_and_wrong_arguments_are_refused(server: RunningServer) -> None:
    with pytest.raises(Problem, match="does not know this command"):
        server.call("os.system", command="ls")
    with pytest.raises(Problem, match="most"):
        server.call("user.list", most="all")
    with pytest.raises(Problem, match="unknown field"):
        server.call("user.list", colour="blue")


def test_many_commands_at_once_are_all_answered(server: RunningServer) -> None:
    made: list[str] = []
    threads = [threading.Thread(target=lambda: made.append(server.member("many").id)) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 12


def test_a_folder_that_is_deep_gets_a_socket_all_the_same(new_server: NewServer) -> None:
    server = new_server()
    deep = server.data_dir / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    server.environment["HOLDFAST_DATA_DIR"] = str(deep)
    server.start()
    server.cli("settings", "set", "name", "Deep").ok()
    assert (deep / "command.sock").exists()


def test_commands_wait_for_each_other_without_a_server(new_server: NewServer) -> None:
    server = new_server()
    held = lock.take(server.data_dir)
    let_go = threading.Timer(3.0, held.release)  # a command that does not wait is done in half that time
    let_go.start()
    server.cli("settings", "set", "name", "Harbour").ok()
    assert not let_go.is_alive()


def test_a_held_folder_is_named_with_its_process(tmp_path: Path) -> None:
    held = lock.take(tmp_path)
    with pytest.raises(lock.DataFolderInUse) as refused:
        lock.take(tmp_path)
    assert str(tmp_path) in refused.value.message
    held.release()
    lock.take(tmp_path).release()


def test_every_command_has_help_and_the_program_completes_itself() -> None:
    commands = dict(_commands(get_command(build()), ""))
    assert {"up", "init", "user create", "mode off", "backup now", "export", "config check"} <= set(commands)
    for name, command in commands.items():
        assert command.help, name
        options = {option for parameter in command.params for option in parameter.opts}
        assert name == "up" or "--json" in options, name
    # From a shell, as people do: the program looks for the one that called it. The colon keeps the shell in between.
    asked = f'"{sys.executable}" -m holdfast --show-completion; :'
    done = subprocess.run(["bash", "-c", asked], capture_output=True, text=True, check=True)
    assert "_HOLDFAST_COMPLETE" in done.stdout


def _commands(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    for word, inner in getattr(command, "commands", {}).items():
        yield from _commands(inner, f"{name} {word}".strip())
    if not hasattr(command, "commands"):
        yield name, command


def test_lengths_and_moments_are_read() -> None:
    assert (length_ms("90m"), length_ms("7d")) == (5_400_000, 604_800_000)
    assert moment_ms("2026-12-01T18:00") == moment_ms("2026-12-01T18:00+00:00") == 1_796_148_000_000
    for wrong in ("soon", "", "-3h", "3 fortnights"):
        with pytest.raises(Invalid):
            length_ms(wrong)
    with pytest.raises(Invalid):
        moment_ms("tomorrow")
