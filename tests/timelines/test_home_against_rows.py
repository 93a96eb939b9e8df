"""Whatever has happened, the home timeline from the ring is what the rows say, whatever the ring still holds."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import update

from holdfast import people, posts
from holdfast.acting import SYSTEM
from holdfast.errors import Problem
from holdfast.people.tables import accounts
from holdfast.posts import Draft, StatusChange
from holdfast.posts.tables import statuses
from holdfast.store import ManualClock, Window
from holdfast.timelines import Timelines
from holdfast.writes import Ability, Database, Runner
from tests.posts.builders import member
from tests.timelines.reference import World

NAMES = ("reader", "ada", "bo", "cy", "di")
FAR = "far.example"  # where cy and di live
CAPACITIES = (1, 3, 7)
_numbers = itertools.count(1)

people_ = st.integers(0, len(NAMES) - 1)
some_post = st.integers(0, 40)  # which of the posts there are, counted from the newest
languages = st.sampled_from([None, "de", "en"])
visibilities = st.sampled_from(["public", "public", "public", "unlisted", "private", "direct"])
words = st.sampled_from(["Hello", "Hello #{tag}", "@{name} hello", "@{name} hello #{tag}"])


class Harbour(RuleBasedStateMachine):
    """Five people who do what people do; two of them live on another server."""

    def __init__(self, db: Database, clock: ManualClock) -> None:
        super().__init__()
        self.db = db
        self.clock = clock

    @initialize()
    def begin(self) -> None:
        number = next(_numbers)
        self.tag = f"boats{number}"
        self.people = [member(self.db, f"{name}{number}") for name in NAMES]
        self.domain = f"n{number}.{FAR}"
        with self.db.store.transaction() as tx:
            for one in self.people[3:]:
                tx.run(update(accounts).where(accounts.c.id == one.id).values(domain=self.domain))
        self.made: list[int] = []
        self.feeds = [Timelines(self.db)]
        for other in self.people[1:4]:  # so that there is something to see from the beginning
            self.people[0].follows(other)
        for who in (1, 2, 3, 4, 0, 4, 3):
            self.post(who, 0, f"Hello #{self.tag}", "public", "en", None)

    def does(self, who: int, command: Any, *values: Any, **named: Any) -> Any:
        """What somebody tries; the server may well refuse it."""
        self.clock.advance(7)
        try:
            return self.people[who].does(command, *values, **named)
        except Problem:
            return None

    def a_post(self, which: int) -> int:
        return self.made[-1 - which % len(self.made)] if self.made else 0

    # ── writing ──

    @rule(
        who=people_, named=people_, words=words, visibility=visibilities, language=languages, to=st.none() | some_post
    )
    def post(self, who: int, named: int, words: str, visibility: str, language: str | None, to: int | None) -> None:
        text = words.format(tag=self.tag, name=self.people[named].name)
        reply_to = self.a_post(to) if to is not None and self.made else None
        draft = Draft(text=text, visibility=visibility, language=language, in_reply_to_id=reply_to)
        done = self.does(who, posts.publish, draft)
        if done is None:
            return
        self.made.append(done.status_id)
        if who >= 3:
            with self.db.store.transaction() as tx:
                tx.run(update(statuses).where(statuses.c.id == done.status_id).values(is_local=False))

    @rule(who=st.integers(1, 4), words=words, to=st.none() | some_post)
    def post_publicly(self, who: int, words: str, to: int | None) -> None:
        self.post(who, 0, words, "public", "de", to)

    @rule(who=st.integers(1, 4), which=some_post, visibility=st.sampled_from(["public", "unlisted", "private"]))
    def boost(self, who: int, which: int, visibility: str) -> None:
        done = self.does(who, posts.boost, self.a_post(which), visibility)
        if done is not None and done not in self.made:
            self.made.append(done)

    @rule(who=people_, which=some_post)
    def take_boost_back(self, who: int, which: int) -> None:
        self.does(who, posts.unboost, self.a_post(which))

    @rule(who=people_, which=some_post)
    def delete(self, who: int, which: int) -> None:
        self.does(who, posts.delete, self.a_post(which))

    @rule(which=some_post, words=words, language=languages, named=people_)
    def edit(self, which: int, words: str, language: str | None, named: int) -> None:
        text = words.format(tag=self.tag, name=self.people[named].name) + " again"
        for who in range(len(self.people)):  # only its author can
            self.does(who, posts.edit, self.a_post(which), StatusChange(text=text, language=language))

    # ── relations, seen from the reader and from ada ──

    @rule(who=st.integers(0, 1), whom=people_, boosts=st.booleans(), only=st.sampled_from([(), ("de",), ("en",)]))
    def follow(self, who: int, whom: int, boosts: bool, only: tuple[str, ...]) -> None:
        self.does(who, people.follow, self.people[whom].id, shows_boosts=boosts, languages=only)

    @rule(who=people_, whom=people_)
    def unfollow(self, who: int, whom: int) -> None:
        self.does(who, people.unfollow, self.people[whom].id)

    @rule(who=people_, whom=people_, ends=st.booleans())
    def block(self, who: int, whom: int, ends: bool) -> None:
        self.does(who, people.unblock if ends else people.block, self.people[whom].id)

    @rule(who=st.integers(0, 1), whom=people_, seconds=st.sampled_from([0, 5, 60]))
    def mute(self, who: int, whom: int, seconds: int) -> None:
        self.does(who, people.mute, self.people[whom].id, duration_s=seconds)

    @rule(who=st.integers(0, 1), whom=people_)
    def unmute(self, who: int, whom: int) -> None:
        self.does(who, people.unmute, self.people[whom].id)

    @rule(seconds=st.sampled_from([1, 10, 100]))
    def wait(self, seconds: int) -> None:
        self.clock.advance(seconds * 1000)

    @rule(who=st.integers(0, 1), ends=st.booleans())
    def block_domain(self, who: int, ends: bool) -> None:
        self.does(who, people.unblock_domain if ends else people.block_domain, self.domain)
        Runner(self.db).drain()  # ends the follows

    @rule(who=st.integers(0, 1), ends=st.booleans())
    def follow_tag(self, who: int, ends: bool) -> None:
        self.does(who, posts.unfollow_tag if ends else posts.follow_tag, self.tag)

    @rule(who=st.integers(1, 4), ends=st.booleans())
    def suspend(self, who: int, ends: bool) -> None:
        command = people.restore_account if ends else people.suspend_account

        def run() -> None:
            with self.db.write(SYSTEM, Ability.MODERATION) as w:
                command(w, self.people[who].id)

        self.db.submit(run).result()

    @rule(capacity=st.sampled_from(CAPACITIES))
    def restart(self, capacity: int) -> None:
        """Another process, whose ring holds only the newest few."""
        if len(self.feeds) < 4:
            self.feeds.append(Timelines(self.db, capacity))

    # ── what always holds ──

    @invariant()
    def every_ring_gives_what_the_rows_say(self) -> None:
        if not hasattr(self, "people"):
            return
        world = World(self.db, [one.id for one in self.people])
        for viewer in self.people[:2]:
            for feed in self.feeds:
                for window in self.windows():
                    with self.db.read() as r:
                        found = feed.home.page(r, viewer.id, window).ids
                    assert found == world.home(viewer.id, window), (viewer.name, window, len(feed.ring))

    def windows(self) -> Iterator[Window]:
        yield Window(limit=40)
        yield Window(limit=2)
        if self.made:
            middle, early = self.made[len(self.made) // 2], self.made[len(self.made) // 4]
            yield Window(max_id=middle, limit=3)
            yield Window(since_id=middle, limit=3)
            yield Window(min_id=middle, limit=3)
            yield Window(min_id=early, max_id=self.made[-1], limit=40)
            yield Window(min_id=0, limit=3)


def test_home_is_what_the_rows_say_after_anything_that_people_do(timed: tuple[Database, ManualClock]) -> None:
    run_state_machine_as_test(
        lambda: Harbour(*timed),  # type: ignore[arg-type]
        settings=settings(
            max_examples=8,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
