"""Polls over HTTP: vote once, see what may be seen, and the end."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update

from holdfast.jobs.tables import jobs
from holdfast.posts.tables import polls
from tests.mastodon.town import Person, Town


def asked(who: Person, options: tuple[str, ...] = ("tea", "mate", "milk"), **poll: Any) -> dict[str, Any]:
    return who.says("?", poll={"options": list(options), "expires_in": 600} | poll)


def counts(poll: dict[str, Any]) -> list[int | None]:
    return [option["votes_count"] for option in poll["options"]]


def vote(who: Person, poll: dict[str, Any], *choices: Any) -> Any:
    return who.ask("POST", f"/api/v1/polls/{poll['id']}/votes", json={"choices": list(choices)})


def run_out(town: Town, poll: dict[str, Any]) -> None:
    """Move the end of a poll, and the job that waits for it, into the past."""
    with town.db.store.transaction() as tx:
        tx.run(update(polls).where(polls.c.id == int(poll["id"])).values(expires_at=town.db.clock.now() - 1))
        tx.run(update(jobs).values(run_at=town.db.clock.now() - 1))


def test_a_vote_counts_once_and_shows_to_its_voter(town: Town) -> None:
    ada, bo, cy = town.people("ada", "bo", "cy")
    status = asked(ada)
    poll = status["poll"]
    assert (counts(poll), poll["votes_count"], poll["voters_count"], poll["multiple"]) == ([0, 0, 0], 0, 0, False)
    voted = bo.good(vote(bo, poll, 1))
    assert (counts(voted), voted["voted"], voted["own_votes"]) == ([0, 1, 0], True, [1])
    assert (voted["votes_count"], voted["voters_count"], voted["expired"]) == (1, 1, False)
    again = vote(bo, poll, 0)
    assert (again.status_code, "already voted" in again.text) == (422, True)
    seen = cy.get(f"/api/v1/polls/{poll['id']}")
    assert (seen["voted"], seen["own_votes"], counts(seen)) == (False, [], [0, 1, 0])
    assert {"voted", "own_votes"}.isdisjoint(town.stranger.get(f"/api/v1/polls/{poll['id']}"))
    assert bo.get(f"/api/v1/statuses/{status['id']}")["poll"] == voted


def test_votes_that_fit_no_poll_are_refused(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    poll = asked(ada)["poll"]
    own = vote(ada, poll, 0)
    assert (own.status_code, "own poll" in own.text) == (422, True)
    for choices in ((), (3,), (-1,), (0, 1), ("x",), (1.5,)):
        assert vote(bo, poll, *choices).status_code == 422, choices
    assert bo.ask("POST", f"/api/v1/polls/{poll['id']}/votes", json={}).status_code in (400, 422)
    assert vote(bo, {"id": "1"}, 0).status_code == 404
    assert town.stranger.ask("GET", "/api/v1/polls/1").status_code == 404
    assert bo.get(f"/api/v1/polls/{poll['id']}")["votes_count"] == 0


def test_several_answers_are_chosen_in_any_form_of_body(town: Town) -> None:
    ada, *voters = town.people("ada", "a", "b", "c")
    poll = asked(ada, multiple=True)["poll"]
    path = f"/api/v1/polls/{poll['id']}/votes"
    forms: list[dict[str, Any]] = [
        {"json": {"choices": ["0", 2]}},
        {"data": {"choices[]": ["0", "2"]}},
        {"files": [("choices[]", (None, "0")), ("choices[]", (None, "2"))]},
    ]
    for voter, form in zip(voters, forms, strict=True):
        assert voter.good(voter.ask("POST", path, **form))["own_votes"] == [0, 2]
    seen = ada.get(f"/api/v1/polls/{poll['id']}")
    assert (counts(seen), seen["votes_count"], seen["voters_count"]) == ([3, 0, 3], 6, 3)


def test_hidden_totals_show_at_the_end_which_voters_and_author_are_told_of(town: Town) -> None:
    ada, bo, cy = town.people("ada", "bo", "cy")
    status = asked(ada, hide_totals=True)
    poll = status["poll"]
    assert counts(bo.good(vote(bo, poll, 2))) == [None, None, None]
    assert counts(ada.get(f"/api/v1/polls/{poll['id']}")) == [None, None, None]
    run_out(town, poll)
    town.run_jobs()
    ended = town.stranger.get(f"/api/v1/polls/{poll['id']}")
    assert (ended["expired"], counts(ended), ended["expires_at"].endswith("Z")) == (True, [0, 0, 1], True)
    late = vote(cy, poll, 0)
    assert (late.status_code, "already ended" in late.text) == (422, True)
    for who, is_told in ((ada, True), (bo, True), (cy, False)):
        found = [one["status"]["id"] for one in who.get("/api/v1/notifications", types=["poll"])]
        assert found == ([status["id"]] if is_told else []), who.name


def test_a_poll_is_seen_by_who_sees_its_post(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    status = ada.says("?", visibility="private", poll={"options": ["a", "b"], "expires_in": 600})
    poll = status["poll"]
    assert bo.ask("GET", f"/api/v1/polls/{poll['id']}").status_code == 404
    assert vote(bo, poll, 0).status_code == 404
    bo.follows(ada)
    assert bo.good(vote(bo, poll, 0))["voted"] is True
    ada.good(ada.ask("DELETE", f"/api/v1/statuses/{status['id']}"))
    assert ada.ask("GET", f"/api/v1/polls/{poll['id']}").status_code == 404
