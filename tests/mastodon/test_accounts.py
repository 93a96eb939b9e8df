"""Accounts through the client API: finding them, who follows whom, the directory."""

from __future__ import annotations

from tests.mastodon.asking import Api, links


def test_an_account_shows_to_everybody_what_its_profile_says(api: Api) -> None:
    ada = api.member("ada")
    shown = api.stranger.get(f"/api/v1/accounts/{ada.id}")
    assert shown["id"] == ada.id
    assert shown["acct"] == shown["username"] == "ada"
    assert shown["url"] == f"{api.db.base_url}/@ada"
    assert shown["created_at"].endswith("T00:00:00.000Z")
    assert shown["avatar"].startswith(api.db.base_url)


def test_unknown_and_malformed_ids_are_not_found(api: Api) -> None:
    for wrong in ("1", "0", "99999999999999999999", "abc", "-1"):
        answer = api.stranger.ask("GET", f"/api/v1/accounts/{wrong}")
        assert (answer.status_code, answer.json()) == (404, {"error": "Record not found"})


def test_several_accounts_come_in_the_order_asked_and_without_those_that_do_not_exist(api: Api) -> None:
    ada, bo = api.member("ada"), api.member("bo")
    found = api.stranger.get("/api/v1/accounts", id=[bo.id, "1", ada.id, bo.id])
    assert [account["acct"] for account in found] == ["bo", "ada"]


def test_who_waits_for_approval_is_seen_by_nobody(api: Api) -> None:
    ada, waiting = api.member("ada"), api.member("wanda", approved=False)
    assert api.stranger.ask("GET", f"/api/v1/accounts/{waiting.id}").status_code == 404
    assert api.stranger.ask("GET", "/api/v1/accounts/lookup", params={"acct": "wanda"}).status_code == 404
    assert ada.get("/api/v1/accounts/search", q="wan") == []
    assert api.stranger.get("/api/v1/accounts", id=[waiting.id]) == []


def test_a_handle_is_looked_up_in_any_case_with_and_without_the_domain(api: Api) -> None:
    ada = api.member("ada")
    for handle in ("ada", "ADA", "@ada", f"ada@{api.db.local_domain}"):
        assert api.stranger.get("/api/v1/accounts/lookup", acct=handle)["id"] == ada.id
    assert api.stranger.ask("GET", "/api/v1/accounts/lookup", params={"acct": "nobody"}).status_code == 404
    assert api.stranger.ask("GET", "/api/v1/accounts/lookup").status_code == 400


def test_search_finds_by_the_beginning_and_can_keep_to_followed_accounts(api: Api) -> None:
    ada, bo, _bob = api.member("ada"), api.member("bo"), api.member("bobby")
    assert {found["acct"] for found in ada.get("/api/v1/accounts/search", q="@bo")} == {"bo", "bobby"}
    ada.post(f"/api/v1/accounts/{bo.id}/follow")
    followed = ada.get("/api/v1/accounts/search", q="bo", following="true")
    assert [found["acct"] for found in followed] == ["bo"]
    assert len(ada.get("/api/v1/accounts/search", q="bo", limit=1, offset=1)) == 1


def test_followers_come_in_pages_that_lead_to_each_other(api: Api) -> None:
    ada = api.member("ada")
    names = [f"fan{n}" for n in range(5)]
    for name in names:
        api.member(name).post(f"/api/v1/accounts/{ada.id}/follow")
    path = f"/api/v1/accounts/{ada.id}/followers"
    first = api.stranger.ask("GET", path, params={"limit": 2})
    assert [account["acct"] for account in first.json()] == ["fan4", "fan3"]
    assert first.headers["link"].startswith(f"<{api.db.base_url}{path}?limit=2&max_id=")
    second = api.stranger.ask("GET", links(first)["next"])
    assert [account["acct"] for account in second.json()] == ["fan2", "fan1"]
    third = api.stranger.ask("GET", links(second)["next"])
    assert [account["acct"] for account in third.json()] == ["fan0"]
    assert "next" not in links(third)
    back = api.stranger.ask("GET", links(third)["prev"])
    assert [account["acct"] for account in back.json()] == ["fan2", "fan1"]


def test_the_accounts_that_one_follows_are_listed_with_counters(api: Api) -> None:
    ada, bo = api.member("ada"), api.member("bo")
    ada.post(f"/api/v1/accounts/{bo.id}/follow")
    assert [account["acct"] for account in api.stranger.get(f"/api/v1/accounts/{ada.id}/following")] == ["bo"]
    assert api.stranger.get(f"/api/v1/accounts/{ada.id}")["following_count"] == 1
    assert api.stranger.get(f"/api/v1/accounts/{bo.id}")["followers_count"] == 1


def test_hidden_collections_are_empty_for_others_and_full_for_their_owner(api: Api) -> None:
    ada, bo = api.member("ada"), api.member("bo")
    ada.post(f"/api/v1/accounts/{bo.id}/follow")
    ada.good(ada.ask("PATCH", "/api/v1/accounts/update_credentials", json={"hide_collections": True}))
    assert bo.get(f"/api/v1/accounts/{ada.id}/following") == []
    assert [account["acct"] for account in ada.get(f"/api/v1/accounts/{ada.id}/following")] == ["bo"]


def test_followers_of_an_unknown_account_are_not_found(api: Api) -> None:
    for part in ("followers", "following", "endorsements", "featured_tags"):
        assert api.stranger.ask("GET", f"/api/v1/accounts/1/{part}").status_code == 404


def test_familiar_followers_are_those_that_the_caller_follows(api: Api) -> None:
    ada, bo, cy = api.member("ada"), api.member("bo"), api.member("cy")
    ada.post(f"/api/v1/accounts/{bo.id}/follow")
    bo.post(f"/api/v1/accounts/{cy.id}/follow")
    found = ada.get("/api/v1/accounts/familiar_followers", id=[cy.id, bo.id])
    assert [(entry["id"], [a["acct"] for a in entry["accounts"]]) for entry in found] == [(cy.id, ["bo"]), (bo.id, [])]
    as_body = ada.ask("GET", "/api/v1/accounts/familiar_followers", json={"id": [cy.id]})
    assert as_body.json()[0]["id"] == cy.id


def test_the_directory_lists_only_those_who_want_to_be_found(api: Api) -> None:
    for name in ("ada", "bo", "cy"):
        who = api.member(name)
        who.good(who.ask("PATCH", "/api/v1/accounts/update_credentials", json={"discoverable": name != "bo"}))
    newest = api.stranger.get("/api/v1/directory", order="new", local="true")
    assert [account["acct"] for account in newest] == ["cy", "ada"]
    assert [account["acct"] for account in api.stranger.get("/api/v1/directory", order="new", offset=1)] == ["ada"]
    assert len(api.stranger.get("/api/v1/directory", limit=1)) == 1


def test_the_directory_leaves_out_whom_the_caller_blocks_or_mutes(api: Api) -> None:
    ada, bo, cy = api.member("ada"), api.member("bo"), api.member("cy")
    for who in (bo, cy):
        who.good(who.ask("PATCH", "/api/v1/accounts/update_credentials", json={"discoverable": True}))
    ada.post(f"/api/v1/accounts/{bo.id}/block")
    ada.post(f"/api/v1/accounts/{cy.id}/mute")
    assert ada.get("/api/v1/directory") == []
    assert len(api.stranger.get("/api/v1/directory")) == 2
