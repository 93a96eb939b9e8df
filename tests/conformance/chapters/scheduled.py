"""Posts for later: kept, listed, moved, dropped."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.conformance.scenario import Life, picture


def live(life: Life) -> None:
    """Ada schedules a poll and a picture, moves one and drops one."""
    ada = life.ada
    soon, later = ((datetime.now(UTC) + timedelta(days=days)).isoformat() for days in (1, 2))
    parent = ada.says("The first of two")
    pictured = ada.good(ada.ask("POST", "/api/v2/media", files={"file": ("a.png", picture())}))["id"]
    body = {
        "status": "The second",
        "media_ids": [pictured],
        "spoiler_text": "Boats",
        "sensitive": True,
        "language": "en",
        "in_reply_to_id": parent["id"],
        "scheduled_at": soon,
    }
    key = {"idempotency-key": "the-second"}
    made = ada.good(ada.ask("POST", "/api/v1/statuses", json=body, headers=key))
    poll = {"options": ["fair", "foul"], "expires_in": 600, "multiple": True, "hide_totals": True}
    asked = ada.says("Winds?", poll=poll, scheduled_at=soon)
    assert ada.get("/api/v1/scheduled_statuses") == [asked, made]
    path = f"/api/v1/scheduled_statuses/{made['id']}"
    moved = ada.good(ada.ask("PUT", path, json={"scheduled_at": later}))
    assert moved["scheduled_at"] > made["scheduled_at"] and ada.get(path) == moved
    assert ada.good(ada.ask("DELETE", path)) == {}
    assert ada.get("/api/v1/scheduled_statuses") == [asked]
