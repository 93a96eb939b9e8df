"""Lists over HTTP, on both engines: who may be in one, what its timeline shows, what leaves the home timeline."""

from __future__ import annotations

from typing import Any

import pytest

from holdfast import people
from holdfast.acting import SYSTEM
from holdfast.people.commands import listing
from holdfast.writes import Ability
from tests.mastodon.town import Person, Town, chained, ids, walk

PATH = "/api/v1/lists"


def make(owner: Person, *members: Person, **options: Any) -> str:
    """A list of these people, whom the owner follows from now on; its id."""
    number: str = owner.post(PATH, **{"title": "Sailors"} | options)["id"]
    for one in members:
        owner.follows(one)
    if members:
        owner.post(f"{PATH}/{number}/accounts", account_ids=[one.id for one in members])
    return number


def inside(owner: Person, number: str) -> list[str]:
    """The ids of the members."""
    return ids(owner.get(f"{PATH}/{number}/accounts"))


def shown(owner: Person, number: str, **params: Any) -> list[str]:
    """The ids in the list's timeline."""
    return ids(owner.get(f"/api/v1/timelines/list/{number}", **params))


def test_a_list_is_made_changed_and_deleted(town: Town) -> None:
    ada = town.person("ada")
    made = ada.post(PATH, title=" Sailors ")
    assert made == {"id": made["id"], "title": "Sailors", "replies_policy": "list", "exclusive": False}
    path = f"{PATH}/{made['id']}"
    changed = ada.good(ada.ask("PUT", path, json={"title": "Rowers", "replies_policy": "none", "exclusive": True}))
    assert changed == made | {"title": "Rowers", "replies_policy": "none", "exclusive": True}
    assert ada.good(ada.ask("PUT", path, json={"exclusive": False}))["title"] == "Rowers"
    assert ada.get(path) == changed | {"exclusive": False}
    assert ids(ada.get(PATH)) == [made["id"]]
    assert ada.good(ada.ask("DELETE", path)) == {}
    assert ada.get(PATH) == []
    assert ada.ask("GET", path).status_code == 404


@pytest.mark.parametrize("wrong", [{}, {"title": " "}, {"title": "x" * 256}, {"title": "x", "replies_policy": "all"}])
def test_a_list_without_a_sound_title_and_policy_is_refused(town: Town, wrong: dict[str, str]) -> None:
    ada = town.person("ada")
    refused = ada.ask("POST", PATH, json=wrong)
    assert refused.status_code == 422 and refused.json()["error"]
    assert ada.get(PATH) == []


def test_only_followed_accounts_are_put_into_a_list_and_each_once(town: Town) -> None:
    ada, bo, cy = town.people("ada", "bo", "cy")
    number = make(ada, bo)
    path = f"{PATH}/{number}/accounts"
    assert ada.ask("POST", path, json={"account_ids": [cy.id]}).status_code == 404
    assert ada.ask("POST", path, json={"account_ids": [bo.id]}).status_code == 422
    ada.follows(cy)
    ada.post(path, account_ids=[cy.id, ada.id])
    assert inside(ada, number) == [ada.id, cy.id, bo.id]
    assert ids(ada.get(f"/api/v1/accounts/{cy.id}/lists")) == [number]
    assert bo.get(f"/api/v1/accounts/{cy.id}/lists") == []
    ada.good(ada.ask("DELETE", path, json={"account_ids": [cy.id, bo.id]}))
    assert inside(ada, number) == [ada.id]


def test_members_come_in_pages_and_all_at_once(town: Town) -> None:
    ada = town.person("ada")
    members = town.people(*(["sailor"] * 5))
    path = f"{PATH}/{make(ada, *members)}/accounts"
    expected = [one.id for one in reversed(members)]
    assert ids(chained(walk(ada, path, limit=2))) == expected
    answer = ada.ask("GET", path, params={"limit": 0})
    assert ids(ada.good(answer)) == expected and 'rel="next"' not in answer.headers["link"]


