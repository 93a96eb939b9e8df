"""Quotes: made, listed, told of, revoked; and who may quote."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.conformance.scenario import Life


def live(life: Life) -> None:
    """Ada is quoted, lets some others only, edits what was quoted, and takes one quote back."""
    ada, (fay, gil) = life.ada, life.town.people("fay", "gil")
    gil.follows(fay)
    post = ada.says("Quote me")
    made, other = (who.says("As Ada says", quoted_status_id=post["id"]) for who in (fay, gil))
    gil.says("As Fay quotes", quoted_status_id=made["id"])
    path = f"/api/v1/statuses/{post['id']}"
    assert len(ada.get(f"{path}/quotes")) == 2
    ada.good(ada.ask("PUT", path, json={"status": "Quote me well"}))
    ada.good(ada.ask("PUT", f"{path}/interaction_policy", json={"quote_approval_policy": "followers"}))
    life.town.run_jobs()
    for who, kind in ((ada, "quote"), (fay, "quoted_update")):
        assert kind in [one["type"] for one in who.get("/api/v1/notifications")]
        assert kind in [one["type"] for one in who.get("/api/v2/notifications")["notification_groups"]]
    fay.get(f"/api/v1/statuses/{made['id']}/history")
    ada.post(f"{path}/quotes/{other['id']}/revoke")
    gil.get("/api/v1/timelines/home")
    gil.good(gil.ask("DELETE", f"/api/v1/statuses/{other['id']}"))
    soon = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    fay.says("Later", quoted_status_id=made["id"], quote_approval_policy="nobody", scheduled_at=soon)
