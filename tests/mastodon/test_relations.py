"""Following, blocking, muting, featuring and noting, through the client API."""

from __future__ import annotations

from sqlalchemy import update

from holdfast.acting import SYSTEM
from holdfast.people import tables
from holdfast.writes import Ability
from tests.mastodon.asking import Api, links


def lock(who) -> None:
    who.good(who.ask("PATCH", "/api/v1/accounts/update_credentials", json={"locked": True}))


def test_following_shows_on_both_sides(api: Api) -> None:
    ada, bo = api.member("ada"), api.member("bo")
    made = ada.post(f"/api/v1/accounts/{bo.id}/follow", reblogs=False, notify=True, languages=["de", "en"])
    assert made["id"] == bo.id
    assert (made["following"], made["showing_reblogs"], made["notifying"]) == (True, False, True)
    assert made["languages"] == ["de", "en"]
    (seen,) = bo.get("/api/v1/accounts/relationships", id=[ada.id])
    assert (seen["followed_by"], seen["following"]) == (True, False)
    ended = ada.post(f"/api/v1/accounts/{bo.id}/unfollow")
    assert (ended["following"], ended["languages"], ended["showing_reblogs"]) == (False, None, False)


def test_following_again_changes_only_the_options_that_are_given(api: Api) -> None:
    ada, bo = api.member("ada"), api.member("bo")
    ada.post(f"/api/v1/accounts/{bo.id}/follow", notify=True, languages=["de"])
    changed = ada.post(f"/api/v1/accounts/{bo.id}/follow", reblogs=False)
    assert (changed["notifying"], changed["showing_reblogs"], changed["languages"]) == (True, False, ["de"])


def test_a_locked_account_is_asked_first(api: Api) -> None:
    ada, bo, cy = api.member("ada"), api.member("bo"), api.member("cy")
    lock(bo)
    asked = ada.post(f"/api/v1/accounts/{bo.id}/follow")
    assert (asked["following"], asked["requested"]) == (False, True)
    cy.post(f"/api/v1/accounts/{bo.id}/follow")
    assert [account["acct"] for account in bo.get("/api/v1/follow_requests")] == ["cy", "ada"]
    assert bo.get("/api/v1/accounts/verify_credentials")["source"]["follow_requests_count"] == 2
    assert bo.post(f"/api/v1/follow_requests/{ada.id}/authorize")["followed_by"] is True
    turned_down = bo.post(f"/api/v1/follow_requests/{cy.id}/reject")
    assert (turned_down["followed_by"], turned_down["requested_by"]) == (False, False)
    assert bo.get("/api/v1/follow_requests") == []


def test_a_request_that_nobody_made_is_not_found(api: Api) -> None:
    ada, bo = api.member("ada"), api.member("bo")
    for answer in ("authorize", "reject"):
        assert bo.ask("POST", f"/api/v1/follow_requests/{ada.id}/{answer}").status_code == 404
        assert bo.ask("POST", f"/api/v1/follow_requests/1/{answer}").status_code == 404


def test_follow_requests_come_in_pages(api: Api) -> None:
    bo = api.member("bo")
    lock(bo)
    for n in range(3):
        api.member(f"fan{n}").post(f"/api/v1/accounts/{bo.id}/follow")
    first = bo.ask("GET", "/api/v1/follow_requests", params={"limit": 2})
    second = bo.ask("GET", links(first)["next"])
    assert [account["acct"] for account in first.json() + second.json()] == ["fan2", "fan1", "fan0"]


def test_who_is_blocked_cannot_follow(api: Api) -> None:
    ada, bo = api.member("ada"), api.member("bo")
    bo.post(f"/api/v1/accounts/{ada.id}/follow")
    blocked = ada.post(f"/api/v1/accounts/{bo.id}/block")
    assert (blocked["blocking"], blocked["followed_by"]) == (True, False)
    (seen,) = bo.get("/api/v1/accounts/relationships", id=[ada.id])
    assert seen["blocked_by"] is True
    assert bo.ask("POST", f"/api/v1/accounts/{ada.id}/follow").status_code == 403
    assert [account["acct"] for account in ada.get("/api/v1/blocks")] == ["bo"]
    assert ada.post(f"/api/v1/accounts/{bo.id}/unblock")["blocking"] is False
    assert ada.get("/api/v1/blocks") == []


def test_a_mute_can_spare_notifications_and_end_by_itself(api: Api) -> None:
    ada, bo, cy = api.member("ada"), api.member("bo"), api.member("cy")
    timed = ada.post(f"/api/v1/accounts/{bo.id}/mute", notifications=False, duration=3600)
    assert (timed["muting"], timed["muting_notifications"]) == (True, False)
    assert timed["muting_expires_at"].endswith("Z")
    ada.post(f"/api/v1/accounts/{cy.id}/mute")
    listed = ada.get("/api/v1/mutes")
    assert [(account["acct"], account["mute_expires_at"]) for account in listed] == [
        ("cy", None),
        ("bo", timed["muting_expires_at"]),
    ]
    with api.db.write(SYSTEM, Ability.JOBS) as w:
        w.run(update(tables.mutes).where(tables.mutes.c.target_id == bo.number).values(expires_at=1))
    assert [account["acct"] for account in ada.get("/api/v1/mutes")] == ["cy"]
    assert ada.post(f"/api/v1/accounts/{cy.id}/unmute")["muting"] is False