def test_lists_of_others_are_not_found(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    number = make(ada, bo)
    for method, rest in (("GET", ""), ("PUT", ""), ("DELETE", ""), ("GET", "/accounts"), ("POST", "/accounts"),
                         ("DELETE", "/accounts")):  # fmt: skip
        body = None if method == "GET" else {"title": "Mine now", "account_ids": [bo.id]}
        assert bo.ask(method, f"{PATH}/{number}{rest}", json=body).status_code == 404, (method, rest)
    assert bo.ask("GET", f"/api/v1/timelines/list/{number}").status_code == 404
    assert ada.get(f"{PATH}/{number}")["title"] == "Sailors" and inside(ada, number) == [bo.id]


def test_whoever_is_followed_no_longer_is_in_no_list(town: Town) -> None:
    ada, bo, cy = town.people("ada", "bo", "cy")
    number = make(ada, bo, cy)
    ada.post(f"/api/v1/accounts/{bo.id}/unfollow")
    assert inside(ada, number) == [cy.id]
    cy.post(f"/api/v1/accounts/{ada.id}/block")
    assert inside(ada, number) == []


def test_a_list_shows_its_members_and_pages_like_home(town: Town) -> None:
    ada, bo, cy = town.people("ada", "bo", "cy")
    number = make(ada, bo)
    ada.follows(cy)
    written = [bo.says(f"post {n}")["id"] for n in range(5)]
    cy.says("not in the list")
    ada.says("mine is not either")
    newest = list(reversed(written))
    assert shown(ada, number) == newest
    path = f"/api/v1/timelines/list/{number}"
    assert ids(chained(walk(ada, path, limit=2))) == newest
    assert shown(ada, number, min_id=written[1], limit=2) == [written[3], written[2]]
    assert shown(ada, number, since_id=written[1], limit=2) == [written[4], written[3]]
    assert shown(ada, number, max_id=written[2]) == [written[1], written[0]]
    ada.post(f"/api/v1/accounts/{bo.id}/mute")
    assert shown(ada, number) == []


@pytest.mark.parametrize(
    ("policy", "expected"),
    [("none", ["plain", "self", "to me"]), ("list", ["plain", "self", "to me", "to member"]),
     ("followed", ["plain", "self", "to me", "to member", "to followed"])],
)  # fmt: skip
def test_replies_are_shown_by_the_policy_of_the_list(town: Town, policy: str, expected: list[str]) -> None:
    ada, bo, member, followed, other = town.people("ada", "bo", "mel", "fay", "oz")
    number = make(ada, bo, member, replies_policy=policy)
    ada.follows(followed)
    own = bo.says("plain")
    targets = {"self": own, "to me": ada.says("hi"), "to member": member.says("hi"), "to followed": followed.says("hi"),
               "to other": other.says("hi")}  # fmt: skip
    said = {"plain": own["id"]} | {
        word: bo.says(word, in_reply_to_id=status["id"])["id"] for word, status in targets.items()
    }
    found = [one for one in ada.get(f"/api/v1/timelines/list/{number}") if one["account"]["id"] == bo.id]
    assert ids(found) == [said[word] for word in reversed(expected)]


def test_members_of_an_exclusive_list_leave_the_home_timeline(town: Town) -> None:
    ada, bo, cy = town.people("ada", "bo", "cy")
    ada.follows(cy)
    number = make(ada, bo)
    by_bo, by_cy = bo.says("in the list")["id"], cy.says("at home")["id"]
    assert ada.home() == [by_cy, by_bo]
    ada.good(ada.ask("PUT", f"{PATH}/{number}", json={"exclusive": True}))
    assert ada.home() == [by_cy]
    assert shown(ada, number) == [by_bo]
    later = bo.says("a later one")["id"]
    assert ada.home() == [by_cy] and shown(ada, number) == [later, by_bo]
    ada.good(ada.ask("DELETE", f"{PATH}/{number}"))
    assert ada.home() == [later, by_cy, by_bo]


def test_lists_and_members_have_a_limit(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "MOST_LISTS", 2)
    monkeypatch.setattr(listing, "MOST_MEMBERS", 1)
    ada, bo, cy = town.people("ada", "bo", "cy")
    number = make(ada, bo)
    make(ada)
    refused = ada.ask("POST", PATH, json={"title": "A third"})
    assert refused.status_code == 422 and "up to 2 lists" in refused.json()["error"]
    ada.follows(cy)
    refused = ada.ask("POST", f"{PATH}/{number}/accounts", json={"account_ids": [cy.id]})
    assert refused.status_code == 422 and "up to 1 account" in refused.json()["error"]
    assert inside(ada, number) == [bo.id]


def test_the_lists_of_a_deleted_account_are_forgotten(town: Town) -> None:
    ada, bo, cy = town.people("ada", "bo", "cy")
    make(bo, cy)
    number = make(ada, bo, cy)
    with town.db.write(SYSTEM, Ability.MODERATION) as w:
        people.delete_account(w, int(bo.id))
    town.run_jobs()
    assert inside(ada, number) == [cy.id]
    with town.db.read() as r:
        assert people.own_lists(r, int(bo.id)) == []
        assert people.lists_of_reader(r, int(bo.id)) == {}
