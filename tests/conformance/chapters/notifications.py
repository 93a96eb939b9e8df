"""Notifications in groups, whom a member lets through, and the look back at a year."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from tests.conformance.scenario import Person

GROUPS, POLICY, REQUESTS = "/api/v2/notifications", "/api/v2/notifications/policy", "/api/v1/notifications/requests"


def live(life: Any) -> None:
    """Ada reads her groups, sets strangers aside, hears some of them after all, and looks back at her year."""
    life.town.run_jobs()
    in_groups(life)
    strangers(life)
    looking_back(life)


def in_groups(life: Any) -> None:
    """Groups of every form; one is shown whole, one is put aside."""
    ada = life.ada
    status, owners = ada.says("Like me"), life.owner.says("Like me, too")
    fans = life.town.people("fan", "fun")
    for who in fans:
        who.does("favourite", status)
    for who in (ada, fans[0]):
        who.does("favourite", owners)
        life.town.run_jobs()
    life.bo.says(f"@{ada.name} an answer")
    life.cy.post("/api/v1/reports", account_id=life.bo.id, comment="rude again")
    life.town.run_jobs()
    found = ada.get(GROUPS, expand_accounts="partial_avatars", supported_types=["poll"])["notification_groups"]
    assert found
    ada.get(GROUPS)
    life.owner.get(GROUPS, expand_accounts="partial_avatars")
    life.owner.get(GROUPS)
    liked = next(one for one in found if one.get("status_id") == status["id"])
    key = liked["group_key"]
    assert liked["notifications_count"] == 2
    assert ada.get(f"{GROUPS}/{key}")["notification_groups"]
    assert len(ada.get(f"{GROUPS}/{key}/accounts")) == 2
    before = ada.get(f"{GROUPS}/unread_count")["count"]
    ada.post(f"{GROUPS}/{key}/dismiss")
    assert ada.get(f"{GROUPS}/unread_count")["count"] == before - 1


def strangers(life: Any) -> None:
    """What strangers say waits in requests, which are accepted and dismissed, alone and together."""
    ada, people = life.ada, [life.town.person(name) for name in ("knock", "knack", "kneck", "knuck")]
    assert ada.get(POLICY)["for_not_following"] == "accept"
    ada.good(ada.ask("PATCH", POLICY, json={"for_not_following": "filter"}))
    for who in people:
        who.says(f"@{ada.name} hello")
    life.town.run_jobs()
    assert ada.get(POLICY)["summary"] == {"pending_requests_count": 4, "pending_notifications_count": 4}
    found = {one["account"]["id"]: one["id"] for one in ada.get(REQUESTS)}
    first, second, third, fourth = (found[who.id] for who in people)
    assert ada.get(f"{REQUESTS}/{first}")["last_status"]
    ada.post(f"{REQUESTS}/{first}/accept")
    ada.post(f"{REQUESTS}/{second}/dismiss")
    ada.good(ada.ask("POST", f"{REQUESTS}/accept", json={"id": [third]}))
    ada.good(ada.ask("POST", f"{REQUESTS}/dismiss", json={"id": [fourth]}))
    life.town.run_jobs()
    assert ada.get(f"{REQUESTS}/merged") == {"merged": True}
    assert ada.get(REQUESTS) == []
    ada.good(ada.ask("PATCH", POLICY, json={"for_not_following": "accept"}))


def looking_back(life: Any) -> None:
    """A look back at this year is asked for, made and read."""
    ada: Person = life.ada
    ada.does("reblog", life.town.person("baker").says("Bread at eight"))
    path = f"/api/v1/annual_reports/{datetime.now(UTC).year}"
    assert ada.get(f"{path}/state") == {"state": "eligible"}
    promise = ada.ask("POST", f"{path}/generate").headers["mastodon-async-refresh"]
    found = re.match(r'id="(\d+)"', promise)
    assert found is not None
    life.town.run_jobs()
    refresh = ada.get(f"/api/v1_alpha/async_refreshes/{found.group(1)}")["async_refresh"]
    assert (refresh["status"], refresh["result_count"]) == ("finished", 1)
    assert ada.get("/api/v1/annual_reports")["annual_reports"] == ada.get(path)["annual_reports"]
    ada.post(f"{path}/read")
    assert ada.get("/api/v1/annual_reports")["annual_reports"] == []
