"""What moderators do to posts that stay in sight, and to accounts that stay: each undone exactly."""

from __future__ import annotations

from typing import Any

import pytest

from holdfast import people, posts
from holdfast.errors import Invalid
from tests.conformance.scenario import picture
from tests.mastodon.town import Person, Town, ids
from tests.posts.deciding import cookie, decides

FROZEN = "The moderators have paused your posting"
LOCKED = "The moderators have locked this conversation"


def status(who: Any, post: Any) -> Any:
    return who.get(f"/api/v1/statuses/{post['id']}")


def warning(who: Any, post: Any) -> tuple[bool, str]:
    shown = status(who, post)
    return shown["sensitive"], shown["spoiler_text"]


def edits(who: Person, post: Any, text: str, **options: Any) -> None:
    who.good(who.ask("PUT", f"/api/v1/statuses/{post['id']}", json={"status": text} | options))


@pytest.mark.parametrize(
    ("sensitive", "spoiler", "warned"),
    [(False, "", (True, "Gore")), (True, "", (True, "Gore")), (True, "Blood", (True, "Blood"))],
)
def test_a_warning_is_set_where_there_is_none_and_taken_back(
    town: Town, sensitive: bool, spoiler: str, warned: tuple[bool, str]
) -> None:
    ada, bo = town.people("ada", "bo")
    post = ada.says("Look", sensitive=sensitive, spoiler_text=spoiler)
    first = decides(town, posts.warn_of, int(post["id"]), " Gore ")
    assert tuple(first[:2]) == (sensitive, spoiler) and warning(bo, post) == warned
    again = decides(town, posts.warn_of, int(post["id"]), "Gore")
    assert status(bo, post)["edited_at"] is None
    decides(town, posts.take_warning_back, int(post["id"]), again)
    assert warning(bo, post) == warned
    for _ in range(2):
        decides(town, posts.take_warning_back, int(post["id"]), list(first))
        assert warning(bo, post) == (sensitive, spoiler)


