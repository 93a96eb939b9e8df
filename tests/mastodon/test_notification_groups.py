"""Notifications in groups over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.mastodon.asking import Api, Voice, links
from tests.mastodon.test_notifications import say

GROUPS = "/api/v2/notifications"


def page(who: Voice, **choice: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = who.get(GROUPS, **choice)["notification_groups"]
    return found


@pytest.fixture
def liked(api: Api, run_jobs: Callable[[], None]) -> tuple[Voice, dict[str, Any], list[Voice]]:
    """Ada, her post, and three who favourite it while one of them mentions her in between."""
    ada, fans = api.member("ada"), [api.member(name) for name in ("bo", "cy", "di")]
    status = say(ada)
    for fan in fans:
        fan.post(f"/api/v1/statuses/{status['id']}/favourite")
        run_jobs()
        if fan is fans[1]:
            say(fan, "Lovely, @ada")
            run_jobs()
    return ada, status, fans


def test_favourites_of_one_post_read_as_one(liked) -> None:
    ada, status, fans = liked
    found = ada.get(GROUPS)
    group, mention = found["notification_groups"]
    told = {one["id"]: one for one in ada.get("/api/v1/notifications", types=["favourite"])}
    assert (group["type"], group["notifications_count"], group["status_id"]) == ("favourite", 3, status["id"])
    assert group["sample_account_ids"] == [one.id for one in reversed(fans)]
    assert {one["group_key"] for one in told.values()} == {group["group_key"]}
    assert [group["page_max_id"], group["page_min_id"]] == [max(told), min(told)]
    assert group["most_recent_notification_id"] == max(told)
    assert group["latest_page_notification_at"] == told[max(told)]["created_at"]
    assert mention["group_key"] == f"ungrouped-{mention['most_recent_notification_id']}"
    assert {one["id"] for one in found["accounts"]} == {one.id for one in fans}
    assert {one["id"] for one in found["statuses"]} == {status["id"], mention["status_id"]}
    assert "partial_accounts" not in found


def test_an_app_says_what_it_can_group_and_how_much_it_wants_of_accounts(liked) -> None:
    ada, _, fans = liked
    alone = page(ada, grouped_types=["follow"])
    assert [one["notifications_count"] for one in alone] == [1] * 4
    assert all(one["group_key"].startswith("ungrouped-") for one in alone)
    found = ada.get(GROUPS, expand_accounts="partial_avatars", types=["favourite"])
    assert [one["id"] for one in found["accounts"]] == [fans[2].id]
    assert {one["id"] for one in found["partial_accounts"]} == {fans[0].id, fans[1].id}
    assert set(found["partial_accounts"][0]) == {
        "id", "acct", "url", "avatar", "avatar_static", "avatar_description", "locked", "bot",
    }  # fmt: skip
    assert ada.ask("GET", GROUPS, params={"expand_accounts": "none"}).status_code == 422
    assert [one["type"] for one in page(ada, exclude_types=["favourite"])] == ["mention"]
    assert [one["type"] for one in page(ada, account_id=fans[1].id)] == ["mention", "favourite"]
    shown = page(ada, supported_types=["mention"])
    assert shown[0]["fallback"]["title"] == "Your post was favourited"
    assert "fallback" not in shown[1]


def test_pages_of_groups_lose_and_repeat_no_notification(liked) -> None:
    ada, _, _ = liked
    answer = ada.ask("GET", GROUPS, params={"limit": 1})
    (first,) = answer.json()["notification_groups"]
    assert (first["page_max_id"], first["page_min_id"], first["notifications_count"]) == (
        first["most_recent_notification_id"],
        first["most_recent_notification_id"],
        3,
    )
    seen = [first]
    while "next" in links(answer):
        following = links(answer)["next"]
        answer = ada.ask("GET", following[following.index("/api/") :])
        seen += answer.json()["notification_groups"]
    assert [one["type"] for one in seen] == ["favourite", "mention", "favourite"]
    newer = links(answer)["prev"]
    again = ada.ask("GET", newer[newer.index("/api/") :]).json()["notification_groups"]
    assert [one["type"] for one in again] == ["mention"]
    assert page(ada, min_id=first["page_max_id"]) == []
    assert page(ada, since_id=first["page_max_id"]) == []


def test_a_large_group_does_not_hide_what_is_behind_it(api: Api, run_jobs: Callable[[], None]) -> None:
    ada = api.member("ada")
    old = say(api.member("bo"), "Hello @ada")
    run_jobs()
    status = say(ada)
    for number in range(12):
        api.member(f"fan{number}").post(f"/api/v1/statuses/{status['id']}/favourite")
    run_jobs()
    group, mention = page(ada, limit=2)
    assert (group["notifications_count"], len(group["sample_account_ids"])) == (12, 8)
    assert mention["status_id"] == old["id"]


def test_one_group_is_shown_listed_and_dismissed_by_its_receiver_alone(liked) -> None:
    ada, status, fans = liked
    group, mention = page(ada)
    path = f"{GROUPS}/{group['group_key']}"
    shown = ada.get(path)
    assert shown["notification_groups"] == [group]
    assert [one["id"] for one in shown["statuses"]] == [status["id"]]
    assert [one["id"] for one in ada.get(f"{path}/accounts")] == [one.id for one in reversed(fans)]
    for where in (path, f"{path}/accounts", f"{GROUPS}/{mention['group_key']}", f"{GROUPS}/ungrouped-x"):
        assert fans[0].ask("GET", where).status_code == 404
    fans[0].post(f"{path}/dismiss")
    assert len(page(ada)) == 2
    assert ada.post(f"{path}/dismiss") == ada.post(f"{path}/dismiss") == {}
    assert [one["type"] for one in page(ada)] == ["mention"]
    ada.post(f"{GROUPS}/{mention['group_key']}/dismiss")
    assert page(ada) == []


def test_unread_groups_are_counted_from_the_marker(liked) -> None:
    ada, _, _ = liked
    assert ada.get(f"{GROUPS}/unread_count") == {"count": 2}
    assert ada.get(f"{GROUPS}/unread_count", grouped_types=["reblog"]) == {"count": 4}
    assert ada.get(f"{GROUPS}/unread_count", limit=1) == {"count": 1}
    assert ada.get(f"{GROUPS}/unread_count", types=["mention"]) == {"count": 1}
    ada.post("/api/v1/markers", notifications={"last_read_id": page(ada)[0]["page_max_id"]})
    assert ada.get(f"{GROUPS}/unread_count") == {"count": 0}


def test_a_group_ends_after_half_a_day(liked, api: Api, run_jobs: Callable[[], None], clock) -> None:
    ada, status, _ = liked
    clock.advance(6 * 3_600_000)
    api.member("ed").post(f"/api/v1/statuses/{status['id']}/favourite")
    run_jobs()
    assert [one["notifications_count"] for one in page(ada, types=["favourite"])] == [4]
    clock.advance(7 * 3_600_000)
    api.member("fi").post(f"/api/v1/statuses/{status['id']}/favourite")
    run_jobs()
    assert [one["notifications_count"] for one in page(ada, types=["favourite"])] == [1, 4]


def test_a_group_about_a_post_that_is_out_of_sight_is_left_out(liked) -> None:
    ada, status, _ = liked
    key = page(ada)[0]["group_key"]
    ada.ask("DELETE", f"/api/v1/statuses/{status['id']}")
    assert [one["type"] for one in page(ada)] == ["mention"]
    assert ada.ask("GET", f"{GROUPS}/{key}").status_code == 404
