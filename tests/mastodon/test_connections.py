"""A stream's connection on its own: what is sent, and when it is given up."""

from __future__ import annotations

import asyncio

import pytest

from holdfast.acting import Acting
from holdfast.mastodon import streams
from holdfast.mastodon.streams import HEARTBEAT_FRAME, HEARTBEAT_LINES, MOST_QUEUED, Connection, Message

READS = Acting(account_id=1, scopes=frozenset({"read"}))


async def forever() -> None:
    await asyncio.Event().wait()


def test_a_client_that_stops_reading_is_given_up_without_waiting_for_it() -> None:
    async def scenario() -> Connection:
        connection = Connection(READS, Message.frame, HEARTBEAT_FRAME, ["user"])

        async def stuck(_: str) -> None:
            await forever()

        running = asyncio.create_task(connection.run(stuck, forever))
        await asyncio.sleep(0)
        for _ in range(MOST_QUEUED + 2):
            connection.hear(Message("update", b"{}"), "user")
        await asyncio.wait_for(running, 1)
        return connection

    connection = asyncio.run(scenario())
    assert connection.reason == "the client does not read fast enough"
    assert not connection._queue


def test_a_few_very_large_frames_are_too_much_too() -> None:
    async def scenario() -> str | None:
        connection = Connection(READS, Message.lines, HEARTBEAT_LINES, ["user"])
        for _ in range(5):
            connection.push("x" * (streams.MOST_QUEUED_BYTES // 4))
        return connection.reason

    assert asyncio.run(scenario()) == "the client does not read fast enough"


def test_a_frame_that_the_network_does_not_take_ends_the_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "SLOWEST_S", 0.01)

    async def scenario() -> str | None:
        connection = Connection(READS, Message.lines, HEARTBEAT_LINES, ["user"])

        async def stuck(_: str) -> None:
            await forever()

        connection.push("one")
        await asyncio.wait_for(connection.run(stuck, forever), 1)
        return connection.reason

    assert asyncio.run(scenario()) == "the client does not read"


def test_a_quiet_stream_has_a_heartbeat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "HEARTBEAT_S", 0.01)

    async def scenario() -> list[str]:
        sent: list[str] = []
        connection = Connection(READS, Message.lines, HEARTBEAT_LINES, ["user"])

        async def write(text: str) -> None:
            sent.append(text)
            if len(sent) == 2:
                connection.end("enough")

        await asyncio.wait_for(connection.run(write, forever), 1)
        return sent

    assert asyncio.run(scenario()) == [":thump\n\n", ":thump\n\n"]


def test_a_client_that_goes_ends_the_run_and_a_broken_pipe_is_no_fault() -> None:
    async def scenario() -> None:
        connection = Connection(READS, Message.lines, HEARTBEAT_LINES, ["user"])

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
    assert message.frame("user") == '{"stream":["user"],"event":"delete","payload":"123"}'
    assert message.lines("user") == "event: delete\ndata: 123\n\n"
    assert Message("update", '{"a":"é\\n"}'.encode()).frame("user:notification") == (
        '{"stream":["user:notification"],"event":"update","payload":"{\\"a\\":\\"é\\\\n\\"}"}'
    )
