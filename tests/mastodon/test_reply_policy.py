"""Who may reply, over HTTP, on both engines: said when writing or later, kept to in the whole conversation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.mastodon.town import Person, Town


def reply(who: Person, to: Any, **options: Any) -> int:
    """The status code of a reply."""
    body = {"status": "I think …", "in_reply_to_id": to["id"]} | options
    return who.ask("POST", "/api/v1/statuses", json=body).status_code


def policy(who: Person, post: Any, wanted: str) -> Any:
    """Set the policy; the answer."""
    return who.ask("PUT", f"/api/v1/statuses/{post['id']}/reply_policy", json={"reply_policy": wanted})


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("public", {"author": 200, "follower": 200, "mentioned": 200, "other": 200}),
        ("followers", {"author": 200, "follower": 200, "mentioned": 200, "other": 403}),
        ("mentioned", {"author": 200, "follower": 403, "mentioned": 200, "other": 403}),
        ("nobody", {"author": 200, "follower": 403, "mentioned": 403, "other": 403}),
    ],
)
def test_only_those_reply_whom_the_author_lets(town: Town, wanted: str, expected: dict[str, int]) -> None:
    author, follower, mentioned, other = town.people("author", "follower", "mentioned", "other")
    follower.follows(author)
    post = author.says(f"For @{mentioned.name}", reply_policy=wanted)
    who = {"author": author, "follower": follower, "mentioned": mentioned, "other": other}
    assert {name: reply(one, post) for name, one in who.items()} == expected
    later = author.says(f"For @{mentioned.name}")
    assert policy(author, later, wanted).status_code == 200
    assert {name: reply(one, later) for name, one in who.items()} == expected
    again = author.get(f"/api/v1/statuses/{post['id']}")
    assert again["replies_count"] == list(expected.values()).count(200)


def test_a_refusal_says_why(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    post = ada.says("Quiet", reply_policy="nobody")
    refused = bo.ask("POST", "/api/v1/statuses", json={"status": "but", "in_reply_to_id": post["id"]})
    assert refused.status_code == 403 and "no replies" in refused.json()["error"]


def test_the_first_post_decides_about_the_whole_conversation(town: Town) -> None:
    ada, bo, cy = town.people("ada", "bo", "cy")
    bo.follows(ada)
    root = ada.says("Followers only", reply_policy="followers")
    inner = bo.says("Yes", in_reply_to_id=root["id"])
    assert reply(cy, inner) == 403
    open_root = ada.says("Everybody")
    closed = bo.says("Mine", in_reply_to_id=open_root["id"], reply_policy="nobody")
    assert (reply(cy, closed), reply(ada, closed), reply(cy, open_root), reply(bo, closed)) == (403, 403, 200, 200)


def test_replies_through_a_boost_are_held_to_it_too(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    post = ada.says("Quiet", reply_policy="nobody")
    boost = bo.does("reblog", post)
    assert reply(bo, boost) == 403
    assert policy(bo, boost, "public").status_code == 422


def test_it_is_shown_and_changed_without_an_edit(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    post = ada.says("Hello")
    assert "interaction_policy" not in post
    assert "interaction_policy" not in bo.get(f"/api/v1/statuses/{post['id']}")
    changed = ada.good(policy(ada, post, "followers"))
    assert changed["interaction_policy"] == {
        "can_favourite": {"always": ["public"], "with_approval": []},
        "can_reply": {"always": ["author", "followers", "mentioned"], "with_approval": []},
        "can_reblog": {"always": ["public"], "with_approval": []},
    }
    seen = bo.get(f"/api/v1/statuses/{post['id']}")
    assert seen["interaction_policy"] == changed["interaction_policy"] and seen["edited_at"] is None
    private = ada.says("Friends", visibility="private", reply_policy="nobody")
    assert private["interaction_policy"]["can_reply"]["always"] == ["author"]
    assert private["interaction_policy"]["can_reblog"]["always"] == ["author"]
    assert "interaction_policy" not in ada.good(policy(ada, post, "public"))
    assert "interaction_policy" not in bo.get(f"/api/v1/statuses/{post['id']}")
    assert reply(bo, post) == 200


def test_only_the_author_changes_it(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    post = ada.says("Hello")
    assert policy(bo, post, "nobody").status_code == 404
    assert policy(ada, post, "sometimes").status_code == 422
    assert ada.ask("POST", "/api/v1/statuses", json={"status": "x", "reply_policy": "sometimes"}).status_code == 422
    assert reply(bo, post) == 200


def test_a_post_for_later_keeps_it_and_is_held_to_it(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    post = ada.says("Quiet", reply_policy="nobody")
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    assert reply(bo, post, scheduled_at=tomorrow) == 403
    assert reply(ada, post, scheduled_at=tomorrow, reply_policy="nobody") == 200
