"""What a process keeps in memory of posts is at every moment what the database says, to everybody who looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from random import Random
from threading import get_ident
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import select

from holdfast import people, posts, store
from holdfast.acting import SYSTEM
from holdfast.errors import Problem
from holdfast.posts import Memory, PollDraft, Sight, StatusChange, StatusesMoved, ThreadLocked, ThreadUnlocked
from holdfast.posts.tables import statuses
from holdfast.site.wiring import hooks
from holdfast.store import Hot, Read, Window
from holdfast.writes import Ability, Database, Hearing, Runner, Sealer, Write
from tests.posts.builders import Member, member

MEASURES: tuple[Callable[[Write, int], Any], ...] = (
    *(partial(posts.restrict, kind=kind) for kind in ("contained", "removed")),
    posts.release,
    posts.reduce_reach,
    partial(posts.restore_reach, before="public"),
    posts.lock_thread,
    posts.unlock_thread,
)
WINDOWS = (Window(limit=5), Window(limit=40), Window(min_id=0, limit=5))


def memory_of(db: Database) -> Memory:
    return Memory(Hearing(db, sweeping=(StatusesMoved, ThreadLocked, ThreadUnlocked)), db.clock)


@contextmanager
def looking(memory: Memory, db: Database, viewer: int | None) -> Iterator[Sight]:
    with db.read() as r:
        yield memory.sight(r, viewer)


def is_current_soon(memory: Memory, db: Database) -> bool:
    """Whether everything is heard of within seconds.

    On PostgreSQL what was written before ``memory`` was made may not be sealed yet, and is then heard of afterwards.
    """
    end = monotonic() + 10
    while monotonic() < end:
        with looking(memory, db, None) as sight:
            if sight.is_current:
                return True
    return False


def in_writer(db: Database, change: Callable[[Write, int], Any], account_id: int) -> None:
    def run() -> None:
        with db.write(SYSTEM, Ability.MODERATION) as w:
            change(w, account_id)

    db.submit(run).result()


class Walk:
    """Members who do what members do, at random but always the same for one seed."""

    def __init__(self, db: Database, seed: int) -> None:
        self.db = db
        self.random = Random(seed)
        self.people = [member(db, name) for name in ("ada", "bo", "cy", "di")]
        self.posts = [self.people[0].publishes("The first")]

    def step(self) -> str:
        """Do one thing; what it was."""
        someone, other = self.random.sample(self.people, 2)
        post = self.random.choice(self.posts)
        doing: list[Callable[[], Any]] = [
            lambda: self.publish(someone, other, post),
            lambda: self.publish(someone, other, None),
            lambda: self.posts.append(someone.does(posts.boost, post)),
            lambda: someone.does(self.random.choice([posts.favourite, posts.bookmark, posts.mute_thread]), post),
            lambda: someone.does(
                self.random.choice([posts.unfavourite, posts.unbookmark, posts.unmute_thread, posts.unboost]), post
            ),
            lambda: someone.does(self.random.choice([posts.pin, posts.unpin]), post),
            lambda: someone.does(posts.edit, post, StatusChange(text=f"Anew {self.random.random()} #cats")),
            lambda: someone.does(posts.delete, post),
            lambda: someone.does(posts.set_quote_policy, post, self.random.choice(["public", "followers", "nobody"])),
            lambda: someone.does(posts.revoke_quote, post, self.random.choice(self.posts[-8:])),
            lambda: someone.does(self.random.choice([people.follow, people.unfollow]), other.id),
            lambda: someone.does(self.random.choice([people.block, people.unblock, people.unblock]), other.id),
            lambda: someone.does(self.random.choice([people.mute, people.unmute]), other.id),
            lambda: in_writer(
                self.db,
                self.random.choice(
                    [people.suspend_account, people.limit_account, people.restore_account, people.lift_limit]
                ),
                other.id,
            ),
            lambda: in_writer(self.db, self.random.choice(MEASURES), post),
            lambda: in_writer(self.db, self.random.choice(MEASURES), self.random.choice(self.posts[-3:])),
            lambda: someone.does(people.update_profile, people.ProfileChange(display_name=str(self.random.random()))),
            Runner(self.db).drain,
        ]
        chosen = self.random.randrange(len(doing))
        try:
            doing[chosen]()
        except Problem:
            return f"{chosen} refused"
        return str(chosen)

    def publish(self, who: Member, whom: Member, to: int | None) -> None:
        visibility = self.random.choice(["public", "public", "unlisted", "private", "direct"])
        poll = PollDraft(options=("a", "b"), expires_in_s=3600) if self.random.random() < 0.2 else None
        quoted = self.random.choice(self.posts) if poll is None and self.random.random() < 0.6 else None
        text = f"@{whom.name} hello #cats" if self.random.random() < 0.5 else "Hello #cats"
        self.posts.append(who.publishes(text, visibility=visibility, in_reply_to_id=to, poll=poll, quote_of_id=quoted))


def everything(r: Read) -> list[int]:
    return r.ids(select(statuses.c.id).order_by(statuses.c.id))


def check(sight: Sight, walk: Walk) -> None:
    """Compare all that a sight says with what the statements say."""
    r, viewer, ids = sight.r, sight.viewer, everything(sight.r)
    asked = posts.facts(r, viewer, ids)
    assert sight.facts(ids) == asked
    flags = posts.flags(r, viewer, asked.values())
    marks = sight.marks(asked.values())
    for number, fact in asked.items():
        of, bits = fact.boost_of_id or number, marks.get(number, 0)
        assert bool(bits & posts.FAVOURITED) == (of in flags.favourited)
        assert bool(bits & posts.BOOSTED) == (of in flags.boosted)
        assert bool(bits & posts.BOOKMARKED) == (of in flags.bookmarked)
        assert bool(bits & posts.PINNED) == (number in flags.pinned)
        assert bool(bits & posts.MUTED) == (fact.thread_id in flags.muted)
        assert bool(bits & posts.OWN) == (fact.author_id == viewer and fact.boost_of_id is None)
    unaided, now = posts.unaided(r, viewer), walk.db.clock.now()
    assert posts.quoted(sight, asked.values(), now) == posts.quoted(unaided, asked.values(), now)
    assert posts.quoting_exceptions(sight, asked.values()) == posts.quoting_exceptions(unaided, asked.values())
    for window in WINDOWS:
        same(posts.public_page(sight, window), posts.public_posts(r, viewer, window))
        same(posts.tag_page(sight, window, any_of=["cats"]), posts.tag_posts(r, viewer, window, any_of=["cats"]))
        for author in walk.people:
            for options in ({}, {"excludes_replies": True}, {"excludes_boosts": True}):
                page = posts.profile_page(sight, author.id, window, **options)
                same(page, posts.profile_posts(r, viewer, author.id, window, **options))
    for number in asked:
        thread, facts = posts.thread_seen(sight, number)
        assert thread == posts.thread(r, viewer, number)
        assert all(facts[one] == asked[one] for one in (*thread.ancestors, *thread.descendants) if facts)


def same(one: posts.Found, other: posts.Found) -> None:
    assert list(one) == list(other)
    assert [one.facts[number] for number in one] == [other.facts[number] for number in other]


@pytest.mark.parametrize("seed", range(3))
def test_memory_says_what_the_database_says_whatever_happens(db: Database, seed: int) -> None:
    memory = memory_of(db)
    walk = Walk(db, seed)
    for number in range(60):
        done = walk.step()
        viewer = ([None] + [one.id for one in walk.people])[number % 5]
        with looking(memory, db, viewer) as sight:
            assert sight.is_current, done
            check(sight, walk)


def test_what_another_process_wrote_is_asked_of_the_database_until_it_is_heard(db: Database) -> None:
    walk = Walk(db, 7)
    url = db.config.database_url
    other = Database(store.open_store(url, threads=2), db.config, db.keyring, hooks())
    try:
        memory = memory_of(other)
        for number in range(25):
            walk.step()
            with looking(memory, other, walk.people[number % 4].id) as sight:
                check(sight, walk)
        with looking(memory, other, None) as sight:
            assert not sight.is_current
    finally:
        other.close()


def test_two_processes_on_postgresql_come_to_hear_of_each_other(db: Database) -> None:
    if db.store.is_sqlite:
        with looking(memory_of(db), db, None) as sight:
            assert sight.is_current  # one process is all there is
        return
    walk = Walk(db, 11)
    other = Database(store.open_store(db.config.database_url, threads=2), db.config, db.keyring, hooks())
    memory = memory_of(other)
    sealer = Sealer(other)
    try:
        for number in range(25):
            walk.step()
            while sealer.step() != 0:
                continue
            with looking(memory, other, walk.people[number % 4].id) as sight:
                check(sight, walk)
        walk.people[0].publishes("The last")
        assert is_current_soon(memory, other)
    finally:
        sealer.stop()
        other.close()


def test_a_mute_that_ends_by_itself_ends_in_memory_too(db: Database, ada: Member, bo: Member) -> None:
    memory = memory_of(db)
    assert is_current_soon(memory, db)
    number = bo.publishes()
    now = [db.clock.now()]
    memory.clock = type("At", (), {"now": lambda _: now[0]})()  # type: ignore[assignment]
    ada.does(people.mute, bo.id, duration_s=60)
    with looking(memory, db, ada.id) as sight:
        assert number not in posts.public_page(sight, Window())
    now[0] += 61_000
    with looking(memory, db, ada.id) as sight:
        assert number in posts.public_page(sight, Window())


def test_nothing_is_asked_twice(db: Database, ada: Member, bo: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = memory_of(db)
    assert is_current_soon(memory, db)
    for place in range(20):
        bo.publishes(f"Post {place}")
    with looking(memory, db, ada.id) as sight:
        sight.marks(posts.public_page(sight, Window()).facts.values())
    asked: list[object] = []
    fast, here = Read.fast, get_ident()

    def counted(self: Read, statement: Hot, **values: Any) -> Any:
        if get_ident() == here:  # the sealer asks, too
            asked.append(statement)
        return fast(self, statement, **values)

    monkeypatch.setattr(Read, "fast", counted)
    with looking(memory, db, ada.id) as sight:
        page = posts.public_page(sight, Window())
        sight.marks(page.facts.values())
    assert len(page) == 20
    assert len(asked) == 2  # whether all has been heard of, and the ids
