"""News by the staff, which members answer and put aside."""

from __future__ import annotations

from typing import Any

from holdfast import announcements, posts
from holdfast.acting import SYSTEM
from holdfast.announcements import Draft
from holdfast.store import HOUR
from tests.conformance.scenario import picture


def live(life: Any) -> None:
    """The staff announces a feast; Ada answers, takes an answer back and puts the news aside."""
    ada, db, now = life.ada, life.db, life.db.clock.now()
    public = life.bo.says("The feast is on")
    stored = posts.store_emoji(db, picture())
    db.submit(lambda: posts.add_emoji(db, SYSTEM, "feast", *stored)).result()
    text = f"A feast! :feast: Ask @{life.bo.name} #harbour {public['url']}"
    number = announcements.write(
        db, SYSTEM, Draft(text=text, starts_at=now, ends_at=now + HOUR, is_all_day=True, publish_at=now)
    )
    path = f"/api/v1/announcements/{number}"
    for emoji in ("🎉", "👍", "feast"):
        ada.good(ada.ask("PUT", f"{path}/reactions/{emoji}"))
    ada.good(ada.ask("DELETE", f"{path}/reactions/👍"))
    (before,) = ada.get("/api/v1/announcements")
    assert not before["read"] and [one["name"] for one in before["reactions"]] == ["🎉", "feast"]
    ada.post(f"{path}/dismiss")
    assert ada.get("/api/v1/announcements")[0]["read"]
