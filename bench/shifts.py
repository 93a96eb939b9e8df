"""A day of an overrun team on a simulated clock: signals, letters, jobs and volunteers, through the real commands.

One event after the other: the clock is moved to it, and what it stands for is called as the doors call it. Jobs run
when they are due, or up to five seconds later.
"""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from bench.crowd import SHIFT_H, Subject
from holdfast import access, jobs, moderation, people, posts
from holdfast.acting import SYSTEM, Acting
from holdfast.cli.drills.human import case_ms
from holdfast.moderation import ClaimedByOther, DecidedMeanwhile, Letter, Signal, Verdict
from holdfast.moderation import Subject as About
from holdfast.posts.tables import statuses
from holdfast.store import DAY, HOUR, SECOND, ManualClock
from holdfast.writes import Ability, Database, Runner

ERRORS = 0.02  # of the decisions are wrong
IDLE_MS = 15 * SECOND  # until somebody who found the queue empty looks again
JOBS_MS = 5 * SECOND
AUTHORS, REPORTERS = 1_000, 2_000
AT_ONCE = 200


@dataclass(slots=True)
class Tally:
    """How things stood at one moment after the start: cases."""

    hours: float
    decided: int
    contained: int
    waiting: int


@dataclass
class Day:
    """The simulated server and what happens on it. ``case_of`` and ``subject_of`` lead from one to the other."""

    db: Database
    clock: ManualClock
    rng: random.Random
    on_duty: int
    start: int
    subjects: list[Subject]
    tallies: list[Tally] = field(default_factory=list)
    subject_of: dict[int, Subject] = field(default_factory=dict)
    too_late: int = 0  # decisions that were refused, as the case had changed meanwhile

    def __post_init__(self) -> None:
        self._runner = Runner(self.db)
        self._queue: list[tuple[int, int, Callable[[Any], None], Any]] = []
        self._order = itertools.count()
        self._posts: dict[int, int] = {}
        self._decided = 0
        self._jobs_at = 0

    def prepare(self) -> None:
        """Make the accounts, and put everything that will happen into its order."""
        self.db.set_settings(SYSTEM, {"new_account_posts_per_hour": 0})
        self._authors = self._accounts("author", AUTHORS)
        self._reporters = self._accounts("reporter", REPORTERS)
        shifts = 24 // SHIFT_H
        self._team = [self._volunteer(f"volunteer{place}") for place in range(shifts * self.on_duty)]
        letters: dict[tuple[int, str], list[Subject]] = {}
        for one in self.subjects:
            if one.letter:
                letters.setdefault((one.first, one.letter), []).append(one)
                continue
            for at, source, category in one.said:
                self._at(self.start + at, self._say, (one, source, category))
        for (at, kind), named in letters.items():
            self._at(self.start + at, self._write, (kind, named))
        for place in range(self.on_duty):
            self._at(self.start + place * SECOND, self._take, place)

    def run(self, hours: int, told: Callable[[Tally], None]) -> None:
        """Live through it until so many hours after the start."""
        hour = 0
        end = self.start + hours * HOUR
        while self._queue and self._queue[0][0] <= end:
            at, _, call, what = heapq.heappop(self._queue)
            self._run_jobs(at)
            while self.start + hour * HOUR <= at:
                self.tallies.append(self._tally(hour))
                told(self.tallies[-1])
                hour += 1
            self._to(at)
            call(what)
        self._runner.stop()

    def _run_jobs(self, until: int) -> None:
        """Run every job that is due by then, those of five seconds at once."""
        while True:
            with self.db.read() as r:
                due = jobs.next_due(r)
            if due is None or max(due, self._jobs_at) > until:
                return
            self._to(max(due, self._jobs_at))
            self._runner.drain()
            self._jobs_at = self.clock.now() + JOBS_MS

    # ── what happens ──

    def _say(self, what: tuple[Subject, str, str]) -> None:
        one, source, category = what
        about = About.post(self._post(one))
        account = self.rng.choice(self._reporters) if source in ("member", "trusted_flagger") else None
        said_by = None if account else f"{source}{self.rng.randrange(500)}"
        signal = Signal(source=source, category=category, account_id=account, said_by=said_by)

        def command() -> int | None:
            with self.db.write(SYSTEM, Ability.MODERATION) as w:
                if w.value(select(statuses.c.restriction).where(statuses.c.id == about.id)):
                    return None  # nobody sees it any more
                return moderation.raise_signal(w, about, signal)

        number = self._do(command)
        if number is not None:
            self.subject_of[number] = one

    def _write(self, what: tuple[str, list[Subject]]) -> None:
        kind, named = what
        places = {one.number: self._post(one) for one in named}
        body = "\n".join(f"{self.db.base_url}/@author/{number}" for number in places.values())
        letter = Letter(sender=kind, body=body, deadline=self.clock.now() + DAY, kind=kind, category=named[0].category)
        number = self._do(lambda: moderation.add_notice(self.db, SYSTEM, letter))
        by_post = {str(places[one.number]): one for one in named}
        with self.db.read() as r:
            for item in moderation.items_of(r, number):
                self.subject_of[item.case_id or 0] = by_post[item.subject or ""]

    def _take(self, place: int) -> None:
        """Somebody is free, and takes the next case."""
        found = self._do(lambda: moderation.claim_next(self.db, self._on_duty(place)))
        now = self.clock.now()
        if found is None:
            self._at(now + IDLE_MS, self._take, place)
        else:
            self._at(now + case_ms(self.rng), self._decide, (place, self._on_duty(place), found.id, found.revision))

    def _decide(self, what: tuple[int, Acting, int, int]) -> None:
        place, acting, number, seen = what
        is_harmful = self.subject_of[number].is_harmful ^ (self.rng.random() < ERRORS)
        verdict = Verdict(on_subject="remove" if is_harmful else "nothing", rests=not is_harmful)
        try:
            self._do(lambda: moderation.decide(self.db, acting, number, verdict, seen=seen))
            self._decided += 1
        except (ClaimedByOther, DecidedMeanwhile):
            self.too_late += 1
        self._at(self.clock.now(), self._take, place)

    # ── means ──

    def _on_duty(self, place: int) -> Acting:
        shift = (self.clock.now() - self.start) // (SHIFT_H * HOUR) % (24 // SHIFT_H)
        return self._team[shift * self.on_duty + place]

    def _post(self, one: Subject) -> int:
        if one.number not in self._posts:
            acting = Acting(self.rng.choice(self._authors))
            draft = posts.Draft(text=f"Something that somebody has written, number {one.number}")
            self._posts[one.number] = self._do(lambda: posts.publish(self.db, acting, draft)).status_id
        return self._posts[one.number]

    def _tally(self, hour: int) -> Tally:
        with self.db.read() as r:
            found = moderation.backlog(r, SYSTEM, self.clock.now())
        return Tally(hour, self._decided, found["contained"], found["open"] - found["contained"])

    def _at(self, at: int, call: Callable[[Any], None], what: Any) -> None:
        heapq.heappush(self._queue, (at, next(self._order), call, what))

    def _to(self, moment: int) -> None:
        self.clock.advance(max(moment - self.clock.now(), 0))

    def _do(self, command: Callable[[], Any]) -> Any:
        return self.db.submit(command).result()

    def _accounts(self, name: str, count: int) -> list[int]:
        def command(places: range) -> list[int]:
            with self.db.write(SYSTEM, Ability.SIGN_UP) as w:
                return [people.create_account(w, f"{name}{place}") for place in places]

        found: list[int] = []
        for first in range(0, count, AT_ONCE):
            found += self._do(lambda first=first: command(range(first, min(first + AT_ONCE, count))))
        return found

    def _volunteer(self, name: str) -> Acting:
        role = "volunteer"
        number = self._do(lambda: access.create_member(self.db, SYSTEM, name, role=role))
        return Acting(number, permissions=access.permissions_of(role))
