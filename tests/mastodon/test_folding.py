"""Replies that the author folds away, over HTTP, on both engines: last and apart for everybody, and still there."""

from __future__ import annotations

from typing import Any

from holdfast import access
from holdfast.acting import SYSTEM
from tests.mastodon.town import Person, Town, ids


def action(who: Person, name: str, post: Any) -> Any:
    """Fold or unfold; the answer."""
    return who.ask("POST", f"/api/v1/statuses/{post['id']}/{name}")


def below(who: Any, post: Any) -> list[str]:
    """The ids below a post, as somebody reads them."""
    return ids(who.get(f"/api/v1/statuses/{post['id']}/context")["descendants"])


def test_a_folded_reply_comes_last_with_all_beneath_it_for_everybody(town: Town) -> None:
    ada, bo, cy = town.people("ada", "bo", "cy")
    root = ada.says("What do you think?")
    noise = bo.says("First!", in_reply_to_id=root["id"])
    below_noise = cy.says("Hm.", in_reply_to_id=noise["id"])
    answer = cy.says("A lot.", in_reply_to_id=root["id"])
    everybody = (ada, bo, cy, town.stranger)
    numbers = [one["id"] for one in (noise, below_noise, answer)]
    assert all(below(who, root) == numbers for who in everybody)
    assert "folded" not in bo.get(f"/api/v1/statuses/{noise['id']}")

    assert ada.good(action(ada, "fold", noise))["folded"] is True
    ada.good(action(ada, "fold", noise))  # asked again, nothing changes
    apart = [answer["id"], noise["id"], below_noise["id"]]
    for who in everybody:
        assert below(who, root) == apart
        shown = {one["id"]: one for one in who.get(f"/api/v1/statuses/{root['id']}/context")["descendants"]}
        assert [number for number in apart if shown[number].get("folded")] == [noise["id"]]
        assert who.get(f"/api/v1/statuses/{noise['id']}")["folded"] is True
        assert below(who, noise) == [below_noise["id"]]
    assert ada.get(f"/api/v1/statuses/{root['id']}")["replies_count"] == 2
    assert bo.get(f"/api/v1/statuses/{noise['id']}")["edited_at"] is None

    assert "folded" not in ada.good(action(ada, "unfold", noise))
    ada.good(action(ada, "unfold", noise))
    assert all(below(who, root) == numbers for who in everybody)


def test_only_those_fold_whose_conversation_it_is(town: Town) -> None:
    ada, bo, cy, mo = town.people("ada", "bo", "cy", "mo")
    access.set_role(town.db, SYSTEM, mo.number, "moderator")
    root = ada.says("Hello")
    inner = bo.says("Yes", in_reply_to_id=root["id"])
    deep = cy.says("No", in_reply_to_id=inner["id"])
    for who, post in ((cy, inner), (mo, inner), (bo, inner), (cy, deep), (mo, deep), (ada, root), (bo, root)):
        refused = action(who, "fold", post)
        assert refused.status_code == 403 and refused.json()["error"], (who.name, post["content"])
        assert not who.get(f"/api/v1/statuses/{post['id']}").get("folded")
    by_host = ada.says("Wait", in_reply_to_id=inner["id"])
    assert action(bo, "fold", by_host).status_code == 403
    assert town.stranger.ask("POST", f"/api/v1/statuses/{deep['id']}/fold").status_code == 401

    bo.good(action(bo, "fold", deep))  # the author of the parent
    assert action(cy, "unfold", deep).status_code == action(mo, "unfold", deep).status_code == 403
    ada.good(action(ada, "unfold", deep))  # who began the conversation has the last word
    ada.good(action(ada, "fold", deep))
    assert action(bo, "unfold", deep).status_code == 403
    assert bo.get(f"/api/v1/statuses/{deep['id']}")["folded"] is True


def test_what_is_not_seen_is_not_folded(town: Town) -> None:
    ada, bo, cy = town.people("ada", "bo", "cy")
    root = ada.says("Hello")
    whispered = bo.says(f"@{cy.name} look", in_reply_to_id=root["id"], visibility="direct")
    assert action(ada, "fold", whispered).status_code == 404
    said = bo.says("aloud", in_reply_to_id=root["id"])
    boost = ada.does("reblog", said)
    assert ada.good(action(ada, "fold", boost))["reblog"]["folded"] is True  # through a boost, what it boosts
    assert cy.get(f"/api/v1/statuses/{said['id']}")["folded"] is True


def test_those_who_were_told_of_a_reply_keep_what_they_were_told(town: Town) -> None:
    ada, bo, cy = town.people("ada", "bo", "cy")
    root = ada.says("Hello")
    reply = bo.says(f"@{cy.name} @{ada.name} look", in_reply_to_id=root["id"])
    town.run_jobs()
    ada.good(action(ada, "fold", reply))
    town.run_jobs()
    assert [one["status"]["id"] for one in cy.get("/api/v1/notifications")] == [reply["id"]]
    assert [one["type"] for one in bo.get("/api/v1/notifications")] == []
