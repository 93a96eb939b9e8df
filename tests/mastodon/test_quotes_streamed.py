"""Quotes over sockets, on a real server: each reader is sent what they may see, and a revoked quote at once."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from tests.mastodon.test_streaming import follow, post, say, stream
from tests.servers import NewMember, RunningServer


@pytest.fixture
def readers(server: RunningServer) -> dict[str, NewMember]:
    """People who will see the same quote in different ways."""
    return {name: server.member(name) for name in ("blocked", "mutes", "likes", "plain", "alike")}


def test_each_reader_is_sent_the_quote_as_they_see_it(server: RunningServer, readers: dict[str, NewMember]) -> None:
    quoted, quoting = server.member("quoted"), server.member("quoting")
    original = say(server, quoted, "The original")
    for reader in readers.values():
        follow(server, reader, quoting)
    post(server, quoted, f"accounts/{readers['blocked'].id}/block")
    post(server, readers["mutes"], f"accounts/{quoted.id}/mute")
    post(server, readers["likes"], f"statuses/{original['id']}/favourite")
    with ExitStack() as stack:
        sockets = {name: stack.enter_context(stream(server, reader)) for name, reader in readers.items()}
        made = say(server, quoting, "Look", quoted_status_id=original["id"])
        shown = {name: socket.next("update")["payload"]["quote"] for name, socket in sockets.items()}
        assert shown["blocked"] == {"state": "unauthorized", "quoted_status": None}
        assert shown["mutes"]["state"] == "muted_account"
        assert {shown[name]["state"] for name in ("likes", "plain", "alike")} == {"accepted"}
        liked = {name: shown[name]["quoted_status"]["favourited"] for name in ("likes", "plain", "alike", "mutes")}
        assert liked == {"likes": True, "plain": False, "alike": False, "mutes": False}
        post(server, quoted, f"statuses/{original['id']}/quotes/{made['id']}/revoke")
        for socket in sockets.values():
            frame = socket.next("status.update")["payload"]
            assert (frame["id"], frame["quote"]) == (made["id"], {"state": "revoked", "quoted_status": None})


def test_followers_are_told_that_they_may_quote_what_others_may_not(server: RunningServer) -> None:
    author, follower, passer = server.member("author"), server.member("follower"), server.member("passer")
    follow(server, follower, author)
    with stream(server, follower) as own, stream(server, passer, "stream=public") as everybody:
        said = say(server, author, "Followers quote this", quote_approval_policy="followers")
        told = {"follower": own.next("update")["payload"]}
        while (frame := everybody.next("update")["payload"])["id"] != said["id"]:
            continue
        told["passer"] = frame
    assert {name: one["quote_approval"]["current_user"] for name, one in told.items()} == {
        "follower": "automatic",
        "passer": "denied",
    }
