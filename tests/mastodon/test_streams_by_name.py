"""Every stream by its name, over WebSocket and as server-sent events, on both engines."""

from __future__ import annotations

import json
import secrets
from typing import Any

import pytest

from tests.mastodon.test_streaming import NewMember, Socket, ask, events, follow, post, say, stream
from tests.mastodon.test_timelines import png
from tests.servers import RunningServer


@pytest.fixture
def ada(server: RunningServer) -> NewMember:
    return server.member("ada")


@pytest.fixture
def bo(server: RunningServer) -> NewMember:
    return server.member("bo")


def own_events(socket: Socket, wanted: set[str], most: int = 100) -> list[tuple[str, list[str], str]]:
    """What came of certain posts, until the last of them: others' tests write on the same server."""
    found = []
    for _ in range(most):
        frame = socket.next()
        about = frame["payload"] if frame["event"] == "delete" else frame["payload"]["id"]
        if about in wanted:
            found.append((frame["event"], frame["stream"], about))
            if frame["event"] == "delete":
                return found
    raise AssertionError(found)


def with_picture(server: RunningServer, who: NewMember) -> Any:
    files = {"file": ("a.png", png(), "image/png")}
    media = ask(server, who, "POST", "media", files=files).json()
    return say(server, who, "with a picture", media_ids=[media["id"]])


def test_public_posts_come_edited_and_deleted_too(server: RunningServer, ada: NewMember, bo: NewMember) -> None:
    with stream(server, bo, "stream=public") as socket:
        status = say(server, ada, "for everybody")
        ask(server, ada, "PUT", f"statuses/{status['id']}", json={"status": "for all"})
        for event in ("update", "status.update"):
            while (frame := socket.next(event))["payload"]["id"] != status["id"]:
                continue  # somebody else's
            assert frame["stream"] == ["public"]
        ask(server, ada, "DELETE", f"statuses/{status['id']}")  # only now: of what is gone nobody hears more than that
        assert [event for event, _, _ in own_events(socket, {status["id"]})] == ["delete"]


@pytest.mark.parametrize("name", ["public", "public:local"])
def test_no_replies_boosts_or_hidden_posts_on_public_streams(
    server: RunningServer, ada: NewMember, bo: NewMember, name: str
) -> None:
    with stream(server, bo, f"stream={name}") as socket:
        first = say(server, ada, "first")
        others = [
            say(server, ada, "unlisted", visibility="unlisted"),
            say(server, ada, "for followers", visibility="private"),
            say(server, server.member("cy"), "a reply", in_reply_to_id=first["id"]),
            post(server, ada, f"statuses/{first['id']}/reblog"),
        ]
        own = say(server, ada, "a reply to myself", in_reply_to_id=first["id"])
        ask(server, ada, "DELETE", f"statuses/{first['id']}")
        found = own_events(socket, {first["id"], own["id"], *(one["id"] for one in others)})
        assert [about for _, _, about in found] == [first["id"], own["id"], first["id"]]


def test_media_streams_have_posts_with_files_alone(server: RunningServer, ada: NewMember, bo: NewMember) -> None:
    with stream(server, bo, "stream=public:media") as everybody, stream(server, bo, "stream=public:local:media") as own:
        plain = say(server, ada, "no picture")
        shown = with_picture(server, ada)
        for socket, name in ((everybody, "public:media"), (own, "public:local:media")):
            while (frame := socket.next())["payload"]["id"] != shown["id"]:
                assert frame["payload"]["id"] != plain["id"]
            assert frame["stream"] == [name]


def test_nothing_comes_from_elsewhere_yet(server: RunningServer, ada: NewMember) -> None:
    with stream(server, ada, "stream=public:remote") as socket:
        socket.say(type="subscribe", stream="public:remote:media")
        socket.say(type="subscribe", stream="user")
        status = with_picture(server, ada)
        frame = socket.next()
        assert (frame["stream"], frame["payload"]["id"]) == (["user"], status["id"])


def test_whoever_is_kept_away_is_not_on_public_streams(server: RunningServer, ada: NewMember, bo: NewMember) -> None:
    cy = server.member("cy")
    for action, readers in (("mute", (bo,)), ("block", (bo, ada))):
        keeper, kept = readers[0], ada
        with stream(server, keeper, "stream=public") as socket, stream(server, ada, "stream=public") as other:
            post(server, keeper, f"accounts/{kept.id}/{action}")
            hidden = say(server, ada)
            hidden_from_ada = say(server, bo)
            last = say(server, cy)
            seen = [socket.next("update")["payload"]["id"]]
            while seen[-1] != last["id"]:
                seen.append(socket.next("update")["payload"]["id"])
            assert hidden["id"] not in seen
            seen = [other.next("update")["payload"]["id"]]
            while seen[-1] != last["id"]:
                seen.append(other.next("update")["payload"]["id"])
            assert (hidden_from_ada["id"] in seen) is (action == "mute")


def test_hashtags_however_written(server: RunningServer, ada: NewMember, bo: NewMember) -> None:
    tag = f"Tag{secrets.token_hex(4)}"
    with stream(server, bo, f"stream=hashtag&tag={tag.upper()}") as socket:
        socket.say(type="subscribe", stream="hashtag:local", tag=f"#{tag}")
        socket.say(type="subscribe", stream="no such")
        assert socket.next()["status"] == 400
        say(server, ada, "without")
        status = say(server, ada, f"with #{tag.lower()}")
        frames = [socket.next("update"), socket.next("update")]
        labels = sorted(frame["stream"] for frame in frames)
        assert labels == sorted([["hashtag", tag.upper()], ["hashtag:local", tag]])
        assert {frame["payload"]["id"] for frame in frames} == {status["id"]}
        socket.say(type="unsubscribe", stream="hashtag:local", tag=tag)
        ask(server, ada, "PUT", f"statuses/{status['id']}", json={"status": f"again #{tag}"})
        assert socket.next("status.update")["stream"] == ["hashtag", tag.upper()]
        ask(server, ada, "DELETE", f"statuses/{status['id']}")
        assert socket.next() == {"stream": ["hashtag", tag.upper()], "event": "delete", "payload": status["id"]}


