"""The user stream over real sockets, on a real server, on both engines."""

from __future__ import annotations

import json
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from holdfast.mastodon.streams import MOST_PER_ACCOUNT
from tests.servers import PASSWORD, NewMember, RunningServer

SOON = 5.0  # seconds after which a test gives up


class Socket:
    """A WebSocket of a member's, and what came over it."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    def say(self, **message: Any) -> None:
        self.connection.send(json.dumps(message))

    def next(self, event: str | None = None) -> Any:
        """The next frame (of an event), its payload decoded."""
        end = time.monotonic() + SOON
        while True:
            frame = json.loads(self.connection.recv(timeout=max(end - time.monotonic(), 0.01)))
            if event is None or frame.get("event") == event:
                if frame.get("payload") and frame["event"] != "delete":
                    frame["payload"] = json.loads(frame["payload"])
                return frame

    def ends(self) -> ConnectionClosed:
        """How the server closes it."""
        try:
            while True:
                self.connection.recv(timeout=SOON)
        except ConnectionClosed as closed:
            return closed


@contextmanager
def stream(server: RunningServer, who: NewMember, query: str = "stream=user", **options: Any) -> Iterator[Socket]:
    url = f"ws://127.0.0.1:{server.port}/api/v1/streaming?{query}"
    headers = options.pop("additional_headers", {"Authorization": f"Bearer {who.token}"})
    with connect(url, additional_headers=headers, proxy=None, **options) as connection:
        yield Socket(connection)


def post(server: RunningServer, who: NewMember, path: str, **data: Any) -> Any:
    with server.client(who.token) as http:
        answer = http.post(f"/api/v1/{path}", json=data)
    assert answer.status_code == 200, answer.text
    return answer.json()


def ask(server: RunningServer, who: NewMember, method: str, path: str, **options: Any) -> httpx.Response:
    with server.client(who.token) as http:
        return http.request(method, f"/api/v1/{path}", **options)


def say(server: RunningServer, who: NewMember, text: str = "Hello", **more: Any) -> Any:
    return post(server, who, "statuses", status=text, **more)


def follow(server: RunningServer, follower: NewMember, followed: NewMember) -> None:
    post(server, follower, f"accounts/{followed.id}/follow")


@pytest.fixture
def ada(server: RunningServer) -> NewMember:
    return server.member("ada")


@pytest.fixture
def bo(server: RunningServer, ada: NewMember) -> NewMember:
    """Somebody who follows Ada."""
    found = server.member("bo")
    follow(server, found, ada)
    return found


def test_posts_of_the_followed_come_as_updates(server: RunningServer, ada: NewMember, bo: NewMember) -> None:
    stranger = server.member("cy")
    with stream(server, bo) as socket:
        say(server, stranger)
        status = say(server, ada, 'Hello "you"\n\u00e9\U0001f30d')
        frame = socket.next()
        assert (frame["stream"], frame["event"]) == (["user"], "update")
        shown = ask(server, bo, "GET", f"statuses/{status['id']}").json()
        assert frame["payload"] == shown


def test_an_author_sees_the_own_post_as_the_own(server: RunningServer, ada: NewMember, bo: NewMember) -> None:
    with stream(server, ada) as own, stream(server, bo) as other:
        say(server, ada)
        assert own.next("update")["payload"]["pinned"] is False
        assert "pinned" not in other.next("update")["payload"]


def test_a_boost_comes_with_the_readers_own_marks(server: RunningServer, ada: NewMember, bo: NewMember) -> None:
    cy = server.member("cy")
    follow(server, cy, ada)
    original = say(server, server.member("author"))
    post(server, bo, f"statuses/{original['id']}/favourite")
    with stream(server, bo) as first, stream(server, cy) as second:
        post(server, ada, f"statuses/{original['id']}/reblog")
        assert first.next("update")["payload"]["reblog"]["favourited"] is True
        boost = second.next("update")["payload"]["reblog"]
        assert (boost["id"], boost["favourited"], boost["reblogged"]) == (original["id"], False, False)


def test_edits_and_deletions_come(server: RunningServer, ada: NewMember, bo: NewMember) -> None:
    status = say(server, ada, "First")
    with stream(server, bo) as socket:
        ask(server, ada, "PUT", f"statuses/{status['id']}", json={"status": "Second"})
        frame = socket.next("status.update")  # on PostgreSQL the post itself may be sealed only now
        assert (frame["event"], frame["payload"]["id"]) == ("status.update", status["id"])
        assert "Second" in frame["payload"]["content"]
        ask(server, ada, "DELETE", f"statuses/{status['id']}")
        assert socket.next() == {"stream": ["user"], "event": "delete", "payload": status["id"]}


def test_nobody_is_shown_what_they_may_not_see(server: RunningServer, ada: NewMember, bo: NewMember) -> None:
    cy = server.member("cy")
    follow(server, cy, ada)
    post(server, ada, f"accounts/{cy.id}/block")
    with stream(server, bo) as follower, stream(server, cy) as blocked:
        post(server, cy, "statuses", status="my own")
        assert blocked.next("update")["payload"]["account"]["id"] == cy.id
        say(server, ada, "direct", visibility="direct")
        say(server, ada, f"@{bo.name} direct", visibility="direct")
        for_followers = say(server, ada, "for followers", visibility="private")
        say(server, ada)
        last = say(server, cy, "the end")
        shown = follower.next("update")["payload"]
        assert shown["visibility"] == "direct"
        assert bo.name in shown["content"]
        assert follower.next("update")["payload"]["id"] == for_followers["id"]
        assert blocked.next("update")["payload"]["id"] == last["id"]


def test_of_two_followers_only_the_one_named_is_shown_a_direct_post(
    server: RunningServer, ada: NewMember, bo: NewMember
) -> None:
    cy = server.member("cy")
    follow(server, cy, ada)
    with stream(server, bo) as named, stream(server, cy) as other:
        direct = say(server, ada, f"@{bo.name} for you alone", visibility="direct")
        comes_next(other, say(server, ada))
        comes_next(named, direct)


def test_an_answer_to_somebody_unknown_does_not_come(server: RunningServer, ada: NewMember, bo: NewMember) -> None:
    question = say(server, server.member("cy"), "A question")
    with stream(server, bo) as socket:
        say(server, ada, "An answer", in_reply_to_id=question["id"])
        last = say(server, ada)
        assert socket.next("update")["payload"]["id"] == last["id"]


def test_a_changed_follow_counts_from_the_next_post_on(server: RunningServer, ada: NewMember) -> None:
    cy, dee = server.member("cy"), server.member("dee")
    with stream(server, cy) as socket:
        say(server, ada, "Before")
        comes_next(socket, say(server, cy))
        follow(server, cy, ada)
        comes_next(socket, say(server, ada, "After"))
        post(server, cy, f"accounts/{ada.id}/mute")
        say(server, ada, "Muted")
        comes_next(socket, say(server, cy))
        follow(server, cy, dee)
        comes_next(socket, say(server, dee))


def comes_next(socket: Socket, status: Any) -> None:
    assert socket.next("update")["payload"]["id"] == status["id"]


def test_a_followed_hashtag_comes_too(server: RunningServer, ada: NewMember) -> None:
    cy = server.member("cy")
    tag = f"sailing{cy.id}"
    with stream(server, cy) as socket:
        say(server, ada, f"Before #{tag}")
        comes_next(socket, say(server, cy))
        post(server, cy, f"tags/{tag}/follow")
        comes_next(socket, say(server, ada, f"After #{tag}"))


def test_notifications_come_on_both_streams_under_their_own_names(
    server: RunningServer, ada: NewMember, bo: NewMember
) -> None:
    cy = server.member("cy")
    with stream(server, cy, "") as socket:
        socket.say(type="subscribe", stream="user")
        socket.say(type="subscribe", stream="user:notification")
        socket.say(type="subscribe", stream="no such")  # its answer tells that the two before are in force
        assert socket.next() == {"error": "Unknown stream type", "status": 400}
        status = say(server, bo, f"Hello @{cy.name}")
        frames = [socket.next("notification"), socket.next("notification")]
        assert sorted(frame["stream"] for frame in frames) == [["user"], ["user:notification"]]
        assert frames[0]["payload"] == frames[1]["payload"]
        listed = ask(server, cy, "GET", "notifications").json()
        assert frames[0]["payload"] == listed[0]
        assert listed[0]["status"]["id"] == status["id"]


def test_what_is_set_aside_is_streamed_by_nobody_until_it_is_asked_back(server: RunningServer, bo: NewMember) -> None:
    cy, di = server.member("cy"), server.member("di")
    post(server, cy, f"accounts/{di.id}/follow")
    with server.client(cy.token) as http:
        http.patch("/api/v2/notifications/policy", json={"for_not_following": "filter"})
    with stream(server, cy) as socket:
        say(server, bo, f"Hello @{cy.name}")
        say(server, di, f"Hello @{cy.name}")
        assert socket.next("notification")["payload"]["account"]["id"] == di.id
        (request,) = ask(server, cy, "GET", "notifications/requests").json()
        post(server, cy, f"notifications/requests/{request['id']}/accept")
        assert socket.next()["event"] == "notifications_merged"
        assert len(ask(server, cy, "GET", "notifications").json()) == 2


def test_subscriptions_end_alone(server: RunningServer, ada: NewMember, bo: NewMember) -> None:
    with stream(server, bo, "stream=user") as socket:
        socket.say(type="subscribe", stream="user:notification")
        socket.say(type="unsubscribe", stream="user")
        socket.say(type="whatever")
        assert socket.next()["status"] == 400
        say(server, ada, f"Hello @{bo.name}")
        frame = socket.next()
        assert (frame["event"], frame["stream"]) == ("notification", ["user:notification"])


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("not json", "The message cannot be read"),
        ('{"type": "subscribe"}', "Unknown stream type"),
        ('{"type": "subscribe", "stream": "hashtag"}', "Missing tag name"),
        ('{"type": "subscribe", "stream": "list", "list": "x"}', "Missing list id"),
        ('{"type": 5}', "cannot be read"),
        (b"\xff\xfe", "cannot be read"),
        ("[" * 3_000, "cannot be read"),
    ],
)
def test_what_cannot_be_understood_is_said_and_the_socket_stays_open(
    server: RunningServer, ada: NewMember, message: str | bytes, words: str
) -> None:
    with stream(server, ada) as socket:
        socket.connection.send(message)
        answer = socket.next()
        assert words in answer["error"]
        assert answer["status"] == 400
        say(server, ada)
        assert socket.next()["event"] == "update"


def test_an_endless_message_closes_the_socket(server: RunningServer, ada: NewMember) -> None:
    with stream(server, ada) as socket:
        socket.connection.send("x" * 5_000)
        assert socket.ends().rcvd.reason == "the message is too long"


def test_a_token_comes_by_header_protocol_or_query(server: RunningServer, ada: NewMember) -> None:
    for query, options in (
        ("stream=user", {"subprotocols": [ada.token], "additional_headers": {}}),
        (f"stream=user&access_token={ada.token}", {"additional_headers": {}}),
        ("stream=user", {}),
    ):
        with stream(server, ada, query, **options) as socket:
            if "subprotocols" in options:
                assert socket.connection.subprotocol == ada.token
            status = say(server, ada)
            assert socket.next("update")["payload"]["id"] == status["id"]


def test_without_a_good_token_there_is_no_socket(server: RunningServer, ada: NewMember) -> None:
    weak = server.member("weak", scopes="write")
    for token in ("wrong", "", weak.token):
        with (
            pytest.raises(InvalidStatus) as caught,
            stream(server, ada, additional_headers={"Authorization": f"Bearer {token}"}),
        ):
            raise AssertionError("the handshake was accepted")
        assert caught.value.response.status_code in (401, 403)


def test_a_narrow_token_hears_what_its_scopes_cover(server: RunningServer) -> None:
    narrow = server.member("narrow", scopes="read:statuses write")
    with stream(server, narrow) as socket:
        socket.say(type="subscribe", stream="user:notification")
        assert socket.next()["status"] == 403
        say(server, server.member("cy"), f"Hello @{narrow.name}")
        say(server, narrow)
        assert socket.next()["event"] == "update"


def test_a_revoked_token_closes_its_streams_and_no_others(server: RunningServer, ada: NewMember) -> None:
    with server.client() as http:
        asked = {"client_name": "x", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob", "scopes": "read write"}
        app = http.post("/api/v1/apps", data=asked).json()
        app = {"client_id": app["client_id"], "client_secret": app["client_secret"]}
        grant = app | {"grant_type": "client_credentials", "scope": "read write"}
        own = http.post("/oauth/token", data=grant).json()["access_token"]
        name = f"dee_{secrets.token_hex(5)}"
        form = {"username": name, "email": f"{name}@example.org", "password": PASSWORD, "agreement": True}
        joined = http.post("/api/v1/accounts", json=form, headers={"Authorization": f"Bearer {own}"}).json()
        dee = NewMember(name, "", joined["access_token"], "")
        with stream(server, dee) as gone, events(server, dee) as lines, stream(server, ada) as kept:
            assert http.post("/oauth/revoke", data=app | {"token": dee.token}).status_code == 200
            assert gone.ends().rcvd.reason == "access was revoked"
            assert list(lines) == []
            say(server, ada)
            assert kept.next("update")


def test_a_suspended_account_hears_nothing_more(server: RunningServer, ada: NewMember) -> None:
    with stream(server, ada) as socket:
        server.call("user.suspend", name=ada.name)
        assert socket.ends().rcvd.reason == "the account was closed"


def test_an_account_has_only_so_many_streams(server: RunningServer, ada: NewMember) -> None:
    with ExitStack() as many:
        sockets = [many.enter_context(stream(server, ada)) for _ in range(MOST_PER_ACCOUNT)]
        with pytest.raises(InvalidStatus), stream(server, ada):
            raise AssertionError("one stream too many")
        assert ask(server, ada, "GET", "streaming/user").status_code == 429
        sockets[0].connection.close()
        end = time.monotonic() + SOON
        while not opens(server, ada):
            assert time.monotonic() < end


def opens(server: RunningServer, who: NewMember) -> bool:
    try:
        with stream(server, who):
            return True
    except InvalidStatus:
        return False


# ── server-sent events ──


@contextmanager
def events(server: RunningServer, who: NewMember, path: str = "user") -> Iterator[Iterator[str]]:
    with (
        server.client(who.token) as http,
        http.stream("GET", f"/api/v1/streaming/{path}", timeout=httpx.Timeout(SOON)) as answer,
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["access-control-allow-origin"] == "*"
        lines = answer.iter_lines()
        assert next(lines).startswith(":")
        told = (line for line in lines if line and not line.startswith("id:"))
        assert [next(told), next(told)] == ["event: heartbeat", "data: {}"]  # with the stream's place, for coming back
        yield told


def test_events_come_as_lines(server: RunningServer, ada: NewMember, bo: NewMember) -> None:
    with events(server, bo) as lines:
        status = say(server, ada, "Line\none")
        assert next(lines) == "event: update"
        assert json.loads(next(lines).removeprefix("data: "))["id"] == status["id"]
        ask(server, ada, "DELETE", f"statuses/{status['id']}")
        assert [next(lines), next(lines)] == ["event: delete", f"data: {status['id']}"]


def test_the_stream_of_notifications_has_nothing_else(server: RunningServer, ada: NewMember, bo: NewMember) -> None:
    with events(server, bo, "user/notification") as lines:
        say(server, ada)
        say(server, ada, f"Hello @{bo.name}")
        assert next(lines) == "event: notification"
        assert json.loads(next(lines).removeprefix("data: "))["type"] == "mention"


def test_health_and_channels_that_are_not_there(server: RunningServer, ada: NewMember) -> None:
    with server.client() as http:
        health = http.get("/api/v1/streaming/health")
        assert (health.status_code, health.text) == (200, "OK")
        assert http.get("/api/v1/streaming").status_code == 404
        assert http.get("/api/v1/streaming/user").status_code == 401
    for path in ("hashtag/remote", "nonsense"):
        answer = ask(server, ada, "GET", f"streaming/{path}")
        assert (answer.status_code, answer.json()) == (400, {"error": "Unknown channel requested"})
    narrow = server.member("narrow", scopes="read:statuses")
    assert ask(server, narrow, "GET", "streaming/user").status_code == 403


def test_a_client_that_does_not_read_harms_nobody(server: RunningServer, ada: NewMember, bo: NewMember) -> None:
    with closing(socket.create_connection(("127.0.0.1", server.port))) as lazy:
        lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        asked = f"GET /api/v1/streaming/user HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {bo.token}\r\n\r\n"
        lazy.sendall(asked.encode())
        assert b" 200 " in lazy.recv(1_000)
        with stream(server, bo) as reading:
            long = "x" * 450
            for _ in range(30):
                last = say(server, ada, long)
            while reading.next("update")["payload"]["id"] != last["id"]:
                continue