def test_a_follow_neither_ends_a_mute_nor_its_time(api: Api) -> None:
    ada, bo = api.member("ada"), api.member("bo")
    ada.post(f"/api/v1/accounts/{bo.id}/mute", duration=3600, notifications=False)
    muted = ada.get("/api/v1/accounts/relationships", id=[bo.id])[0]
    ada.post(f"/api/v1/accounts/{bo.id}/follow")
    followed = ada.post(f"/api/v1/accounts/{bo.id}/follow", reblogs=False)
    assert followed == muted | {"following": True, "showing_reblogs": False} and followed["muting"]
    written = bo.post("/api/v1/statuses", status="Hello")["id"]
    assert ada.get("/api/v1/timelines/home") == []
    ada.post(f"/api/v1/accounts/{bo.id}/unmute")
    assert [one["id"] for one in ada.get("/api/v1/timelines/home")] == [written]


def test_a_follower_can_be_removed(api: Api) -> None:
    ada, bo = api.member("ada"), api.member("bo")
    bo.post(f"/api/v1/accounts/{ada.id}/follow")
    assert ada.post(f"/api/v1/accounts/{bo.id}/remove_from_followers")["followed_by"] is False


def test_only_followed_accounts_can_be_featured(api: Api) -> None:
    ada, bo = api.member("ada"), api.member("bo")
    assert ada.ask("POST", f"/api/v1/accounts/{bo.id}/endorse").status_code == 422
    ada.post(f"/api/v1/accounts/{bo.id}/follow")
    assert ada.post(f"/api/v1/accounts/{bo.id}/endorse")["endorsed"] is True
    assert ada.post(f"/api/v1/accounts/{bo.id}/pin")["endorsed"] is True
    assert [account["acct"] for account in ada.get("/api/v1/endorsements")] == ["bo"]
    assert [account["acct"] for account in api.stranger.get(f"/api/v1/accounts/{ada.id}/endorsements")] == ["bo"]
    assert ada.post(f"/api/v1/accounts/{bo.id}/unendorse")["endorsed"] is False
    assert ada.post(f"/api/v1/accounts/{bo.id}/unpin")["endorsed"] is False
    assert ada.get("/api/v1/endorsements") == []


def test_a_note_is_kept_for_its_writer_alone(api: Api) -> None:
    ada, bo = api.member("ada"), api.member("bo")
    assert ada.post(f"/api/v1/accounts/{bo.id}/note", comment="met at the harbour")["note"] == "met at the harbour"
    (seen,) = bo.get("/api/v1/accounts/relationships", id=[ada.id])
    assert seen["note"] == ""
    assert ada.post(f"/api/v1/accounts/{bo.id}/note")["note"] == ""


def test_a_domain_is_blocked_and_unblocked_in_any_body(api: Api) -> None:
    ada = api.member("ada")
    assert ada.post("/api/v1/domain_blocks", domain="Spam.Example") == {}
    assert ada.good(ada.ask("POST", "/api/v1/domain_blocks", data={"domain": "other.example"})) == {}
    assert ada.get("/api/v1/domain_blocks") == ["other.example", "spam.example"]
    assert ada.good(ada.ask("DELETE", "/api/v1/domain_blocks", data={"domain": "spam.example"})) == {}
    assert ada.good(ada.ask("DELETE", "/api/v1/domain_blocks", params={"domain": "other.example"})) == {}
    assert ada.get("/api/v1/domain_blocks") == []


def test_what_is_no_domain_is_refused_with_its_field(api: Api) -> None:
    ada = api.member("ada")
    for wrong in ({}, {"domain": ""}, {"domain": "no domain"}):
        for method in ("POST", "DELETE"):
            answer = ada.ask(method, "/api/v1/domain_blocks", json=wrong)
            assert answer.status_code == 422
            assert "domain" in answer.json()["details"]


def test_relationships_come_in_the_order_asked_and_leave_suspended_accounts_out(api: Api) -> None:
    ada, bo, cy = api.member("ada"), api.member("bo"), api.member("cy")
    with api.db.write(SYSTEM, Ability.JOBS) as w:
        w.run(update(tables.accounts).where(tables.accounts.c.id == cy.number).values(suspended_at=1))
    asked = [cy.id, bo.id, "1"]
    assert [seen["id"] for seen in ada.get("/api/v1/accounts/relationships", id=asked)] == [bo.id]
    both = ada.get("/api/v1/accounts/relationships", id=asked, with_suspended="true")
    assert [seen["id"] for seen in both] == [cy.id, bo.id]
    assert [seen["id"] for seen in ada.good(ada.ask("GET", f"/api/v1/accounts/relationships?id={bo.id}"))] == [bo.id]


def test_nobody_relates_to_themselves_or_to_the_unknown(api: Api) -> None:
    ada = api.member("ada")
    for action in ("follow", "unfollow", "block", "unblock", "mute", "unmute", "note", "endorse", "unendorse"):
        assert ada.ask("POST", f"/api/v1/accounts/{ada.id}/{action}").status_code == 403
        assert ada.ask("POST", f"/api/v1/accounts/1/{action}").status_code == 404
