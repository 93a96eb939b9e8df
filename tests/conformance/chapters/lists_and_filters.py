"""Members sort those whom they follow, and say what they do not want to meet."""

from __future__ import annotations

from typing import Any


def live(life: Any) -> None:
    """Ada lists Bo, and filters what he writes about endings."""
    listing(life.ada, life.bo)
    filtering(life.ada, life.bo)
    filtering_as_before(life.ada)


def listing(ada: Any, bo: Any) -> None:
    """A list with Bo on it, its timeline, and its end."""
    bo.follows(ada)
    ada.follows(bo)
    made = ada.post("/api/v1/lists", title="Rowers", replies_policy="followed", exclusive=False)
    path = f"/api/v1/lists/{made['id']}"
    changed = ada.good(ada.ask("PUT", path, json={"title": "Boat people", "exclusive": True}))
    assert changed == ada.get(path) == made | {"title": "Boat people", "exclusive": True}
    ada.post(f"{path}/accounts", account_ids=[bo.id])
    assert [one["id"] for one in ada.get(f"{path}/accounts")] == [bo.id]
    assert ada.get(f"/api/v1/accounts/{bo.id}/lists") == [changed]
    assert changed in ada.get("/api/v1/lists")
    said = bo.says("On the water")
    assert ada.get(f"/api/v1/timelines/list/{made['id']}")[0]["id"] == said["id"]
    assert said["id"] not in ada.home()
    ada.good(ada.ask("DELETE", f"{path}/accounts", json={"account_ids": [bo.id]}))
    assert ada.get(f"{path}/accounts") == []
    ada.good(ada.ask("DELETE", path))
    assert ada.ask("GET", path).status_code == 404


def filtering(ada: Any, bo: Any) -> None:
    """A filter with a keyword and a post, what it finds, and its end."""
    made = ada.post("/api/v2/filters", title="Films", context=["home", "public"], filter_action="warn",
                    expires_in=3600, keywords_attributes=[{"keyword": "ending", "whole_word": True}])  # fmt: skip
    path = f"/api/v2/filters/{made['id']}"
    changed = ada.good(ada.ask("PUT", path, json={"title": "Movies", "filter_action": "blur"}))
    assert (changed["title"], changed["filter_action"], changed["expires_at"]) == ("Movies", "blur", made["expires_at"])
    word = ada.post(f"{path}/keywords", keyword="credits", whole_word=False)
    one = f"/api/v2/filters/keywords/{word['id']}"
    assert ada.good(ada.ask("PUT", one, json={"keyword": "actors"}))["keyword"] == ada.get(one)["keyword"] == "actors"
    assert len(ada.get(f"{path}/keywords")) == 2
    ada.good(ada.ask("DELETE", one))
    assert [each["keyword"] for each in ada.get(f"{path}/keywords")] == ["ending"]
    said = bo.says("What an ending")
    named = ada.post(f"{path}/statuses", status_id=said["id"])
    assert ada.get(f"{path}/statuses") == [named] == [ada.get(f"/api/v2/filters/statuses/{named['id']}")]
    assert ada.get(path)["statuses"] == [named] and ada.get("/api/v2/filters")
    (found,) = ada.get(f"/api/v1/statuses/{said['id']}")["filtered"]
    assert (found["keyword_matches"], found["status_matches"]) == (["ending"], [said["id"]])
    ada.good(ada.ask("DELETE", f"/api/v2/filters/statuses/{named['id']}"))
    assert ada.get(f"{path}/statuses") == []
    ada.good(ada.ask("DELETE", path))
    assert ada.ask("GET", path).status_code == 404


def filtering_as_before(ada: Any) -> None:
    """The same in the words of version 1."""
    made = ada.post("/api/v1/filters", phrase="ending", context=["home"], irreversible=True, whole_word=True,
                    expires_in=3600)  # fmt: skip
    path = f"/api/v1/filters/{made['id']}"
    changed = ada.good(ada.ask("PUT", path, json={"phrase": "credits", "context": ["thread"], "irreversible": False}))
    assert (changed["phrase"], changed["context"], changed["irreversible"]) == ("credits", ["thread"], False)
    assert ada.get(path) == changed and changed in ada.get("/api/v1/filters")
    ada.good(ada.ask("DELETE", path))
    assert ada.ask("GET", path).status_code == 404
