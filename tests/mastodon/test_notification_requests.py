"""Whom a member lets through, and the requests in which the rest waits, over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from holdfast.acting import SYSTEM
from holdfast.writes import Database
from tests.mastodon.asking import Api, Voice, links
from tests.mastodon.test_notifications import LIST, say
from tests.posts.builders import change_account

POLICY = "/api/v2/notifications/policy"
REQUESTS = "/api/v1/notifications/requests"


def choose(who: Voice, **choices: str) -> dict[str, Any]:
    answer = who.ask("PATCH", POLICY, json=choices)
    found: dict[str, Any] = who.good(answer)
    return found


@pytest.fixture
def knocked(api: Api, run_jobs: Callable[[], None]) -> tuple[Voice, Voice]:
    """Ada, who wants nothing of those whom she does not follow, and Bo, who has written to her twice."""
    ada, bo = api.member("ada"), api.member("bo")
    choose(ada, for_not_following="filter")
    for text in ("Hello @ada", "Are you there, @ada?"):
        say(bo, text)
        run_jobs()
    return ada, bo


def test_a_policy_is_read_and_changed(api: Api) -> None:
    ada = api.member("ada")
    nothing = {"pending_requests_count": 0, "pending_notifications_count": 0}
    before = ada.get(POLICY)
    assert before == {
        "for_not_following": "accept",
        "for_not_followers": "accept",
        "for_new_accounts": "accept",
        "for_private_mentions": "accept",
        "for_limited_accounts": "filter",
        "summary": nothing,
    }
    assert choose(ada, for_not_following="filter", for_new_accounts="drop") == before | {
        "for_not_following": "filter",
        "for_new_accounts": "drop",
    }
    assert ada.get(POLICY)["for_new_accounts"] == "drop"
    assert choose(ada) == ada.get(POLICY)
    wrong = ada.ask("PATCH", POLICY, json={"for_new_accounts": "maybe"})
    assert (wrong.status_code, "for_new_accounts" in wrong.text) == (422, True)


def test_what_is_set_aside_waits_in_a_request(knocked) -> None:
    ada, bo = knocked
    assert ada.get(LIST) == ada.get("/api/v2/notifications")["notification_groups"] == []
    assert ada.get(f"{LIST}/unread_count") == ada.get("/api/v2/notifications/unread_count") == {"count": 0}
    assert len(ada.get(LIST, include_filtered=True)) == 2
    assert len(ada.get("/api/v2/notifications", include_filtered=True)["notification_groups"]) == 2
    (request,) = ada.get(REQUESTS)
    assert (request["account"]["id"], request["notifications_count"]) == (bo.id, "2")
    assert "Are you there" in request["last_status"]["content"]
    assert request["updated_at"] >= request["created_at"]
    assert ada.get(f"{REQUESTS}/{request['id']}") == request
    assert ada.get(POLICY)["summary"] == {"pending_requests_count": 1, "pending_notifications_count": 2}


def test_an_accepted_account_is_let_through_from_now_on(knocked, run_jobs: Callable[[], None]) -> None:
    ada, bo = knocked
    (request,) = ada.get(REQUESTS)
    assert ada.get(f"{REQUESTS}/merged") == {"merged": True}
    assert ada.post(f"{REQUESTS}/{request['id']}/accept") == {}
    assert ada.get(f"{REQUESTS}/merged") == {"merged": False}
    run_jobs()
    assert ada.get(f"{REQUESTS}/merged") == {"merged": True}
    assert len(ada.get(LIST)) == 2
    say(bo, "Once more, @ada")
    run_jobs()
    assert len(ada.get(LIST)) == 3
    assert ada.get(REQUESTS) == []
    assert ada.ask("POST", f"{REQUESTS}/{request['id']}/accept").status_code == 404


def test_a_dismissed_request_is_gone_until_the_next_thing(knocked, run_jobs: Callable[[], None]) -> None:
    ada, bo = knocked
    (request,) = ada.get(REQUESTS)
    assert ada.post(f"{REQUESTS}/{request['id']}/dismiss") == {}
    run_jobs()
    assert ada.get(REQUESTS) == ada.get(LIST, include_filtered=True) == []
    say(bo, "Once more, @ada")
    run_jobs()
    assert [one["notifications_count"] for one in ada.get(REQUESTS)] == ["1"]


def test_several_requests_are_paged_accepted_and_dismissed(knocked, api: Api, run_jobs: Callable[[], None]) -> None:
    ada, _ = knocked
    for name in ("cy", "di"):
        say(api.member(name), "Hello @ada")
        run_jobs()
    answer = ada.ask("GET", REQUESTS, params={"limit": 2})
    following = links(answer)["next"]
    found = answer.json() + ada.ask("GET", following[following.index("/api/") :]).json()
    assert [one["account"]["username"] for one in found] == ["di", "cy", "bo"]
    ids = [one["id"] for one in found]
    assert ada.ask("POST", f"{REQUESTS}/accept", data={"id[]": [ids[0], "7"]}).status_code == 404
    assert ada.ask("POST", f"{REQUESTS}/accept").status_code in (400, 422)
    ada.good(ada.ask("POST", f"{REQUESTS}/accept", data={"id[]": ids[:2]}))
    ada.good(ada.ask("POST", f"{REQUESTS}/dismiss", data={"id[]": ids[2:]}))
    run_jobs()
    assert [one["account"]["username"] for one in ada.get(LIST)] == ["di", "cy"]
    assert ada.get(REQUESTS) == []


def test_a_request_is_its_receivers_alone(knocked) -> None:
    ada, bo = knocked
    path = f"{REQUESTS}/{ada.get(REQUESTS)[0]['id']}"
    for method, where in (("GET", path), ("POST", f"{path}/accept"), ("POST", f"{path}/dismiss")):
        assert bo.ask(method, where).status_code == 404
    assert len(ada.get(REQUESTS)) == 1


def test_what_is_dropped_is_nowhere(api: Api, run_jobs: Callable[[], None]) -> None:
    ada, bo = api.member("ada"), api.member("bo")
    choose(ada, for_not_followers="drop")
    say(bo, "Hello @ada")
    run_jobs()
    assert ada.get(LIST, include_filtered=True) == ada.get(REQUESTS) == []


def test_each_sort_of_stranger_is_told_apart(db: Database, api: Api, clock, run_jobs: Callable[[], None]) -> None:
    ada, bo, mo = api.member("ada"), api.member("bo"), api.member("mo", role="moderator")

    def shown(who: Voice, **status: Any) -> bool:
        before = len(ada.get(LIST))
        say(who, f"Hello @ada {clock.now()}", **status)
        run_jobs()
        return len(ada.get(LIST)) > before

    choose(ada, for_private_mentions="filter")
    assert shown(bo)
    assert not shown(bo, visibility="direct")
    asked = say(ada, "Tell me, @bo", visibility="direct")
    assert shown(bo, visibility="direct", in_reply_to_id=asked["id"])
    choose(ada, for_private_mentions="accept", for_new_accounts="filter")
    assert not shown(bo)
    clock.advance(31 * 86_400_000)
    assert shown(bo)
    choose(ada, for_new_accounts="accept", for_not_followers="filter")
    bo.post(f"/api/v1/accounts/{ada.id}/follow")
    assert not shown(bo)  # a follower of today
    clock.advance(4 * 86_400_000)
    assert shown(bo)
    change_account(db, int(bo.id), limited_at=1)
    assert not shown(bo)
    ada.post(f"/api/v1/accounts/{bo.id}/follow")
    assert shown(bo)
    choose(ada, for_not_following="drop")
    assert shown(mo)  # those who keep the server are always heard


def test_a_wave_of_strangers_waits_until_it_is_over(db: Database, api: Api, clock, run_jobs) -> None:
    db.set_settings(SYSTEM, {"pile_on_strangers": 3})
    ada, friend, spoken = api.member("ada"), api.member("friend"), api.member("spoken")
    ada.post(f"/api/v1/accounts/{friend.id}/follow")
    say(ada, "Good morning @spoken")
    strangers = [api.member(f"stranger{number}") for number in range(6)]

    def write(who: Voice) -> None:
        say(who, "You are wrong, @ada")
        run_jobs()

    for who in strangers[:5]:
        write(who)
    assert [one["account"]["username"] for one in ada.get(LIST)] == ["stranger2", "stranger1", "stranger0"]
    assert [one["account"]["username"] for one in ada.get(REQUESTS)] == ["stranger4", "stranger3"]
    assert ada.get(POLICY)["summary"]["pending_requests_count"] == 2
    write(friend)
    write(spoken)
    assert [one["account"]["username"] for one in ada.get(LIST)[:2]] == ["spoken", "friend"]
    clock.advance(9 * 60_000)
    write(strangers[5])
    assert len(ada.get(REQUESTS)) == 3  # the wave goes on as long as strangers come
    clock.advance(11 * 60_000)
    write(strangers[4])
    assert ada.get(LIST)[0]["account"]["username"] == "stranger4"
