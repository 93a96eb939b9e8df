"""Members and invitations by command, through the running server and without one."""

from __future__ import annotations

from collections.abc import Callable

from tests.servers import PASSWORD, RunningServer

NewServer = Callable[..., RunningServer]


def test_a_server_is_set_up_without_a_browser_and_only_once(new_server: NewServer) -> None:
    server = new_server()
    words = ["init", "--name", "Harbour", "--registration", "open", "--owner", "ada", "--email", "ada@example.org"]
    done = server.cli(*words, "--password", PASSWORD, "--rule", "Be kind", "--json").ok()
    assert done.json["owner"] == "ada"
    again = server.cli(*words, "--password", PASSWORD)
    assert (again.code, again.err) == (1, "holdfast: This server is set up already.\n")
    assert [one["role"] for one in server.cli("user", "list", "--json").ok().json] == ["owner"]
    server.start()
    assert "setup?token" not in server.said()


def test_members_are_made_and_get_tokens_through_the_running_server(server: RunningServer) -> None:
    made = server.cli("user", "create", f"bo{server.port}", "--email", "", "--password", PASSWORD, "--json").ok()
    name = made.json["name"]
    token = server.cli("user", "token", name, "--scopes", "read write", "--json").ok()
    assert set(token.json["scopes"].split()) == {"read", "write"}
    assert len(token.json["token"]) > 20
    assert server.cli("user", "role", name, "moderator").out == f"@{name} is moderator now.\n"
    assert name in [one["name"] for one in server.cli("user", "list", "--role", "moderator", "--json").json]
    assert "/auth/reset?token=" in server.cli("user", "reset", name).ok().out
    assert server.cli("user", "suspend", name, "--json").json == {"name": name, "suspended": True}
    assert server.cli("user", "suspend", name, "--lift").ok()


def test_what_is_wrong_is_told_in_one_line(server: RunningServer) -> None:
    owner = server.cli("user", "create", "owner", "--email", "x@example.org", "--password", PASSWORD)
    assert (owner.code, owner.err) == (1, "holdfast: Username is reserved\n")
    told = server.cli("user", "create", "owner", "--email", "x@example.org", "--password", PASSWORD, "--json")
    assert told.code == 1
    assert told.json["fields"][0]["field"] == "username"
    assert server.cli("user", "create", "weak", "--email", "w@example.org", "--password", "password").code == 1
    assert server.cli("user", "token", "nobody").err == "holdfast: There is no member called nobody.\n"
    assert server.cli("user", "dance").code == 2
    assert server.cli("user", "create").code == 2


def test_a_password_is_asked_for_and_never_taken_from_nowhere(server: RunningServer) -> None:
    assert server.cli("user", "create", "quiet", "--email", "q@example.org").code != 0


def test_invitations_are_made_listed_and_revoked(server: RunningServer) -> None:
    made = server.cli("invite", "create", "--uses", "3", "--expires", "7d", "--comment", "for Jo", "--json").ok().json
    assert (made["most_uses"], made["uses"], made["is_open"]) == (3, 0, True)
    assert made["link"] in server.cli("invite", "list").ok().out
    server.cli("invite", "revoke", made["link"]).ok()
    listed = {one["code"]: one for one in server.cli("invite", "list", "--json").json}
    assert listed[made["code"]]["is_open"] is False
    assert server.cli("invite", "create", "--expires", "soon").code == 1
