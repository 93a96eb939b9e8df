"""Suggestions and featured hashtags over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from holdfast import people, posts
from holdfast.acting import SYSTEM, Acting
from holdfast.errors import Refused
from holdfast.people.tables import accounts, dismissed_suggestions, featured_accounts
from holdfast.posts.tables import featured_tags
from holdfast.writes import Ability
from tests.mastodon.town import Person, Town, ids


def findable(town: Town, name: str) -> Person:
    """A new member who wants to be found."""
    person = town.person(name)
    person.good(person.ask("PATCH", "/api/v1/accounts/update_credentials", json={"discoverable": True}))
    return person


def suggested(who: Person) -> dict[str, list[str]]:
    """The sources of what is suggested to somebody, by account."""
    found = who.get("/api/v2/suggestions", limit=80)
    assert [one["account"]["id"] for one in found] == ids(who.get("/api/v1/suggestions", limit=80))
    return {one["account"]["id"]: one["sources"] for one in found}


def test_friends_of_friends_the_most_followed_and_those_named_by_the_staff_are_suggested(town: Town) -> None:
    me, friend = town.people("me", "friend")
    theirs, popular, named, young = (findable(town, name) for name in ("theirs", "popular", "named", "young"))
    shy = town.person("shy")
    assert suggested(me)[theirs.id] == ["most_followed"]
    me.follows(friend)
    for other in (theirs, shy, me):
        friend.follows(other)
    town.person("fan").follows(popular)
    people.feature_account(town.db, SYSTEM, named.number or 0, is_featured=True)
    found = suggested(me)
    assert found[theirs.id] == ["friends_of_friends", "most_followed"]
    assert found[popular.id] == ["most_followed"]
    assert found[named.id] == ["featured", "most_followed"]
    assert found[young.id] == ["most_followed"] and list(found).index(young.id) > list(found).index(popular.id)
    assert {me.id, friend.id, shy.id}.isdisjoint(found)
    first = me.get("/api/v2/suggestions", limit=1)[0]
    assert (first["account"]["id"], first["source"]) == (named.id, "staff")
    friend.good(friend.ask("PATCH", "/api/v1/profile", json={"hide_collections": True}))
    assert suggested(me)[theirs.id] == ["most_followed"]
    people.feature_account(town.db, SYSTEM, named.number or 0, is_featured=False)
    assert suggested(me)[named.id] == ["most_followed"]
    with pytest.raises(Refused):
        people.feature_account(town.db, Acting(me.number), named.number or 0, is_featured=True)


@pytest.mark.parametrize("act", ["follow", "block", "mute", "blocked", "dismissed", "limited", "moved", "gone"])
def test_nobody_is_suggested_whom_one_knows_or_cannot_follow(town: Town, act: str) -> None:
    me, popular = town.person("me"), findable(town, "popular")
    town.person("fan").follows(popular)
    assert popular.id in suggested(me)
    if act in ("follow", "block", "mute"):
        me.post(f"/api/v1/accounts/{popular.id}/{act}")
    elif act == "blocked":
        popular.post(f"/api/v1/accounts/{me.id}/block")
    elif act == "dismissed":
        for _ in range(2):
            assert me.good(me.ask("DELETE", f"/api/v1/suggestions/{popular.id}")) == {}
    else:
        values: dict[str, Any] = {
            "limited": {"limited_at": 1},
            "moved": {"moved_to_id": 1},
            "gone": {"suspended_at": 1},
        }
        with town.db.store.transaction() as tx:
            tx.run(update(accounts).where(accounts.c.id == popular.number).values(**values[act]))
    assert popular.id not in suggested(me)
    assert me.ask("DELETE", "/api/v1/suggestions/1").status_code == 404


def test_featured_hashtags_tell_how_often_and_when_they_were_used_last(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    name = f"Harbour{ada.id}"
    status = ada.says(f"#{name} once")
    ada.says(f"#{name.lower()} twice", visibility="unlisted")
    ada.says(f"#{name} quietly", visibility="private")
    bo.says(f"#{name}")
    assert [tag["name"] for tag in ada.get("/api/v1/featured_tags/suggestions")] == [name]
    made = ada.post("/api/v1/featured_tags", name=f"#{name.upper()}")
    assert made == ada.post("/api/v1/featured_tags", name=name)
    assert (made["name"], made["statuses_count"]) == (name, "2")
    assert made["last_status_at"] == status["created_at"][:10]
    assert ada.get("/api/v1/featured_tags") == [made] == bo.get(f"/api/v1/accounts/{ada.id}/featured_tags")
    assert ada.get("/api/v1/featured_tags/suggestions") == []
    assert ada.get(f"/api/v1/tags/{name}")["featuring"] is True
    assert bo.get(f"/api/v1/tags/{name}")["featuring"] is False
    assert bo.ask("DELETE", f"/api/v1/featured_tags/{made['id']}").status_code == 404
    assert ada.good(ada.ask("DELETE", f"/api/v1/featured_tags/{made['id']}")) == {}
    assert ada.get("/api/v1/featured_tags") == []


def test_a_hashtag_is_featured_by_its_name_up_to_the_limit(town: Town) -> None:
    ada = town.person("ada")
    most = town.db.settings.most_featured_tags
    for number in range(most):
        assert ada.post(f"/api/v1/tags/mooring{number}/feature")["featuring"] is True
    answer = ada.ask("POST", "/api/v1/tags/onemore/feature")
    assert answer.status_code == 422 and str(most) in answer.json()["error"]
    assert len(ada.get("/api/v1/featured_tags")) == most
    assert ada.post("/api/v1/tags/mooring0/unfeature")["featuring"] is False
    assert ada.post("/api/v1/tags/neverused/unfeature")["featuring"] is False
    assert ada.get("/api/v1/featured_tags")[0]["last_status_at"] is None
    assert ada.ask("POST", "/api/v1/featured_tags", json={"name": "!!"}).status_code == 404


def test_nothing_of_it_is_kept_of_a_deleted_account(town: Town) -> None:
    gone, other = town.people("gone", "other")
    gone.post("/api/v1/tags/leaving/feature")
    other.good(other.ask("DELETE", f"/api/v1/suggestions/{gone.id}"))
    gone.good(gone.ask("DELETE", f"/api/v1/suggestions/{other.id}"))
    people.feature_account(town.db, SYSTEM, gone.number or 0, is_featured=True)
    with town.db.write(SYSTEM, Ability.ADMINISTRATION) as w:
        people.delete_account(w, gone.number or 0)
    town.run_jobs()
    with town.db.read() as r:
        assert posts.featured_tags(r, gone.number or 0) == []
        for column in (dismissed_suggestions.c.account_id, dismissed_suggestions.c.target_id,
                       featured_accounts.c.account_id, featured_tags.c.account_id):  # fmt: skip
            assert not r.exists(select(column).where(column == gone.number)), column
