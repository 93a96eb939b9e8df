"""Notifications, conversations and reports over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import insert

from holdfast import people, posts
from holdfast.access.tables import rules
from holdfast.acting import SYSTEM
from holdfast.mastodon.notifications import api as endpoints
from holdfast.store import Read
from holdfast.writes import Ability, Database
from tests.mastodon.asking import Api, Voice, links

LIST = "/api/v1/notifications"


@pytest.fixture
def settle(run_jobs: Callable[[], None]) -> Callable[[], None]:
    return run_jobs


def say(who: Voice, text: str = "Hello", **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = who.post("/api/v1/statuses", status=text, **more)
    return found


@pytest.fixture
def told(api: Api, settle: Callable[[], None]) -> tuple[Voice, Voice, list[dict[str, Any]]]:
    """Ada, Bo, and the four things that Ada was told of Bo, newest first."""
    ada, bo = api.member("ada"), api.member("bo")
    status = say(ada)
    for path in (f"accounts/{ada.id}/follow", f"statuses/{status['id']}/favourite", f"statuses/{status['id']}/reblog"):
        bo.post(f"/api/v1/{path}")
        settle()
    say(bo, "Hello @ada")
    settle()
    return ada, bo, ada.get(LIST)


def test_a_list_shows_what_happened_with_everything_in_it(told: tuple[Voice, Voice, list[dict[str, Any]]]) -> None:
    ada, bo, found = told
    assert [one["type"] for one in found] == ["mention", "reblog", "favourite", "follow"]
    mention, reblog, favourite, follow = found
    assert mention["status"]["mentions"][0]["id"] == ada.id
    assert reblog["status"]["id"] == favourite["status"]["id"]
    assert favourite["status"]["account"]["id"] == ada.id
    assert {one["account"]["id"] for one in found} == {bo.id}
    assert "status" not in follow
    assert mention["group_key"] == f"ungrouped-{mention['id']}"
    assert favourite["group_key"].startswith(f"favourite-{favourite['status']['id']}-")
    assert all(one["created_at"].endswith("Z") for one in found)


def test_pages_are_linked_and_keep_the_choice(told: tuple[Voice, Voice, list[dict[str, Any]]]) -> None:
    ada, _, found = told
    answer = ada.ask("GET", LIST, params={"limit": 2, "types[]": ["mention", "favourite", "follow"]})
    assert [one["type"] for one in answer.json()] == ["mention", "favourite"]
    assert answer.headers["link"].index('rel="next"') < answer.headers["link"].index('rel="prev"')
    following = links(answer)["next"]
    assert f"max_id={found[2]['id']}" in following
    rest = ada.ask("GET", following[following.index("/api/") :])
    assert [one["type"] for one in rest.json()] == ["follow"]
    assert "next" not in links(rest)
    newer = links(rest)["prev"]
    assert len(ada.ask("GET", newer[newer.index("/api/") :]).json()) == 2


def test_kinds_and_accounts_are_chosen(told: tuple[Voice, Voice, list[dict[str, Any]]]) -> None:
    ada, bo, _ = told
    assert len(ada.get(LIST, exclude_types=["follow", "mention"])) == 2
    assert len(ada.get(LIST, account_id=bo.id)) == 4
    assert ada.get(LIST, account_id=ada.id) == []


def test_kinds_that_a_client_does_not_know_come_with_words(told: tuple[Voice, Voice, list[dict[str, Any]]]) -> None:
    ada, _, _ = told
    mention, reblog, *_ = ada.get(LIST, supported_types=["mention"])
    assert "fallback" not in mention
    summary, details = f"@{reblog['account']['acct']}", reblog["status"]["content"]
    assert reblog["fallback"] == {"title": "Your post was boosted", "summary": summary, "details": details}
    one = ada.get(f"{LIST}/{reblog['id']}", supported_types=["mention"])
    assert one["fallback"] == reblog["fallback"]


def test_unread_are_counted_from_the_marker(told: tuple[Voice, Voice, list[dict[str, Any]]]) -> None:
    ada, _, found = told
    assert ada.get(f"{LIST}/unread_count") == {"count": 4}
    assert ada.get(f"{LIST}/unread_count", limit=3) == {"count": 3}
    assert ada.get(f"{LIST}/unread_count", types=["follow"]) == {"count": 1}
    ada.post("/api/v1/markers", notifications={"last_read_id": found[1]["id"]})
    assert ada.get(f"{LIST}/unread_count") == {"count": 1}


def test_one_is_shown_and_dismissed_by_its_receiver_alone(told: tuple[Voice, Voice, list[dict[str, Any]]]) -> None:
    ada, bo, found = told
    path = f"{LIST}/{found[0]['id']}"
    assert ada.get(path) == found[0]
    for method, where in (("GET", path), ("POST", f"{path}/dismiss")):
        answer = bo.ask(method, where)
        assert (answer.status_code, answer.json()) == (404, {"error": "Record not found"})
    assert ada.post(f"{path}/dismiss") == {}
    assert ada.ask("GET", path).status_code == 404
    assert len(ada.get(LIST)) == 3


def test_all_are_cleared(told: tuple[Voice, Voice, list[dict[str, Any]]]) -> None:
    ada, _, _ = told
    assert ada.post(f"{LIST}/clear") == {}
    assert ada.get(LIST) == []


def test_a_status_that_is_out_of_sight_takes_its_notification_along(db: Database, api: Api, settle) -> None:
    ada, bo = api.member("ada"), api.member("bo")
    status = say(bo, "Hello @ada", visibility="direct")
    settle()
    assert len(ada.get(LIST)) == 1
    bo.ask("DELETE", f"/api/v1/statuses/{status['id']}")
    assert ada.get(LIST) == []


def test_every_kind_of_a_members_life_is_shown(db: Database, api: Api, settle) -> None:
    ada, bo = api.member("ada", role="moderator"), api.member("bo")
    bo.post(f"/api/v1/accounts/{ada.id}/follow", notify=True)
    settle()
    status = say(ada, "First")
    asked = say(ada, "Which?", poll={"options": ["a", "b"], "expires_in": 300})
    poll_id = int(asked["poll"]["id"])
    bo.post(f"/api/v1/polls/{poll_id}/votes", choices=[0])
    bo.post(f"/api/v1/statuses/{status['id']}/reblog")
    settle()
    ada.ask("PUT", f"/api/v1/statuses/{status['id']}", json={"status": "Second"})
    with db.write(SYSTEM, Ability.JOBS) as w:
        w.record(posts.PollClosed(poll_id=poll_id, status_id=int(asked["id"]), author_id=int(ada.id)))
    people.update_profile(db, ada.acting, people.ProfileChange(is_locked=True))
    cy = api.member("cy")
    cy.post(f"/api/v1/accounts/{ada.id}/follow")
    cy.post("/api/v1/reports", account_id=bo.id, comment="Rude")
    settle()
    assert {one["type"] for one in bo.get(LIST)} >= {"status", "poll", "update"}
    shown = {one["type"]: one for one in ada.get(LIST)}
    assert {"follow", "follow_request", "reblog", "poll", "admin.report"} <= shown.keys()
    report = shown["admin.report"]["report"]
    assert (report["target_account"]["id"], report["comment"]) == (bo.id, "Rude")
    assert shown["admin.report"]["account"]["id"] == cy.id


def test_a_page_costs_as_many_queries_for_many_as_for_few(db: Database, api: Api, settle, monkeypatch) -> None:
    ada, bo = api.member("ada"), api.member("bo")
    asked: list[int] = []
    fast = Read.fast
    monkeypatch.setattr(Read, "fast", lambda self, *a, **k: (asked.append(1), fast(self, *a, **k))[1])

    def cost() -> int:
        costs = []
        for _ in range(20):  # on PostgreSQL the sealer may be at work just now, and a look then asks more
            asked.clear()
            ada.get(LIST)
            costs.append(len(asked))
        return min(costs)

    say(bo, "One @ada")
    settle()
    few = cost()
    for number in range(10):
        say(bo, f"{number} @ada")
    settle()
    assert len(ada.get(LIST)) == 11
    assert cost() == few


def test_nobody_without_the_scope_reads_or_removes(api: Api) -> None:
    weak = api.member("ada", scopes="read:statuses write:statuses")
    for endpoint in endpoints.declared:
        path = endpoint.route.path.replace("{id}", "1")
        assert api.stranger.ask(endpoint.route.method, path).status_code == 401
        assert weak.ask(endpoint.route.method, path).status_code == 403


# ── conversations ──


def test_conversations_are_listed_read_and_removed(api: Api) -> None:
    ada, bo, cy = api.member("ada"), api.member("bo"), api.member("cy")
    first = say(ada, "Hello @bo", visibility="direct")
    say(cy, "Hello @bo", visibility="direct")
    last = say(ada, "Are you there, @bo?", visibility="direct", in_reply_to_id=first["id"])
    found = bo.get("/api/v1/conversations")
    assert [one["accounts"][0]["id"] for one in found] == [ada.id, cy.id]
    assert found[0]["unread"]
    assert found[0]["last_status"]["id"] == last["id"]
    assert not ada.get("/api/v1/conversations/")[0]["unread"]

    read = bo.post(f"/api/v1/conversations/{found[0]['id']}/read")
    assert (read["unread"], read["id"]) == (False, found[0]["id"])
    assert bo.good(bo.ask("DELETE", f"/api/v1/conversations/{found[0]['id']}")) == {}
    assert [one["id"] for one in bo.get("/api/v1/conversations")] == [found[1]["id"]]
    assert len(ada.get("/api/v1/conversations")) == 1


def test_conversations_come_in_pages(api: Api) -> None:
    ada, bo = api.member("ada"), api.member("bo")
    for number in range(3):
        say(ada, f"{number} @bo", visibility="direct")
    answer = bo.ask("GET", "/api/v1/conversations", params={"limit": 2})
    assert len(answer.json()) == 2
    following = links(answer)["next"]
    assert len(bo.ask("GET", following[following.index("/api/") :]).json()) == 1


def test_somebody_elses_conversation_does_not_exist(api: Api) -> None:
    ada, bo, cy = api.member("ada"), api.member("bo"), api.member("cy")
    say(ada, "Hello @bo", visibility="direct")
    number = bo.get("/api/v1/conversations")[0]["id"]
    for method, path in (("POST", f"{number}/read"), ("DELETE", number)):
        assert cy.ask(method, f"/api/v1/conversations/{path}").status_code == 404
    assert len(bo.get("/api/v1/conversations")) == 1


def test_a_talk_with_oneself_shows_oneself(api: Api) -> None:
    ada = api.member("ada")
    say(ada, "A note to myself", visibility="direct")
    assert [one["id"] for one in ada.get("/api/v1/conversations")[0]["accounts"]] == [ada.id]


# ── reports ──


def test_a_report_is_answered_and_listed_for_who_filed_it(db: Database, api: Api) -> None:
    ada, bo = api.member("ada"), api.member("bo")
    with db.store.transaction() as tx:
        tx.run(insert(rules).values(id=7, position=1, text="Be kind", created_at=1))
    status = say(bo, "Buy this")
    filed = ada.post(
        "/api/v1/reports", account_id=bo.id, status_ids=[status["id"]], comment="Spam", rule_ids=["7"], forward=True
    )
    assert filed["target_account"]["id"] == bo.id
    assert {key: filed[key] for key in ("action_taken", "action_taken_at", "category", "comment", "forwarded")} == {
        "action_taken": False, "action_taken_at": None, "category": "violation", "comment": "Spam", "forwarded": False,
    }  # fmt: skip
    assert (filed["status_ids"], filed["rule_ids"], filed["collection_ids"]) == ([status["id"]], ["7"], None)
    assert ada.get("/api/v1/reports") == [filed]
    assert bo.get("/api/v1/reports") == []


def test_a_report_that_cannot_be_is_refused_in_words(api: Api) -> None:
    ada, bo = api.member("ada"), api.member("bo")
    own = say(ada)

    def refused(**fields: Any) -> int:
        answer = ada.ask("POST", "/api/v1/reports", data={"account_id": bo.id} | fields)
        assert answer.json()["error"]
        return answer.status_code

    assert refused(account_id="12345") == 404
    assert refused(**{"rule_ids[]": ["99"]}) == 422
    assert refused(**{"status_ids[]": [own["id"]]}) == 422
    assert refused(**{"collection_ids[]": ["1"]}) == 422
    assert refused(comment="x" * 1_001) == 422
    assert refused(category="gossip") == 422
    assert ada.ask("POST", "/api/v1/reports", data={}).status_code in (400, 422)
    assert api.member("cy", scopes="write:statuses").ask("POST", "/api/v1/reports").status_code == 403