def test_an_author_puts_a_warning_in_other_words_but_cannot_go_without(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    post = ada.says("Look")
    before = decides(town, posts.warn_of, int(post["id"]), "Gore")
    edits(ada, post, "Look here", sensitive=False, spoiler_text="")
    assert warning(bo, post) == (True, "Gore")
    edits(ada, post, "Look here", spoiler_text="A wound")
    assert warning(bo, post) == (True, "A wound")
    decides(town, posts.take_warning_back, int(post["id"]), before)
    assert warning(bo, post) == (True, "A wound")
    edits(ada, post, "Look here", sensitive=False, spoiler_text="")
    assert warning(bo, post) == (False, "")
    words = "x" * 501
    for command in (posts.warn_of, posts.label):
        with pytest.raises(Invalid, match="over the limit of 500"):
            decides(town, command, int(post["id"]), words)


def test_what_has_less_reach_is_read_by_followers_and_by_who_has_its_address(town: Town) -> None:
    ada, bo, cy = town.people("ada", "bo", "cy")
    bo.follows(ada)
    tag = f"reef{ada.name}"
    cy.post(f"/api/v1/tags/{tag}/follow")
    post = ada.says(f"#{tag}")

    def places() -> tuple[bool, ...]:
        lists = [ids(town.stranger.get(f"/api/v1/timelines/{name}")) for name in ("public", f"tag/{tag}")]
        lists += [bo.home(), cy.home(), ids(cy.get(f"/api/v1/accounts/{ada.id}/statuses"))]
        return tuple(post["id"] in found for found in lists)

    assert places() == (True, True, True, True, True)
    assert decides(town, posts.reduce_reach, int(post["id"])) == "public"
    assert decides(town, posts.reduce_reach, int(post["id"])) == "unlisted"
    assert places() == (False, False, True, False, True) and status(bo, post)["visibility"] == "unlisted"
    decides(town, posts.restore_reach, int(post["id"]), "unlisted")
    assert places()[0] is False
    decides(town, posts.restore_reach, int(post["id"]), "public")
    assert places() == (True, True, True, True, True)
    private = ada.says("Among us", visibility="private")
    assert decides(town, posts.reduce_reach, int(private["id"])) == "private"
    assert status(bo, private)["visibility"] == "private"


def test_a_label_is_shown_with_the_post_wherever_it_is(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    post = ada.says("The earth is flat")
    page = f"/@{ada.name}/{post['id']}"
    assert decides(town, posts.label, int(post["id"]), "Experts <disagree>") is None
    assert decides(town, posts.label, int(post["id"]), "Experts <disagree>") == "Experts <disagree>"
    assert status(bo, post)["moderation"] == {"restriction": None, "label": "Experts <disagree>", "locked": False}
    assert "Experts &lt;disagree&gt;" in town.stranger.ask("GET", page).text
    quote = bo.says("Oh dear", quoted_status_id=post["id"])
    assert "Experts &lt;disagree&gt;" in town.stranger.ask("GET", f"/@{bo.name}/{quote['id']}").text
    assert decides(town, posts.label, int(post["id"]), None) == "Experts <disagree>"
    assert "moderation" not in status(bo, post)
    assert "From the moderators" not in town.stranger.ask("GET", page).text


def test_nobody_replies_in_a_locked_conversation(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    root = ada.says("Well?", reply_policy="followers")
    middle = ada.says("More", in_reply_to_id=root["id"])
    boost = bo.does("reblog", middle)
    first = status(bo, root), status(bo, middle)
    assert decides(town, posts.lock_thread, int(middle["id"])) is True
    assert decides(town, posts.lock_thread, int(root["id"])) is False
    for who in (ada, bo):
        for to in (root, middle, boost):
            answer = who.ask("POST", "/api/v1/statuses", json={"status": "But", "in_reply_to_id": to["id"]})
            assert answer.status_code == 403 and LOCKED in answer.json()["error"]
    for one in (root, middle):
        shown = status(bo, one)
        assert shown["moderation"]["locked"] is True
        assert shown["interaction_policy"]["can_reply"] == {"always": [], "with_approval": []}
        assert shown["interaction_policy"]["can_reblog"]["always"] == ["public"]
    page = town.stranger.ask("GET", f"/@{ada.name}/{middle['id']}", headers=cookie(town, ada)).text
    assert LOCKED in page and f"/write?reply={middle['id']}" not in page
    assert decides(town, posts.unlock_thread, int(middle["id"])) is True
    assert decides(town, posts.unlock_thread, int(middle["id"])) is False
    assert (status(bo, root), status(bo, middle)) == first
    assert ada.says("Again", in_reply_to_id=middle["id"])["id"]


def test_who_may_not_post_still_reads_and_deals_with_what_others_wrote(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    mine, theirs = ada.says("Mine"), bo.says("Theirs")
    own = int(ada.id)
    assert decides(town, people.freeze_posting, own) is True
    assert decides(town, people.freeze_posting, own) is False
    tried: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", "/api/v1/statuses", {"json": {"status": "Hello"}}),
        ("POST", "/api/v1/statuses", {"json": {"status": "Hello"}, "headers": {"idempotency-key": "once"}}),
        ("POST", "/api/v1/statuses", {"json": {"status": "But", "in_reply_to_id": theirs["id"]}}),
        ("POST", "/api/v1/statuses", {"json": {"status": "Look", "quoted_status_id": theirs["id"]}}),
        ("POST", "/api/v1/statuses", {"json": {"status": f"@{bo.name} psst", "visibility": "direct"}}),
        ("POST", "/api/v1/statuses", {"json": {"status": "Later", "scheduled_at": "2038-01-01T00:00:00Z"}}),
        ("PUT", f"/api/v1/statuses/{mine['id']}", {"json": {"status": "Changed"}}),
        ("POST", f"/api/v1/statuses/{theirs['id']}/reblog", {}),
        ("POST", "/api/v2/media", {"files": {"file": ("a.png", picture(), "image/png")}}),
    ]
    for method, path, options in tried:
        answer = ada.ask(method, path, **options)
        assert answer.status_code == 403 and FROZEN in answer.json()["error"], path
    assert ada.home() == [mine["id"]] and status(bo, mine)["content"] == "<p>Mine</p>"
    assert ada.does("favourite", theirs)["favourited"] and ada.does("bookmark", theirs)["bookmarked"]
    ada.good(ada.ask("PATCH", "/api/v1/accounts/update_credentials", json={"display_name": "Ada"}))
    ada.follows(bo)
    assert decides(town, people.thaw_posting, own) is True
    assert decides(town, people.thaw_posting, own) is False
    for method, path, options in tried:
        assert ada.ask(method, path, **options).status_code == 200, path


def test_a_limit_says_whether_it_was_there(town: Town) -> None:
    ada = town.person("ada")
    commands = (people.limit_account, people.limit_account, people.lift_limit, people.lift_limit)
    assert [decides(town, command, int(ada.id)) for command in commands] == [True, False, True, False]
    with pytest.raises(people.AccountNotFound):
        decides(town, people.freeze_posting, 1)
