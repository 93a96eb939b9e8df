"""``holdfast search``, ``suggest``, ``trend`` and ``views``, while a server runs."""

from __future__ import annotations

from typing import Any

from tests.servers import RunningServer


def member(server: RunningServer, name: str) -> dict[str, str]:
    """A new member's headers."""
    server.call("user.create", name=name, email=f"{name}@example.org", password="correct horse battery staple")
    token = server.call("user.token", name=name)["token"]
    return {"authorization": f"Bearer {token}"}


def test_the_index_is_made_anew_and_tells_how_far_it_is(server: RunningServer) -> None:
    headers = member(server, "seeker")
    with server.client() as client:
        made = client.post("/api/v1/statuses", json={"status": "a narwhal"}, headers=headers).json()
        told = server.cli("search", "rebuild").ok()
        assert "posts looked at" in told.out
        asked = {"q": "narwhal", "type": "statuses"}
        found = client.get("/api/v2/search", params=asked, headers=headers).json()["statuses"]
        assert [one["id"] for one in found] == [made["id"]]


def test_accounts_are_suggested_and_no_longer(server: RunningServer) -> None:
    member(server, "stork")
    told = server.cli("suggest", "add", "stork").ok()
    assert "stork is suggested" in told.out and "does not want to be found" in told.out
    assert "suggested already" in server.cli("suggest", "add", "stork").ok().out
    assert {"name": "stork", "is_discoverable": False} in server.call("suggest.list")
    assert "stork" in server.cli("suggest", "list").ok().out
    assert "not suggested any more" in server.cli("suggest", "remove", "stork").ok().out
    assert server.cli("suggest", "add", "nobody_here").code == 1


def test_trends_are_allowed_blocked_and_left_to_the_numbers(server: RunningServer) -> None:
    headers = member(server, "sailor")
    with server.client() as client:
        made = client.post("/api/v1/statuses", json={"status": "#clitrend"}, headers=headers).json()
    for words, state in (("allow", True), ("block", False)):
        server.cli("trend", words, "tag", "#CliTrend").ok()
        shown: dict[str, Any] = {one["label"]: one for one in server.call("trend.list", kind="tag")}
        assert shown["clitrend"]["is_allowed"] is state
    assert "blocked" in server.cli("trend", "list", "tag").ok().out
    server.cli("trend", "reset", "tag", "clitrend").ok()
    assert "clitrend" not in [one["label"] for one in server.call("trend.list", kind="tag")]
    server.cli("trend", "block", "status", made["id"]).ok()
    assert server.cli("trend", "block", "status", "x").code == 1
    assert server.cli("trend", "block", "tag", "nobodyusedthis").code == 1
    assert "Shown" in server.cli("views", made["id"]).ok().out
