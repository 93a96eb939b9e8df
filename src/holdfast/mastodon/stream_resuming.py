"""Coming back to a stream: what was missed is read from the sealed change log, then the stream goes on live.

Nothing is lost or told twice in between: while a subscription catches up, live events only leave a note how far the
log has come, and it goes live in the very moment in which it has read that far.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import NamedTuple

from holdfast import events
from holdfast.events import Recorded
from holdfast.mastodon.stream_connections import RESUME_FAILED, Connection, Subscription
from holdfast.mastodon.stream_deliveries import PUMPED, Deliverer, Delivery, Interest
from holdfast.store import HOUR, Hot, Read
from holdfast.writes import Database

WINDOW_MS = HOUR
MOST_MISSED = 20_000  # rows of the change log
SLICE = 500  # rows read at once
MOST_AT_ONCE = 4  # clients that catch up at the same time; the others wait their turn
PAUSE_S = 0.01

_AT = Hot("SELECT at FROM changes WHERE seq = :seq")


class _Start(NamedTuple):
    """Where to begin, and whether that is where the client was."""

    seq: int
    is_whole: bool


class Resuming:
    """Lets subscriptions catch up."""

    def __init__(self, db: Database, make: Callable[[], Deliverer]) -> None:
        self._db = db
        self._make = make
        self._turn = asyncio.Semaphore(MOST_AT_ONCE)

    async def catch_up(self, connection: Connection, subscription: Subscription, since: int | None) -> None:
        """Send what came after ``since`` (None: from now on), then let the subscription hear live events.

        A client that was away for too long is told so by ``resume_failed`` and goes on from now.
        """
        async with self._turn:
            start = await self._db.run_read(self._start, since)
            if not start.is_whole:
                connection.say(RESUME_FAILED, subscription, start.seq)
            elif since is None:
                connection.tell_place(subscription, start.seq)
            seq, deliverer = start.seq, self._make()
            interest = {subscription.key: frozenset({connection.account_id})}
            while not connection.is_ended:
                seq, rows, found = await self._db.run_read(self._slice, deliverer, seq, interest)
                for delivery in found:
                    if not delivery.is_notification or connection.hears_notifications:
                        _say(connection, subscription, delivery)
                await connection.room()
                if rows < SLICE and subscription.behind <= seq:
                    subscription.after = seq  # in one step with the look at ``behind``: nothing comes in between
                    return
                if not rows:
                    await asyncio.sleep(PAUSE_S)

    def _start(self, since: int | None) -> _Start:
        with self._db.read() as r:
            last = events.last_seq(r)
            if since is None or since == last:
                return _Start(last, is_whole=True)
            return _Start(since, is_whole=True) if self._is_recent(r, since, last) else _Start(last, is_whole=False)

    def _is_recent(self, r: Read, since: int, last: int) -> bool:
        if not 0 <= last - since <= MOST_MISSED:
            return False
        found = r.fast(_AT, seq=since + 1)  # the oldest that was missed
        return bool(found) and found[0][0] >= self._db.clock.now() - WINDOW_MS

    def _slice(self, deliverer: Deliverer, seq: int, interest: Interest) -> tuple[int, int, Sequence[Delivery]]:
        with self._db.read() as r:
            found = events.since(r, seq, SLICE)
        records: list[Recorded] = [record for record in found.records if type(record.event) in PUMPED]
        return found.seq, found.rows, deliverer.deliveries(records, interest) if records else ()


def _say(connection: Connection, subscription: Subscription, delivery: Delivery) -> None:
    if connection.account_id in delivery.to.get(subscription.key, ()):
        connection.say(delivery.message, subscription, delivery.seq)


def place_of(text: str) -> int | None:
    """The place in the change log that a client names; None for whatever is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None
