"""Collections over HTTP, on both engines: who may recommend whom, who sees it, and how one gets out."""

from __future__ import annotations

from typing import Any

from holdfast.people import AccountDeleted, forget_collections
from tests.mastodon.town import Person, Town

PATH = "/api/v1/collections"


def discoverable(*people: Person) -> None:
    """Let people want to be discovered."""
    for one in people:
        one.good(one.ask("PATCH", "/api/v1/accounts/update_credentials", json={"discoverable": True}))


def make(owner: Person, *people: Person, **options: Any) -> str:
    """A collection of these people; its path."""
    options = {"name": "Sailors", "account_ids": [one.id for one in people]} | options
    return f"{PATH}/{owner.post(PATH, **options)['collection']['id']}"


def inside(who: Any, path: str) -> list[str]:
    """The ids of the accounts in a collection."""
    return [one["id"] for one in who.get(path)["accounts"]]


def test_only_people_who_want_to_be_discovered_are_recommended(town: Town) -> None:
    ada, bo, cy = town.people("ada", "bo", "cy")
    discoverable(bo)
    path = make(ada, bo)
    refused = ada.ask("POST", f"{path}/items", json={"account_id": cy.id})
    assert refused.status_code == 422 and "discovered" in refused.json()["error"]
    assert cy.get(f"/api/v1/accounts/{bo.id}")["feature_approval"]["current_user"] == "automatic"
    assert cy.get(f"/api/v1/accounts/{cy.id}")["feature_approval"]["current_user"] == "denied"
    assert inside(town.stranger, path) == [bo.id]
    again = ada.post(f"{path}/items", account_id=bo.id)
    assert again["collection_item"]["account_id"] == bo.id
    assert inside(ada, path) == [bo.id]


def test_who_leaves_a_collection_is_not_put_back(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    discoverable(bo)
    path = make(ada, bo)
    (item,) = ada.get(path)["collection"]["items"]
    assert ada.ask("POST", f"{path}/items/{item['id']}/revoke").status_code == 403
    bo.post(f"{path}/items/{item['id']}/revoke")
    assert inside(ada, path) == []
    assert ada.ask("POST", f"{path}/items", json={"account_id": bo.id}).status_code == 422
    assert bo.ask("POST", f"{path}/items/{item['id']}/revoke").status_code == 403


def test_nobody_else_changes_a_collection(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    discoverable(bo)
    path = make(ada, bo)
    (item,) = ada.get(path)["collection"]["items"]
    for method, where, body in (
        ("PATCH", path, {"name": "Mine"}),
        ("DELETE", path, None),
        ("POST", f"{path}/items", {"account_id": bo.id}),
        ("DELETE", f"{path}/items/{item['id']}", None),
    ):
        assert bo.ask(method, where, json=body).status_code == 403, (method, where)
        assert town.stranger.ask(method, where, json=body).status_code == 401
    assert ada.get(path)["collection"]["name"] == "Sailors" and inside(ada, path) == [bo.id]


def test_blocks_keep_people_apart_in_collections_too(town: Town) -> None:
    ada, bo, cy = town.people("ada", "bo", "cy")
    discoverable(bo)
    path = make(ada, bo)
    cy.post(f"/api/v1/accounts/{bo.id}/block")
    assert inside(cy, path) == []
    bo.post(f"/api/v1/accounts/{ada.id}/block")
    assert inside(ada, path) == []
    assert bo.ask("GET", path).status_code == 404
    dan = town.person("dan")
    dan.post(f"/api/v1/accounts/{bo.id}/block")
    assert dan.ask("POST", PATH, json={"name": "x", "account_ids": [bo.id]}).status_code == 422


def test_what_is_not_to_be_discovered_is_found_by_its_address_alone(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    discoverable(bo)
    path = make(ada, bo, discoverable=False)
    for who, path_of_list, count in (
        (ada, f"/api/v1/accounts/{ada.id}/collections", 1),
        (bo, f"/api/v1/accounts/{ada.id}/collections", 0),
        (bo, f"/api/v1/accounts/{bo.id}/in_collections", 1),
        (ada, f"/api/v1/accounts/{bo.id}/in_collections", 0),
    ):
        assert len(who.get(path_of_list)["collections"]) == count, (who.name, path_of_list)
    assert inside(town.stranger, path) == [bo.id]


def test_wrong_values_name_their_field_and_change_nothing(town: Town) -> None:
    ada = town.person("ada")
    path = make(ada)
    for body, word in (
        ({"name": " "}, "name"),
        ({"name": "x" * 41}, "name"),
        ({"description": "x" * 101}, "description"),
        ({"tag_name": "a b"}, "hashtag"),
        ({"tag_name": "#123"}, "hashtag"),
        ({"language": "<b>"}, "language"),
    ):
        answer = ada.ask("PATCH", path, json=body)
        assert answer.status_code == 422 and word in answer.json()["error"].lower(), body
    assert ada.get(path)["collection"]["name"] == "Sailors"
    changed = ada.good(ada.ask("PATCH", path, json={"tag_name": "#Sea", "description": "<b>", "language": "de"}))
    assert changed["collection"]["tag"]["name"] == "Sea"
    assert changed["collection"]["description"] == "<p>&lt;b&gt;</p>"


def test_collections_and_their_people_have_limits(town: Town) -> None:
    ada = town.person("ada")
    crowd = town.people(*["sailor"] * 26)
    discoverable(*crowd)
    path = make(ada, *crowd[:25])
    full = ada.ask("POST", f"{path}/items", json={"account_id": crowd[25].id})
    assert full.status_code == 422 and "25" in full.json()["error"]
    for _ in range(9):
        make(ada)
    many = ada.ask("POST", PATH, json={"name": "one more"})
    assert many.status_code == 422 and "10" in many.json()["error"]
    pages = ada.ask("GET", f"/api/v1/accounts/{ada.id}/collections", params={"limit": 4, "offset": 8})
    assert len(pages.json()["collections"]) == 2


def test_a_deleted_account_leaves_no_collections_behind(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    discoverable(ada, bo)
    of_ada, of_bo = make(ada, bo), make(bo, ada)
    forget_collections(town.db, AccountDeleted(account_id=ada.number or 0))
    assert town.stranger.ask("GET", of_ada).status_code == 404
    assert inside(town.stranger, of_bo) == []
