"""Moving from one account to another: both sides say so, followers follow, coming back, once in thirty days."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.servers import PASSWORD, NewMember, RunningServer
from tests.web.browser import Browser

Browsers = Callable[..., Browser]


def account(server: RunningServer, who: NewMember) -> dict[str, Any]:
    with server.client() as client:
        found: dict[str, Any] = client.get(f"/api/v1/accounts/{who.id}").raise_for_status().json()
        return found


def follow(server: RunningServer, follower: NewMember, whom: NewMember, **options: Any) -> None:
    with server.client(follower.token) as client:
        client.post(f"/api/v1/accounts/{whom.id}/follow", json=options).raise_for_status()


def relation(server: RunningServer, who: NewMember, whom: NewMember) -> dict[str, Any]:
    with server.client(who.token) as client:
        found: list[dict[str, Any]] = client.get(f"/api/v1/accounts/relationships?id={whom.id}").json()
        return found[0]


def until(test: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not test():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_followers_come_along_with_what_they_chose(server: RunningServer, browsers: Browsers) -> None:
    old, new, fan, foe = (server.member(name) for name in ("old", "new", "fan", "foe"))
    follow(server, fan, old, reblogs=False, notify=True, languages=["de"])
    follow(server, foe, old)
    follow(server, new, old)
    with server.client(foe.token) as client:
        client.post(f"/api/v1/accounts/{new.id}/block").raise_for_status()
    with server.client(fan.token) as client:
        number = client.post("/api/v1/lists", json={"title": "friends"}).json()["id"]
        client.post(f"/api/v1/lists/{number}/accounts", json={"account_ids": [old.id]}).raise_for_status()
    there, here = browsers(server), browsers(server)
    here.sign_in(old.name, PASSWORD)
    here.open("/settings/moving")
    page = here.send("/settings/moving", target=new.name, password=PASSWORD)
    assert page.status == 422 and "does not name this account as its own yet" in page.words
    there.sign_in(new.name, PASSWORD)
    there.open("/settings/moving")
    page = there.send("/settings/moving/aliases", alias=f"@{old.name}")
    assert f"@{old.name}" in page.words
    page = here.send("/settings/moving", target=new.name, password="wrong")
    assert page.status == 422 and "password is wrong" in page.words
    page = here.send("/settings/moving", target=new.name, password=PASSWORD)
    assert "You have moved" in page.words
    assert account(server, old)["moved"]["id"] == new.id
    until(lambda: relation(server, fan, new)["following"])
    found = relation(server, fan, new)
    assert (found["showing_reblogs"], found["notifying"], found["languages"]) == (False, True, ["de"])
    assert not relation(server, fan, old)["following"]
    with server.client(fan.token) as client:
        assert [one["id"] for one in client.get(f"/api/v1/lists/{number}/accounts").json()] == [new.id]
    until(lambda: account(server, new)["followers_count"] == 1)
    assert account(server, old)["moved"]["followers_count"] == 1
    assert relation(server, foe, old)["following"] and not relation(server, foe, new)["following"]
    assert f"has moved to @{new.name}" in browsers(server).open(f"/@{old.name}").words
    with server.client(fan.token) as client:
        assert client.post(f"/api/v1/accounts/{old.id}/follow").status_code == 403
    page = here.send("/settings/moving/undo")
    assert "You are here again" in page.words
    assert not account(server, old).get("moved")
    page = here.send("/settings/moving", target=new.name, password=PASSWORD)
    assert page.status == 403 and "30 days" in page.words


def test_the_command_line_moves_and_returns(server: RunningServer) -> None:
    old, new = server.member("old"), server.member("new")
    assert server.call("user.alias", name=new.name, other=old.name)["aliases"] == [f"@{old.name}"]
    told = server.cli("user", "move", old.name, new.name).ok()
    assert told.out == f"@{old.name} has moved to @{new.name}.\n"
    assert account(server, old)["moved"]["id"] == new.id
    server.call("user.alias", name=old.name, other=new.name)
    assert "has moved itself" in server.cli("user", "move", new.name, old.name).err
    server.cli("user", "return", old.name).ok()
    assert not account(server, old).get("moved")
    refused = server.cli("user", "move", old.name, new.name)
    assert refused.code == 1 and "again in 30 days" in refused.err
    assert server.call("user.alias", name=new.name, other=old.name, remove=True)["aliases"] == []
    assert server.cli("user", "return", old.name).code == 1


@pytest.mark.parametrize(
    ("name", "words"),
    [("{self}", "account that you are using"), ("nobody_here", "no account called"), ("a@b.example", "another server")],
)
def test_what_cannot_be_named_is_told(name: str, words: str, server: RunningServer) -> None:
    ada = server.member("ada")
    for verb in ("alias", "move"):
        told = server.cli("user", verb, ada.name, name.format(self=ada.name))
        assert told.code == 1 and words in told.err


def test_nobody_points_to_an_account_that_is_deleted(server: RunningServer, browsers: Browsers) -> None:
    old, new = server.member("old"), server.member("new")
    server.call("user.alias", name=new.name, other=old.name)
    server.call("user.move", name=old.name, to=new.name)
    assert account(server, old)["moved"]["id"] == new.id
    browser = browsers(server)
    browser.sign_in(new.name, PASSWORD)
    browser.open("/settings/delete")
    browser.send("/settings/delete", confirmation=new.name, password=PASSWORD)
    until(lambda: not account(server, old).get("moved"))
