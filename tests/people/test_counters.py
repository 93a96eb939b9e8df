"""Counters are what the rows say, whatever happens at the same time."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import wait

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from holdfast import people
from holdfast.errors import Refused
from holdfast.people import jobs
from holdfast.writes import Ability, Database
from tests.people.builders import Person, counters_agree, crowd


def test_many_follows_and_unfollows_at_once_keep_the_counters(db: Database) -> None:
    cast = crowd(db, *(f"member_{i}x" for i in range(8)))
    rng = random.Random(7)
    futures = []
    for _ in range(200):
        one, other = rng.sample(cast, 2)
        command: Callable[..., object] = rng.choice([people.follow, people.follow, people.unfollow])
        futures.append(db.submit(lambda c=command, o=one, t=other: c(db, o.acting, t.id)))
    wait(futures, timeout=60)
    assert [future.exception() for future in futures] == [None] * len(futures)
    counters_agree(db)


def test_a_follow_and_a_block_at_the_same_time_never_leave_both(db: Database) -> None:
    cast = crowd(db, *(f"member_{i}x" for i in range(12)))
    pairs = [(one, other) for one in cast for other in cast if one.id < other.id]
    futures = []
    for one, other in pairs:
        futures.append(db.submit(lambda o=one, t=other: people.follow(db, o.acting, t.id)))
        futures.append(db.submit(lambda o=one, t=other: people.block(db, t.acting, o.id)))
    wait(futures, timeout=60)
    assert all(future.exception() is None or isinstance(future.exception(), Refused) for future in futures)
    assert not any(one.sees(other).following for one, other in pairs)
    counters_agree(db)


STEPS: list[Callable[..., object]] = [
    people.follow,
    people.unfollow,
    people.block,
    people.unblock,
    people.remove_follower,
    people.accept_request,
    people.reject_request,
]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 3), st.integers(0, 3)), max_size=25),
    locked=st.integers(0, 3),
)
def test_counters_equal_the_rows_after_any_story(
    db: Database, steps: list[tuple[Callable[..., object], int, int]], locked: int
) -> None:
    cast = story_cast(db)
    for i, who in enumerate(cast):
        people.update_profile(db, who.acting, people.ProfileChange(is_locked=i == locked))
    for command, one, other in steps:
        try:
            command(db, cast[one].acting, cast[other].id)
        except (Refused, people.RequestNotFound):
            continue
    counters_agree(db)


def story_cast(db: Database) -> list[Person]:
    with db.read() as r:
        found = [people.account_by_handle(r, name) for name in ("ada", "bo", "cy", "dee")]
    known = [Person(db, account.id) for account in found if account is not None]
    return known or crowd(db, "ada", "bo", "cy", "dee")


def test_deleting_an_account_ends_its_relations_in_slices(db: Database, run_jobs: Callable[[], None]) -> None:
    cast = crowd(db, "star", *(f"member_{i:03d}x" for i in range(jobs.SLICE + 20)))
    star, others = cast[0], cast[1:]

    def everybody() -> None:
        for who in others:
            people.follow(db, who.acting, star.id)
        people.follow(db, star.acting, others[0].id)
        people.block(db, star.acting, others[1].id)
        people.mute(db, others[2].acting, star.id)
        people.set_note(db, others[3].acting, star.id, "a private note")
        people.set_note(db, star.acting, others[3].id, "another")

    db.submit(everybody).result()

    def delete() -> None:
        with db.write(star.acting, Ability.PROFILE) as w:
            people.delete_account(w, star.id)

    db.submit(delete).result()
    run_jobs()
    counters_agree(db)
    assert (star.account.followers_count, star.account.following_count) == (0, 0)
    with db.read() as r:
        assert people.follow_set(r, others[5].id).ids == frozenset()
        assert people.hidden_ids(r, others[1].id, now=db.clock.now()).ids == frozenset()
        assert people.hidden_ids(r, others[2].id, now=db.clock.now()).ids == frozenset()
        assert people.note_about(r, others[3].id, star.id) == ""
        assert people.note_about(r, star.id, others[3].id) == ""
