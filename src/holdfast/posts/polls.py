"""Polls: voting, counting, closing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from holdfast.acting import Acting
from holdfast.languages import say
from holdfast.posts import finding, policy
from holdfast.posts.errors import CannotVote, NoSuchPoll, NoSuchStatus
from holdfast.posts.events import PollClosed, PollVoted
from holdfast.store import Hot, Read, SystemClock, json_value
from holdfast.writes import Ability, Database, Write

_POLLS = Hot(
    "SELECT id, status_id, author_id, options, is_multiple, hides_totals, expires_at, voters_count, closed_at "
    "FROM polls WHERE id IN (@ids)"
)
_TALLY = Hot("SELECT poll_id, position, COUNT(*) FROM poll_votes WHERE poll_id IN (@ids) GROUP BY poll_id, position")
_OWN_VOTES = Hot(
    "SELECT poll_id, position FROM poll_votes WHERE poll_id IN (@ids) AND account_id = :viewer "
    "ORDER BY poll_id, position"
)
_VOTE = Hot(
    "INSERT INTO poll_votes (poll_id, account_id, position, created_at) VALUES (:poll, :account, :position, :now)"
)
_COUNT_VOTER = Hot("UPDATE polls SET voters_count = voters_count + 1 WHERE id = :id")
_CLOSE = Hot("UPDATE polls SET closed_at = :now WHERE id = :id AND closed_at IS NULL AND expires_at <= :now")
_REVISE = Hot("UPDATE statuses SET revision = revision + 1 WHERE id = :id")

_clock = SystemClock()


class PollFacts(NamedTuple):
    """A poll with its counts (``votes`` per option, however hidden) and the viewer's own votes.

    Times in milliseconds. Doors leave out the votes while ``hides_totals`` and not ``expired``.
    """

    id: int
    status_id: int
    author_id: int
    options: tuple[str, ...]
    is_multiple: bool
    hides_totals: bool
    expires_at: int | None
    expired: bool
    voters_count: int
    votes: tuple[int, ...]
    own_votes: tuple[int, ...]


def poll_facts(r: Read, viewer: int | None, poll_ids: Sequence[int], now: int | None = None) -> dict[int, PollFacts]:
    """Polls under their ids, in at most three queries. Ask first who may see their posts.

    ``now`` (milliseconds) decides what has expired; without it, the machine's clock.
    """
    if not poll_ids:
        return {}
    ids, moment = list(poll_ids), _clock.now() if now is None else now
    tally: dict[int, dict[int, int]] = {}
    for poll_id, position, count in r.fast(_TALLY, ids=ids):
        tally.setdefault(poll_id, {})[position] = count
    mine: dict[int, list[int]] = {}
    if viewer is not None:
        for poll_id, position in r.fast(_OWN_VOTES, ids=ids, viewer=viewer):
            mine.setdefault(poll_id, []).append(position)
    return {
        row[0]: _facts(row, tally.get(row[0], {}), tuple(mine.get(row[0], ())), moment)
        for row in r.fast(_POLLS, ids=ids)
    }


def _facts(row: Sequence[object], tally: dict[int, int], own: tuple[int, ...], now: int) -> PollFacts:
    number, status_id, author_id, options, multiple, hides, expires_at, voters, closed_at = row
    titles = tuple(json_value(options))
    return PollFacts(
        id=number,  # type: ignore[arg-type]
        status_id=status_id,  # type: ignore[arg-type]
        author_id=author_id,  # type: ignore[arg-type]
        options=titles,
        is_multiple=bool(multiple),
        hides_totals=bool(hides),
        expires_at=expires_at,  # type: ignore[arg-type]
        expired=closed_at is not None or (expires_at is not None and expires_at <= now),  # type: ignore[operator]
        voters_count=voters,  # type: ignore[arg-type]
        votes=tuple(tally.get(position, 0) for position in range(len(titles))),
        own_votes=own,
    )


def poll(r: Read, viewer: int | None, poll_id: int, now: int | None = None) -> PollFacts:
    """A poll whose post the viewer may see. Raises :class:`NoSuchPoll`."""
    found = poll_facts(r, viewer, [poll_id], now).get(poll_id)
    if found is None:
        raise NoSuchPoll()
    try:
        finding.visible(r, viewer, found.status_id)
    except NoSuchStatus as fault:
        raise NoSuchPoll() from fault
    return found


def vote(db: Database, acting: Acting, poll_id: int, choices: Sequence[int]) -> None:
    """Vote in a poll, once. Raises :class:`NoSuchPoll`, :class:`CannotVote`."""
    with db.write(acting, Ability.RELATIONS) as w:
        account_id = finding.active(w, acting).id
        w.serialise(account_id)  # two different votes of one member cannot both count
        found = poll(w, account_id, poll_id, w.now)
        chosen = tuple(sorted(set(choices)))
        policy.may_vote(
            account_id,
            found.author_id,
            chosen,
            len(found.options),
            is_multiple=found.is_multiple,
            is_over=found.expired,
        )
        if found.own_votes:
            raise CannotVote(say("You have already voted in this poll"))
        for position in chosen:
            w.run_fast(_VOTE, poll=poll_id, account=account_id, position=position, now=w.now)
        w.run_fast(_COUNT_VOTER, id=poll_id)
        w.record(
            PollVoted(poll_id=poll_id, status_id=found.status_id, author_id=found.author_id, account_id=account_id)
        )


def close_poll(w: Write, poll_id: int) -> None:
    """Note that a poll has come to its end, once; a poll that is gone or was prolonged is left alone."""
    if not w.run_fast(_CLOSE, id=poll_id, now=w.now):
        return
    _, status_id, author_id, *_ = w.fast(_POLLS, ids=[poll_id])[0]
    if finding.standing(w, status_id) is None:
        return
    w.run_fast(_REVISE, id=status_id)
    w.record(PollClosed(poll_id=poll_id, status_id=status_id, author_id=author_id), owner=author_id)
