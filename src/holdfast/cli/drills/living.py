"""Living through a drill: the community writes, members report, a host writes a letter, volunteers work.

One event after the other on the moved clock, and all jobs between them at their time. Only the ordinary posts are
published by the command itself; planted posts, reports, the letter and all that volunteers do are HTTP requests. Who
judges a post knows the hidden truth, and is wrong now and then.
"""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import httpx

from holdfast import posts
from holdfast.acting import SYSTEM, Acting
from holdfast.cli.drills.human import case_ms, lognormal_ms
from holdfast.cli.drills.plans import END, FALSE_REPORTS, LETTER_AT, Plan
from holdfast.cli.drills.scratch import Server
from holdfast.cli.drills.texts import Ordinary
from holdfast.errors import Problem
from holdfast.site.registry import Progress
from holdfast.store import DAY, SECOND
from holdfast.writes import Ability

AUTHORS, LOUD, REPORTERS = 300, 20, 200
AT_ONCE = 50  # ordinary posts in one commit
NOTICED_MS = 15 * SECOND  # at most, until somebody who waits for work sees that there is some
SEEN_AFTER_S = 15 * 60.0  # median from a post to a report of it
TWICE = 0.5  # how often one report is followed by another one of the same post

Event = Callable[[Any], Awaitable[None]]


class DrillFailed(Problem):
    """The scratch server answered as it should not have; this is a fault of Holdfast."""

    key = "drill_failed"


