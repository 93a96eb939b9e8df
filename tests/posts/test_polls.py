"""Polls: each votes once, until the end, which is told once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from holdfast import jobs, posts
from holdfast.posts import CannotVote, ClosePoll, NoSuchPoll, Nothing, PollClosed, PollDraft, PollFacts, PollVoted
from holdfast.posts.tables import polls
from holdfast.writes import Database
from tests.posts.builders import Member, row, told


def opened(db: Database, author: Member, **named: object) -> int:
    poll = PollDraft(("tea", "coffee", "water"), 3600, **named)  # type: ignore[arg-type]
    number: int = row(db, author.publishes("?", poll=poll)).poll_id
    return number


def facts(db: Database, viewer: Member | None, poll_id: int, now: int | None = None) -> PollFacts:
    with db.read() as r:
        return posts.poll_facts(r, viewer.id if viewer else None, [poll_id], now)[poll_id]


def test_votes_are_counted_and_ones_own_are_shown(db: Database, ada: Member, bo: Member, jo: Member) -> None:
    poll_id = opened(db, ada, is_multiple=True)
    bo.does(posts.vote, poll_id, (2, 0, 2))
    jo.does(posts.vote, poll_id, [0])
    found = facts(db, bo, poll_id)
    assert (found.votes, found.voters_count, found.own_votes) == ((2, 0, 1), 2, (0, 2))
    assert (found.options, found.is_multiple, found.expired) == (("tea", "coffee", "water"), True, False)
    assert facts(db, None, poll_id).own_votes == ()
    assert [event.account_id for event in told(db, PollVoted)] == [bo.id, jo.id]


@pytest.mark.parametrize(
    ("choices", "words"), [((), "at least one"), ((3,), "does not exist"), ((-1,), "does not exist"), ((0, 1), "one")]
)
def test_votes_that_fit_no_poll_are_refused(
    db: Database, ada: Member, bo: Member, choices: tuple[int, ...], words: str
) -> None:
    with pytest.raises(CannotVote, match=words):
        bo.does(posts.vote, opened(db, ada), choices)


def test_nobody_votes_twice_or_in_the_own_poll(db: Database, ada: Member, bo: Member) -> None:
    poll_id = opened(db, ada)
    futures = [db.submit(lambda choice=choice: posts.vote(db, bo.acting, poll_id, [choice])) for choice in (0, 1, 0)]
    assert [type(future.exception()) for future in futures].count(CannotVote) == 2
    assert facts(db, bo, poll_id).voters_count == 1
    with pytest.raises(CannotVote, match="own poll"):
        ada.does(posts.vote, poll_id, (0,))


def test_a_poll_on_a_hidden_post_is_not_found(db: Database, ada: Member, bo: Member) -> None:
    number = ada.publishes("?", visibility="private", poll=PollDraft(("a", "b"), 3600))
    with pytest.raises(NoSuchPoll):
        bo.does(posts.vote, row(db, number).poll_id, (0,))
    with pytest.raises(NoSuchPoll), db.read() as r:
        posts.poll(r, None, 77)


def run_out(db: Database) -> None:
    with db.store.transaction() as tx:
        tx.run(update(polls).values(expires_at=db.clock.now() - 1))


def test_a_poll_that_has_ended_takes_no_votes(db: Database, ada: Member, bo: Member) -> None:
    poll_id = opened(db, ada, hides_totals=True)
    assert (facts(db, bo, poll_id).hides_totals, facts(db, bo, poll_id).expired) == (True, False)
    run_out(db)
    with pytest.raises(CannotVote, match="already ended"):
        bo.does(posts.vote, poll_id, (0,))
    assert facts(db, bo, poll_id).expired


def test_the_end_of_a_poll_is_due_on_time_and_told_once(db: Database, ada: Member) -> None:
    poll_id = opened(db, ada)
    with db.read() as r:
        assert jobs.next_due(r) == r.value(select(polls.c.expires_at))
    posts.close_poll(db, ClosePoll(poll_id))  # too early
    assert told(db, PollClosed) == []
    run_out(db)
    for _ in range(2):
        posts.close_poll(db, ClosePoll(poll_id))
        posts.close_polls(db, Nothing())
    (event,) = told(db, PollClosed)
    assert (event.poll_id, event.author_id) == (poll_id, ada.id)
    assert row(db, event.status_id).revision == 2


def test_polls_whose_own_job_is_lost_close_all_the_same(
    db: Database, ada: Member, run_jobs: Callable[[], None]
) -> None:
    opened(db, ada)
    run_out(db)
    run_jobs()
    assert told(db, PollClosed) == []
    posts.close_polls(db, Nothing())
    assert len(told(db, PollClosed)) == 1


def test_the_poll_of_a_deleted_post_ends_in_silence(db: Database, ada: Member) -> None:
    poll_id = opened(db, ada)
    with db.read() as r:
        number = r.value(select(polls.c.status_id))
    ada.does(posts.delete, number)
    run_out(db)
    posts.close_poll(db, ClosePoll(poll_id))
    assert told(db, PollClosed) == []