def test_a_list_has_its_members_posts(server: RunningServer, ada: NewMember, bo: NewMember) -> None:
    cy = server.member("cy")
    follow(server, bo, ada)
    follow(server, bo, cy)
    one = post(server, bo, "lists", title="Friends")
    post(server, bo, f"lists/{one['id']}/accounts", account_ids=[ada.id])
    with stream(server, bo, f"stream=list&list={one['id']}") as socket:
        say(server, cy)
        status = say(server, ada)
        frame = socket.next()
        assert (frame["stream"], frame["event"]) == (["list", one["id"]], "update")
        assert frame["payload"]["id"] == status["id"]
        post(server, bo, f"lists/{one['id']}/accounts", account_ids=[cy.id])
        status = say(server, cy)
        assert socket.next("update")["payload"]["id"] == status["id"]
        ask(server, cy, "DELETE", f"statuses/{status['id']}")
        assert socket.next("delete")["payload"] == status["id"]


def test_a_list_is_its_owners_alone(server: RunningServer, ada: NewMember, bo: NewMember) -> None:
    one = post(server, bo, "lists", title="Friends")
    with stream(server, ada, f"stream=list&list={one['id']}") as socket:
        assert socket.next()["status"] == 404
    assert ask(server, ada, "GET", f"streaming/list?list={one['id']}").status_code == 404
    assert ask(server, ada, "GET", "streaming/list").status_code == 400
    assert ask(server, ada, "GET", "streaming/hashtag").status_code == 400


def test_direct_messages_come_as_conversations(server: RunningServer, ada: NewMember, bo: NewMember) -> None:
    with stream(server, bo, "stream=direct") as socket, stream(server, server.member("cy"), "stream=direct") as other:
        other.say(type="subscribe", stream="user")
        status = say(server, ada, f"@{bo.name} psst", visibility="direct")
        frame = socket.next()
        assert (frame["stream"], frame["event"]) == (["direct"], "conversation")
        listed = ask(server, bo, "GET", "conversations").json()
        assert frame["payload"] == listed[0]
        assert listed[0]["last_status"]["id"] == status["id"]
        with pytest.raises(TimeoutError):
            other.connection.recv(timeout=0.3)


def test_a_changed_filter_is_told_and_marks_what_comes(server: RunningServer, ada: NewMember, bo: NewMember) -> None:
    follow(server, bo, ada)
    with stream(server, bo) as socket, stream(server, bo, "stream=public") as everybody:
        keywords = [{"keyword": "spoiler", "whole_word": True}]
        made = {"title": "x", "context": ["home"], "keywords_attributes": keywords, "filter_action": "hide"}
        with server.client(bo.token) as http:
            assert http.post("/api/v2/filters", json=made).status_code == 200
        assert socket.next() == {"stream": ["user"], "event": "filters_changed"}
        hidden = say(server, ada, "a spoiler")
        last = say(server, ada, "harmless")
        assert socket.next("update")["payload"]["id"] == last["id"]
        while (found := everybody.next("update")["payload"])["id"] != hidden["id"]:
            continue
        assert found["filtered"][0]["keyword_matches"] == ["spoiler"]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("public", "public"),
        ("public/local", "public:local"),
        ("public?only_media=true", "public:media"),
        ("public/local?only_media=true", "public:local:media"),
        ("hashtag?tag=here", "hashtag"),
        ("hashtag/local?tag=here", "hashtag:local"),
    ],
)
def test_every_path_and_name_as_server_sent_events(
    server: RunningServer, ada: NewMember, bo: NewMember, path: str, name: str
) -> None:
    with events(server, bo, path) as lines, events(server, bo, f"?stream={name}&tag=here") as named:
        media = ask(server, ada, "POST", "media", files={"file": ("a.png", png(), "image/png")}).json()
        status = say(server, ada, "Hello #here", media_ids=[media["id"]])
        for found in (lines, named):
            while status["id"] not in next(found):
                continue


def test_direct_and_remote_have_their_paths(server: RunningServer, ada: NewMember, bo: NewMember) -> None:
    with events(server, bo, "direct") as lines, events(server, bo, "public/remote"):
        say(server, ada, f"@{bo.name} psst", visibility="direct")
        assert next(lines) == "event: conversation"
        assert json.loads(next(lines).removeprefix("data: "))["unread"] is True


def test_a_stream_named_in_the_query_needs_what_its_path_needs(server: RunningServer, ada: NewMember) -> None:
    weak = server.member("weak", scopes="read:notifications")
    with server.client() as http:
        assert http.get("/api/v1/streaming?stream=public").status_code == 401
    assert ask(server, weak, "GET", "streaming?stream=public").status_code == 403
    assert ask(server, ada, "GET", "streaming?stream=nonsense").status_code == 400
    assert ask(server, ada, "GET", "streaming?stream=hashtag").status_code == 400
    assert ask(server, ada, "POST", "streaming?stream=public").status_code in (404, 405)
