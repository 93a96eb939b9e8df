"""A stream's connection on its own: what is sent, and when it is given up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from holdfast.acting import Acting
from holdfast.errors import Invalid
from holdfast.mastodon import stream_connections as streams
from holdfast.mastodon.stream_connections import (
    LINES,
    MOST_QUEUED,
    MOST_SUBSCRIPTIONS,
    SOCKET,
    Connection,
    Message,
    Protocol,
    Subscription,
)
from holdfast.mastodon.stream_names import Key, named
from tests.mastodon.asking import Api

READS = Acting(account_id=1, scopes=frozenset({"read"}))


def opened(protocol: Protocol) -> Connection:
    connection = Connection(READS, protocol)
    connection.subscribe(Subscription(named("user"), has_ids=False))
    return connection


async def looked_after(connection: Connection, write: Callable[[str], Awaitable[None]]) -> None:
    looking = asyncio.create_task(streams.look_after(lambda: [] if connection.is_ended else [connection]))
    await asyncio.wait_for(connection.run(write, forever), 1)
    await asyncio.wait_for(looking, 1)


async def forever() -> None:
    await asyncio.Event().wait()


def test_a_client_that_stops_reading_is_given_up_without_waiting_for_it() -> None:
    async def scenario() -> Connection:
        connection = opened(SOCKET)

        async def stuck(_: str) -> None:
            await forever()

        running = asyncio.create_task(connection.run(stuck, forever))
        await asyncio.sleep(0)
        for _ in range(MOST_QUEUED + 2):
            connection.hear(Message("update", b"{}"), Key("user"), 1)
        await asyncio.wait_for(running, 1)
        return connection

    connection = asyncio.run(scenario())
    assert connection.reason == "the client does not read fast enough"
    assert not connection._queue


def test_a_few_very_large_frames_are_too_much_too() -> None:
    async def scenario() -> str | None:
        connection = opened(LINES)
        for _ in range(5):
            connection.push("x" * (streams.MOST_QUEUED_BYTES // 4))
        return connection.reason

    assert asyncio.run(scenario()) == "the client does not read fast enough"


def test_a_frame_that_the_network_does_not_take_ends_the_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "SLOWEST_S", 0.01)

    async def scenario() -> str | None:
        connection = opened(LINES)

        async def stuck(_: str) -> None:
            await forever()

        connection.push("one")
        await looked_after(connection, stuck)
        return connection.reason

    assert asyncio.run(scenario()) == "the client does not read"


def test_a_quiet_stream_has_a_heartbeat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "HEARTBEAT_S", 0.01)

    async def scenario() -> list[str]:
        sent: list[str] = []
        connection = opened(LINES)

        async def write(text: str) -> None:
            sent.append(text)
            if len(sent) == 2:
                connection.end("enough")

        await looked_after(connection, write)
        return sent

    assert asyncio.run(scenario()) == [":thump\n\n", ":thump\n\n"]


def test_the_streams_of_a_server_are_looked_after(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "HEARTBEAT_S", 0.05)
    ada = api.member("ada")
    for _ in range(2):  # again after all have gone
        with ada.listens("stream=public") as socket:
            assert [socket.receive_json(timeout=5)["event"] for _ in range(2)] == ["heartbeat"] * 2


def test_a_client_that_goes_ends_the_run_and_a_broken_pipe_is_no_fault() -> None:
    async def scenario() -> None:
        connection = opened(LINES)

        async def gone() -> None:
            return

        async def broken(_: str) -> None:
            raise BrokenPipeError

        await asyncio.wait_for(connection.run(broken, gone), 1)
        connection.push("x")
        await asyncio.wait_for(connection.run(broken, forever), 1)
        assert connection.reason is None

    asyncio.run(scenario())


def test_frames_hold_their_payload_as_text() -> None:
    message = Message("delete", b"123")
    assert message.frame(("user",), None) == '{"stream":["user"],"event":"delete","payload":"123"}'
    assert message.lines(("user",), 7) == "event: delete\ndata: 123\nid: 7\n\n"
    assert Message("update", '{"a":"é\\n"}'.encode()).frame(("hashtag", "é"), 7) == (
        '{"stream":["hashtag","é"],"event":"update","payload":"{\\"a\\":\\"é\\\\n\\"}","id":"7"}'
    )


def test_a_connection_has_only_so_many_subscriptions() -> None:
    connection = opened(SOCKET)
    for number in range(MOST_SUBSCRIPTIONS - 1):
        connection.subscribe(Subscription(named("hashtag", f"tag{number}"), has_ids=False))
    more = Subscription(named("hashtag", "more"), has_ids=False)
    with pytest.raises(Invalid):
        connection.subscribe(more)
    connection.subscribe(Subscription(named("hashtag", "TAG1"), has_ids=False))  # the same one anew
