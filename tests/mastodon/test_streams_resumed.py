"""Coming back to a stream: nothing is lost and nothing comes twice, on both engines and across a restart."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.databases import ENGINES
from tests.mastodon.test_streaming import SOON, NewMember, Socket, follow, post, say, stream
from tests.servers import RunningServer


@pytest.fixture
def ada(server: RunningServer) -> NewMember:
    return server.member("ada")


@pytest.fixture
def bo(server: RunningServer, ada: NewMember) -> NewMember:
    found = server.member("bo")
    follow(server, found, ada)
    return found


def until(socket: Socket, status: Any) -> list[tuple[str, str]]:
    """The ids of posts and of frames up to a post."""
    found: list[tuple[str, str]] = []
    while not found or found[-1][0] != status["id"]:
        frame = socket.next("update")
        found.append((frame["payload"]["id"], frame["id"]))
    return found


def test_what_was_missed_comes_first_and_then_what_is_new(server: RunningServer, ada: NewMember, bo: NewMember) -> None:
    with stream(server, bo, "stream=user&since=") as socket:
        first = say(server, ada, "first")
        [(_, place)] = until(socket, first)[-1:]
    missed = [say(server, ada, f"missed {number}") for number in range(5)]
    with stream(server, bo, f"stream=user&since={place}") as socket:
        new = say(server, ada, "new")
        assert [one for one, _ in until(socket, new)] == [one["id"] for one in [*missed, new]]


def test_nothing_is_lost_or_doubled_while_somebody_goes_on_writing(
    server: RunningServer, ada: NewMember, bo: NewMember
) -> None:
    written: list[str] = []
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set() and len(written) < 50:  # new accounts write 60 posts an hour
            written.append(say(server, ada, f"{len(written)}")["id"])

    with stream(server, bo, "stream=user&since=") as socket:
        start = say(server, ada, "start")
        place = until(socket, start)[-1][1]
    writer = threading.Thread(target=write)
    writer.start()
    heard: list[str] = []
    try:
        for turn in range(6):
            with stream(server, bo, f"stream=user&since={place}") as socket:
                for _ in range(turn + 1):
                    frame = socket.next("update")
                    heard.append(frame["payload"]["id"])
                    place = frame["id"]
    finally:
        stop.set()
        writer.join(10)
    last = say(server, ada, "last")
    with stream(server, bo, f"stream=user&since={place}") as socket:
        heard += [one for one, _ in until(socket, last)]
    assert heard == [*written, last["id"]]


def test_without_asking_frames_have_no_ids(server: RunningServer, ada: NewMember, bo: NewMember) -> None:
    with stream(server, bo) as socket:
        socket.say(type="subscribe", stream="user:notification", since="")
        place = socket.next("heartbeat")["id"]
        say(server, ada, f"@{bo.name}")
        assert "id" not in socket.next("update")
        told = {frame["stream"][0]: frame for frame in (socket.next("notification"), socket.next("notification"))}
        assert "id" not in told["user"]
        assert int(told["user:notification"]["id"]) > int(place)


def test_whoever_comes_from_nowhere_is_told_to_load_anew(server: RunningServer, ada: NewMember) -> None:
    with stream(server, ada, "stream=user&since=999999999999") as socket:
        frame = socket.next()
        assert (frame["event"], "payload" in frame) == ("resume_failed", False)
        status = say(server, ada, "the stream goes on")
        assert int(until(socket, status)[-1][1]) > int(frame["id"])


def test_relations_count_as_they_are_now(server: RunningServer, ada: NewMember, bo: NewMember) -> None:
    cy = server.member("cy")
    follow(server, bo, cy)
    with stream(server, bo, "stream=user&since=") as socket:
        place = socket.next("heartbeat")["id"]
    say(server, ada, "of one who is muted meanwhile")
    deleted = say(server, cy, "deleted meanwhile")
    post(server, bo, f"accounts/{ada.id}/mute")
    with server.client(cy.token) as http:
        assert http.delete(f"/api/v1/statuses/{deleted['id']}").status_code == 200
    last = say(server, cy, "last")
    with stream(server, bo, f"stream=user&since={place}") as socket:
        frame = socket.next()
        assert (frame["event"], frame["payload"]) == ("delete", deleted["id"])
        assert socket.next()["payload"]["id"] == last["id"]


def sse(server: RunningServer, who: NewMember, last: str, most: int) -> list[tuple[str, str]]:
    """The data and ids of so many events after a place."""
    found: list[tuple[str, str]] = []
    headers = {"Last-Event-ID": last} if last else {}
    with (
        server.client(who.token) as http,
        http.stream("GET", "/api/v1/streaming/user", headers=headers, timeout=httpx.Timeout(SOON)) as answer,
    ):
        data = ""
        for line in answer.iter_lines():
            if line.startswith("data: "):
                data = json.loads(line.removeprefix("data: ")).get("id", "")
            elif line.startswith("id: "):
                found.append((data, line.removeprefix("id: ")))
                data = ""
            if len(found) == most:
                return found
    raise AssertionError(found)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_server_that_was_killed_goes_on_where_it_was(new_server: Callable[..., RunningServer], engine: str) -> None:
    server = new_server(engine).start().set_up()
    ada, bo = server.member("ada"), server.member("bo")
    follow(server, bo, ada)
    [(nothing, place)] = sse(server, bo, "", 1)
    assert nothing == ""
    missed = [say(server, ada, f"missed {number}")["id"] for number in range(3)]
    server.stop(kill=True)
    server.start()
    missed.append(say(server, ada, "after the restart")["id"])
    found = sse(server, bo, place, 4)
    assert [one for one, _ in found] == missed
    assert [one for one, _ in sse(server, bo, found[1][1], 2)] == missed[2:]
