"""People recommend people."""

from __future__ import annotations

from typing import Any


def live(life: Any) -> None:
    """Ada recommends herself and Bo; Bo leaves her collection, and she deletes it."""
    ada, bo = life.ada, life.bo
    for who in (ada, bo):
        who.good(who.ask("PATCH", "/api/v1/accounts/update_credentials", json={"discoverable": True}))
    made = ada.post(
        "/api/v1/collections", name="Harbour people", description="Who knows boats", language="en", tag_name="Harbour",
        sensitive=True, discoverable=True, account_ids=[ada.id],
    )["collection"]  # fmt: skip
    path = f"/api/v1/collections/{made['id']}"
    told = bo.post("/api/v1/reports", account_id=ada.id, collection_ids=[made["id"]])
    assert told["collection_ids"] == [made["id"]]
    item = ada.post(f"{path}/items", account_id=bo.id)["collection_item"]
    shown = bo.get(path)
    assert [one["id"] for one in shown["accounts"]] == [ada.id, bo.id]
    assert bo.get(f"/api/v1/{ada.id}/collections")["collections"]
    assert bo.get(f"/api/v1/{bo.id}/in_collections")["collections"]
    ada.good(ada.ask("PATCH", path, json={"name": "Boat people"}))
    assert life.stranger.get(path)["collection"]["name"] == "Boat people"
    bo.post(f"{path}/items/{item['id']}/revoke")
    own = ada.get(path)["collection"]["items"]
    assert [one["account_id"] for one in own] == [ada.id]
    ada.good(ada.ask("DELETE", f"{path}/items/{own[0]['id']}"))
    ada.good(ada.ask("DELETE", path))
    assert life.stranger.ask("GET", path).status_code == 404
