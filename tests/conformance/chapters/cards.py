"""Links show what is behind them."""

from __future__ import annotations

from typing import Any

from tests.conformance.scenario import picture
from tests.pages import Thing

PAGE = """<html lang="en"><title>Boats</title><meta property="og:description" content="About boats">
<meta property="og:image" content="/boat.png"><meta name="author" content="Ada Quay">
<meta property="article:author" content="/ada"><meta property="article:published_time" content="2026-05-04T03:02:01Z">
<meta name="fediverse:creator" content="@%s"></html>"""


def live(life: Any) -> None:
    """Ada shares pages that name their authors: one who names the site too, and one who does not."""
    ada, bo, others = life.ada, life.bo, life.town.pages
    others.things["/boat.png"] = Thing(picture(), "image/png")
    for who, sites in ((ada, ["127.0.0.1"]), (bo, [])):
        who.good(who.ask("PATCH", "/api/v1/accounts/update_credentials", json={"attribution_domains": sites}))
        made = ada.says(f"See {others.lay(f'/by/{who.name}', PAGE % who.name)}")
        life.town.run_jobs()
        shown = ada.get(f"/api/v1/statuses/{made['id']}")["card"]
        assert shown["title"] == "Boats" and shown["image"]