class Drill:
    """A drill under way. ``planted`` and ``refused`` (by screening): what became of the texts when they were posted."""

    def __init__(self, server: Server, plan: Plan, progress: Progress) -> None:
        self.planted: dict[int, str] = {}  # by id, the address
        self.refused = 0
        self.notice_id = 0
        self.start = server.clock.now()
        self.letter_at = self.start + LETTER_AT
        self._server = server
        self._plan = plan
        self._progress = progress
        self._random = random.Random(plan.seed)  # noqa: S311  (the same drill twice shall be the same)
        self._ordinary = Ordinary(self._random)
        self._events: list[tuple[int, int, Event, Any]] = []
        self._order = itertools.count()
        self._idle: list[str] = []

    async def run(self) -> None:
        """Hold it, from the first post to a day after the letter."""
        self._prepare()
        end = self.start + END
        while self._events and self._events[0][0] <= end:
            at, _, call, what = heapq.heappop(self._events)
            self._server.live_until(at)
            await call(what)
            if call != self._take:
                self._wake()
            self._progress("36 hours", at - self.start, END)
        self._server.live_until(end)

    # ── who and when ──

    def _prepare(self) -> None:
        plan, rng, server = self._plan, self._random, self._server
        self._authors = [server.joins(f"author{place}") for place in range(AUTHORS)]
        self._loud = [server.joins(f"writer{place}") for place in range(min(LOUD, plan.planted))]
        self._reporters = [server.joins(f"reader{place}") for place in range(REPORTERS)]
        self._desk = server.joins("desk", "moderator")
        team = [server.joins(f"volunteer{place}", "volunteer") for place in range(plan.volunteers)]
        for first in range(0, plan.ordinary, AT_ONCE):
            self._at(rng.randrange(LETTER_AT), self._write, min(AT_ONCE, plan.ordinary - first))
        for place in range(plan.planted):
            self._at(rng.randrange(LETTER_AT), self._plant, plan.texts[place % len(plan.texts)])
        self._at(LETTER_AT, self._send_letter, None)
        for place, (_, token) in enumerate(team):
            self._at(place * SECOND, self._take, token)

    def _at(self, after: int, call: Event, what: Any) -> None:
        """Let something happen so long (ms) after the start."""
        heapq.heappush(self._events, (self.start + after, next(self._order), call, what))

    def _after(self, wait: int, call: Event, what: Any) -> None:
        self._at(self._server.clock.now() - self.start + wait, call, what)

    # ── the community ──

    async def _write(self, count: int) -> None:
        """Ordinary posts, some of which somebody will report all the same."""
        db, rng = self._server.db, self._random
        drafts = [(rng.choice(self._authors)[0], posts.Draft(text=self._ordinary.text())) for _ in range(count)]

        def command() -> list[tuple[int, int]]:
            with db.write(SYSTEM, Ability.POSTING):
                return [(author, self._published(author, draft)) for author, draft in drafts]

        for author, number in self._server.do(command):
            if number and rng.random() < FALSE_REPORTS:
                self._expect_reports(author, number)

    def _published(self, author: int, draft: posts.Draft) -> int:
        try:
            return posts.publish(self._server.db, Acting(author), draft).status_id
        except Problem:  # the owner's screening refuses it: nothing that anybody could report
            return 0

    async def _plant(self, text: str) -> None:
        author, token = self._random.choice(self._loud)
        answer = await self._server.ask(token, "POST", "/api/v1/statuses", status=text)
        if answer.status_code == 422:
            self.refused += 1
            return
        told = _good(answer).json()
        self.planted[int(told["id"])] = told["url"]
        if self._random.random() < self._plan.reported:
            self._expect_reports(author, int(told["id"]))

    def _expect_reports(self, author: int, number: int) -> None:
        while True:
            self._after(lognormal_ms(self._random, SEEN_AFTER_S), self._report, (author, number))
            if self._random.random() > TWICE:
                return

    async def _report(self, what: tuple[int, int]) -> None:
        author, number = what
        _, token = self._random.choice(self._reporters)
        answer = await self._server.ask(
            token, "POST", "/api/v1/reports", account_id=str(author), status_ids=[str(number)], category="violation"
        )
        if answer.status_code not in (404, 422):  # it is hidden by now, and so nobody can report it
            _good(answer)

    async def _send_letter(self, _: None) -> None:
        """The host writes; whoever has the desk brings the letter in."""
        body = "These posts on your server call for violence:\n\n" + "\n".join(self.planted.values())
        until = datetime.fromtimestamp((self._server.clock.now() + DAY) / 1000, UTC).isoformat()
        answer = await self._server.ask(
            self._desk[1], "POST", "/api/holdfast/v1/notices",
            sender="Trust team of the host", reference="DRILL", body=body, deadline=until, kind="host",
            category=self._plan.category,
        )  # fmt: skip
        self.notice_id = int(_good(answer).json()["id"])

    # ── the volunteers ──

    async def _take(self, token: str) -> None:
        """A volunteer is free, and takes the next case."""
        answer = await self._server.ask(token, "POST", "/api/holdfast/v1/cases/claim_next")
        if answer.status_code == 204:
            self._idle.append(token)
            return
        case = _good(answer).json()
        self._after(case_ms(self._random), self._decide, (token, case))

    def _wake(self) -> None:
        """Something has happened: whoever waits looks into the queue again, as live consoles have them do."""
        while self._idle:
            self._after(self._random.randrange(NOTICED_MS), self._take, self._idle.pop())

    async def _decide(self, what: tuple[str, dict[str, Any]]) -> None:
        token, case = what
        is_violent = case["subject"]["kind"] == "post" and int(case["subject"]["key"]) in self.planted
        if self._random.random() < self._plan.errors:
            is_violent = not is_violent
        verdict: dict[str, Any] = {"measure": "nothing", "rests": True}
        if is_violent:
            verdict = {"measure": "remove", "category": self._plan.category, "rule_ids": [self._server.rule_id]}
        answer = await self._server.ask(
            token, "POST", f"/api/holdfast/v1/cases/{case['id']}/decisions",
            revision=case["revision"], account_measure="nothing", facts="", closes=True, **verdict,
        )  # fmt: skip
        if answer.status_code != 409:  # somebody, or its clock, was faster: it is looked at again
            _good(answer)
        self._after(0, self._take, token)


def _good(answer: httpx.Response) -> httpx.Response:
    """An answer that is none of a fault. Raises :class:`DrillFailed`."""
    if answer.status_code != 200:
        raise DrillFailed(f"{answer.request.method} {answer.request.url.path} was answered with {answer.status_code}: "
                          f"{answer.text[:300]}")  # fmt: skip
    return answer
