"""What the process keeps in memory for the next request is never older than the last answer."""

from __future__ import annotations

import pytest

from holdfast import access, people
from holdfast.acting import SYSTEM
from holdfast.writes import Ability
from tests.mastodon.town import Person, Town

ME = "/api/v1/accounts/verify_credentials"


def account(who: Person, whom: Person) -> dict[str, object]:
    found: dict[str, object] = who.get(f"/api/v1/accounts/{whom.id}")
    return found


def test_a_revoked_token_is_refused_at_once(town: Town) -> None:
    ada = town.person("ada")
    assert ada.get(ME)["id"] == ada.get(ME)["id"] == ada.id
    with town.db.read() as r:
        (app,) = access.authorized_apps(r, int(ada.id))
    access.revoke_app(town.db, ada.acting, app.app_id)
    assert ada.ask("GET", ME).status_code == 401


def test_a_frozen_login_is_refused_at_once_and_let_in_again(town: Town) -> None:
    ada, owner = town.person("ada"), SYSTEM
    ada.get(ME)
    access.disable_sign_in(town.db, owner, int(ada.id))
    assert ada.ask("GET", ME).status_code == 403
    access.enable_sign_in(town.db, owner, int(ada.id))
    assert ada.ask("GET", ME).status_code == 200


def test_a_suspended_author_is_gone_from_every_list_at_once(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    ada.follows(bo)
    post = bo.says("Soon gone #gone")
    lists = ["/api/v1/timelines/home", "/api/v1/timelines/public", "/api/v1/timelines/tag/gone"]
    for path in lists * 2:
        assert post["id"] in [one["id"] for one in ada.get(path)], path

    def suspend() -> None:
        with town.db.write(SYSTEM, Ability.MODERATION) as w:
            people.suspend_account(w, int(bo.id))

    town.db.submit(suspend).result()
    for path in lists:
        assert post["id"] not in [one["id"] for one in ada.get(path)], path
    assert ada.ask("GET", f"/api/v1/statuses/{post['id']}").status_code == 404
    assert account(ada, bo)["suspended"] is True


def test_members_are_told_of_themselves_as_they_are_now(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    assert ada.get(ME)["display_name"] == ada.get(ME)["display_name"]
    ada.good(ada.ask("PATCH", "/api/v1/accounts/update_credentials", data={"display_name": "Anew", "locked": "true"}))
    assert ada.get(ME)["display_name"] == "Anew"
    bo.follows(ada)
    assert ada.get(ME)["source"]["follow_requests_count"] == 1
    bo.post(f"/api/v1/accounts/{ada.id}/unfollow")
    assert ada.get(ME)["source"]["follow_requests_count"] == 0
    access.set_role(town.db, SYSTEM, int(ada.id), "moderator")
    assert ada.get(ME)["role"]["name"] != bo.get(ME)["role"]["name"]


@pytest.mark.parametrize("reads", ["status", "home", "profile", "context", "notifications"])
def test_marks_edits_and_counters_show_at_once(town: Town, reads: str) -> None:
    ada, bo = town.people("ada", "bo")
    ada.follows(bo)
    root = ada.says("The root")
    post = bo.says(f"@{ada.name} before", in_reply_to_id=root["id"])

    def seen() -> dict[str, object]:
        match reads:
            case "status":
                found = ada.get(f"/api/v1/statuses/{post['id']}")
            case "home":
                found = next(one for one in ada.get("/api/v1/timelines/home") if one["id"] == post["id"])
            case "profile":
                found = ada.get(f"/api/v1/accounts/{bo.id}/statuses")[0]
            case "context":
                found = ada.get(f"/api/v1/statuses/{root['id']}/context")["descendants"][0]
            case _:
                town.run_jobs()
                found = next(one for one in ada.get("/api/v1/notifications") if one["type"] == "mention")["status"]
        return dict(found)

    assert seen() == seen()
    ada.does("favourite", post)
    assert (seen()["favourited"], seen()["favourites_count"]) == (True, 1)
    ada.does("unfavourite", post)
    assert (seen()["favourited"], seen()["favourites_count"]) == (False, 0)
    bo.good(bo.ask("PUT", f"/api/v1/statuses/{post['id']}", data={"status": f"@{ada.name} after"}))
    assert "after" in str(seen()["content"])
    reply = ada.says("And?", in_reply_to_id=post["id"])
    assert seen()["replies_count"] == 1
    ada.ask("DELETE", f"/api/v1/statuses/{reply['id']}")
    assert seen()["replies_count"] == 0
