"""Statuses over HTTP: publish, read, answer, edit, delete."""

from __future__ import annotations

import pytest

from holdfast.mastodon.entities.base import datetime_text
from tests.mastodon.asking import links
from tests.mastodon.town import Person, Town, chained, ids, walk

PUBLISH = "/api/v1/statuses"


def sees(who: Person, status: dict) -> bool:
    answer = who.ask("GET", f"{PUBLISH}/{status['id']}")
    assert answer.status_code in (200, 404)
    return answer.status_code == 200


def test_a_post_comes_back_with_everything_that_was_given(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    first = bo.says("Where?")
    made = ada.says(
        f"At the pier @{bo.name} #Ships https://example.org/a_b",
        in_reply_to_id=first["id"],
        spoiler_text="boats",
        visibility="unlisted",
        language="de",
        sensitive=False,
    )
    assert (made["in_reply_to_id"], made["in_reply_to_account_id"]) == (first["id"], bo.id)
    assert (made["spoiler_text"], made["sensitive"], made["visibility"], made["language"]) == (
        "boats", True, "unlisted", "de",
    )  # fmt: skip
    (mention,) = made["mentions"]
    assert (mention["id"], mention["username"], mention["acct"]) == (bo.id, bo.name, bo.name)
    assert made["tags"] == [{"name": "ships", "url": f"{town.db.base_url}/tags/ships"}]
    assert 'href="https://example.org/a_b"' in made["content"]
    assert made["url"] == f"{town.db.base_url}/@{ada.name}/{made['id']}"
    assert (made["favourited"], made["pinned"], made["filtered"]) == (False, False, [])
    assert made["created_at"].endswith("Z") and made["edited_at"] is None
    assert bo.get(f"{PUBLISH}/{first['id']}")["replies_count"] == 1
    shown = town.stranger.get(f"{PUBLISH}/{made['id']}")
    assert not {"favourited", "reblogged", "muted", "bookmarked", "pinned", "filtered"} & shown.keys()
    assert "pinned" not in bo.get(f"{PUBLISH}/{made['id']}")


@pytest.mark.parametrize("form", ["json", "data", "files"])
def test_a_poll_is_published_in_each_form_of_body(town: Town, form: str) -> None:
    ada = town.person("ada")
    if form == "json":
        body = {"json": {"status": "?", "poll": {"options": ["tea", "mate"], "expires_in": 600, "multiple": True}}}
    else:
        pairs = {"status": "?", "poll[options][]": ["tea", "mate"], "poll[expires_in]": "600", "poll[multiple]": "1"}
        parts = [
            (k, (None, v)) for k, values in pairs.items() for v in (values if isinstance(values, list) else [values])
        ]
        body = {"data": pairs} if form == "data" else {"files": parts}
    poll = ada.good(ada.ask("POST", PUBLISH, **body))["poll"]
    assert [option["title"] for option in poll["options"]] == ["tea", "mate"]
    assert (poll["multiple"], poll["expired"], poll["voted"], poll["own_votes"]) == (True, False, True, [])


REFUSED = [
    ({}, 422, "can't be blank"),
    ({"status": "  "}, 422, "can't be blank"),
    ({"status": "x" * 501}, 422, "limit of 500"),
    ({"status": "x" * 300, "spoiler_text": "y" * 201}, 422, "limit of 500"),
    ({"status": "x", "visibility": "secret"}, 422, "visibility"),
    ({"status": "x", "in_reply_to_id": "1"}, 404, "not found"),
    ({"status": "x", "media_ids": ["1"]}, 422, ""),
    ({"status": "x", "media_ids": ["1", "2", "3", "4", "5"]}, 422, "more than 4"),
    ({"status": "x", "media_ids": ["1"], "poll": {"options": ["a", "b"], "expires_in": 600}}, 422, "not both"),
    ({"status": "x", "poll": {"options": ["a", "b"]}}, 422, "seconds"),
    ({"status": "x", "poll": {"options": ["a"], "expires_in": 600}}, 422, "two choices"),
    ({"status": "x", "poll": {"options": list("abcde"), "expires_in": 600}}, 422, "at most 4"),
    ({"status": "x", "poll": {"options": ["a", "a"], "expires_in": 600}}, 422, "differ"),
    ({"status": "x", "poll": {"options": ["a", "b" * 51], "expires_in": 600}}, 422, "50 characters"),
    ({"status": "x", "poll": {"options": ["a", "b"], "expires_in": 5}}, 422, "at least 300"),
    ({"status": "x", "poll": {"options": ["a", "b"], "expires_in": 10**9}}, 422, "at most"),
    ({"status": "x", "scheduled_at": "tomorrow"}, 422, ""),
    ({"status": ["x"]}, 422, ""),
]


def test_what_breaks_a_rule_is_refused_in_words_and_nothing_is_published(town: Town) -> None:
    ada = town.person("ada")
    for body, status, words in REFUSED:
        answer = ada.ask("POST", PUBLISH, json=body)
        assert answer.status_code == status, (body, answer.text)
        assert words in answer.text, (body, answer.text)
        assert answer.json()["error"]
    assert ada.get(f"/api/v1/accounts/{ada.id}/statuses") == []


def test_a_warning_without_text_becomes_the_text(town: Town) -> None:
    made = town.person("ada").says("", spoiler_text="only this")
    assert ("only this" in made["content"], made["spoiler_text"]) == (True, "")


def test_a_link_counts_as_twenty_three_characters(town: Town) -> None:
    ada = town.person("ada")
    link = "https://example.org/" + "x" * 200
    assert link in ada.says("y" * 476 + " " + link)["content"]
    assert ada.ask("POST", PUBLISH, json={"status": "y" * 477 + " " + link}).status_code == 422


def test_the_same_idempotency_key_gives_the_same_post(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    key = {"idempotency-key": "k-1"}
    one, two = (ada.good(ada.ask("POST", PUBLISH, json={"status": "once"}, headers=key)) for _ in range(2))
    assert one["id"] == two["id"]
    assert bo.good(bo.ask("POST", PUBLISH, json={"status": "once"}, headers=key))["id"] != one["id"]
    other = ada.good(ada.ask("POST", PUBLISH, json={"status": "once"}, headers={"idempotency-key": "k-2"}))
    assert ids(ada.get(f"/api/v1/accounts/{ada.id}/statuses")) == [other["id"], one["id"]]
    assert ada.ask("POST", PUBLISH, json={"status": "x"}, headers={"idempotency-key": "k" * 300}).status_code == 422


def test_each_visibility_has_its_readers(town: Town) -> None:
    ada, fan, named, blocked = town.people("ada", "fan", "named", "blocked")
    fan.follows(ada)
    ada.post(f"/api/v1/accounts/{blocked.id}/block")
    for visibility, stranger, follower in (
        ("public", True, True),
        ("unlisted", True, True),
        ("private", False, True),
        ("direct", False, False),
    ):
        status = ada.says(f"for @{named.name}", visibility=visibility)
        assert sees(town.stranger, status) is stranger, visibility
        assert sees(fan, status) is follower, visibility
        assert sees(named, status) and sees(ada, status), visibility
        assert not sees(blocked, status), visibility
        for part in ("context", "history", "reblogged_by", "favourited_by"):
            answer = town.stranger.ask("GET", f"{PUBLISH}/{status['id']}/{part}")
            assert answer.status_code == (200 if stranger else 404), (visibility, part)
        for action in ("favourite", "bookmark", "mute", "reblog"):
            answer = blocked.ask("POST", f"{PUBLISH}/{status['id']}/{action}")
            assert answer.status_code == 404, (visibility, action)
        assert blocked.ask("POST", PUBLISH, json={"status": "re", "in_reply_to_id": status["id"]}).status_code == 404


def test_a_context_shows_the_thread_as_far_as_one_may_see_it(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    root = ada.says("1")
    second = bo.says("2", in_reply_to_id=root["id"])
    third = ada.says("3", in_reply_to_id=second["id"])
    fourth = bo.says("4", in_reply_to_id=third["id"])
    beside = bo.says("5", in_reply_to_id=root["id"])
    hidden = ada.says("6", in_reply_to_id=third["id"], visibility="direct")
    context = town.stranger.get(f"{PUBLISH}/{third['id']}/context")
    assert (ids(context["ancestors"]), ids(context["descendants"])) == ([root["id"], second["id"]], [fourth["id"]])
    below = ids(town.stranger.get(f"{PUBLISH}/{root['id']}/context")["descendants"])
    assert below == [second["id"], third["id"], fourth["id"], beside["id"]]
    assert hidden["id"] in ids(ada.get(f"{PUBLISH}/{third['id']}/context")["descendants"])
    bo.post(f"/api/v1/accounts/{ada.id}/mute")
    assert third["id"] not in ids(bo.get(f"{PUBLISH}/{root['id']}/context")["descendants"])


def test_an_edit_keeps_every_version(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    made = ada.says("one", spoiler_text="cw", language="de")
    path = f"{PUBLISH}/{made['id']}"
    assert len(bo.get(f"{path}/history")) == 1
    edited = ada.good(ada.ask("PUT", path, json={"status": "two #new", "spoiler_text": "", "language": "en"}))
    assert edited["edited_at"] is not None and edited["created_at"] == made["created_at"]
    assert ("two" in edited["content"], edited["language"], edited["tags"][0]["name"]) == (True, "en", "new")
    versions = bo.get(f"{path}/history")
    assert [("one" in v["content"], v["spoiler_text"]) for v in versions] == [(True, "cw"), (False, "")]
    assert versions[0]["created_at"] == made["created_at"] and versions[1]["created_at"] == edited["edited_at"]
    assert versions[0]["account"]["id"] == ada.id
    assert ada.get(f"{path}/source") == {"id": made["id"], "text": "two #new", "spoiler_text": ""}
    for method, sub, body in (("GET", "/source", None), ("PUT", "", {"status": "mine"}), ("DELETE", "", None)):
        assert bo.ask(method, path + sub, json=body).status_code in (403, 404), (method, sub)
    for body in ({"status": ""}, {"status": "x" * 501}, {"status": "x", "media_ids": ["1"]}):
        assert ada.ask("PUT", path, json=body).status_code == 422
    boost = bo.does("reblog", made)
    assert bo.ask("PUT", f"{PUBLISH}/{boost['id']}", json={"status": "x"}).status_code in (404, 422)


def test_an_edit_can_change_a_poll_and_then_its_votes_begin_anew(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    poll = {"options": ["tea", "mate"], "expires_in": 600}
    made = ada.says("?", poll=poll)
    bo.post(f"/api/v1/polls/{made['poll']['id']}/votes", choices=[1])
    path = f"{PUBLISH}/{made['id']}"
    kept = ada.good(ada.ask("PUT", path, json={"status": "now?", "poll": poll}))
    assert kept["poll"]["votes_count"] == 1
    changed = ada.good(ada.ask("PUT", path, json={"status": "now?", "poll": poll | {"options": ["tea", "milk"]}}))
    assert [option["title"] for option in changed["poll"]["options"]] == ["tea", "milk"]
    assert changed["poll"]["votes_count"] == 0
    versions = ada.get(f"{path}/history")
    assert [option["title"] for option in versions[0]["poll"]["options"]] == ["tea", "mate"]
    assert ada.good(ada.ask("PUT", path, json={"status": "no poll"}))["poll"] is None


def test_deleting_gives_the_source_back_and_takes_boosts_along(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    root = bo.says("root")
    made = ada.says("as *typed* #x", spoiler_text="cw", in_reply_to_id=root["id"])
    boost = bo.does("reblog", made)
    bo.does("favourite", made)
    gone = ada.good(ada.ask("DELETE", f"{PUBLISH}/{made['id']}"))
    assert (gone["id"], gone["text"], gone["spoiler_text"]) == (made["id"], "as *typed* #x", "cw")
    assert gone["in_reply_to_id"] == root["id"]
    assert not sees(ada, made) and not sees(bo, boost)
    assert ada.ask("DELETE", f"{PUBLISH}/{made['id']}").status_code == 404
    assert bo.get(f"{PUBLISH}/{root['id']}")["replies_count"] == 0
    assert bo.get("/api/v1/favourites") == []
    town.run_jobs()
    assert ids(bo.get(f"/api/v1/accounts/{bo.id}/statuses")) == [root["id"]]
    again = ada.says(gone["text"], spoiler_text=gone["spoiler_text"], in_reply_to_id=root["id"])
    assert again["content"] == made["content"]


def test_several_posts_come_at_once_without_what_is_hidden(town: Town) -> None:
    ada = town.person("ada")
    one, two = ada.says("1"), ada.says("2", visibility="private")
    asked = [two["id"], one["id"], "1", one["id"]]
    assert ids(ada.get(PUBLISH, id=asked)) == [two["id"], one["id"]]
    assert ids(town.stranger.get(PUBLISH, id=asked)) == [one["id"]]
    assert town.stranger.get(PUBLISH) == []


def test_defaults_of_the_author_fill_what_is_left_out(town: Town) -> None:
    ada = town.person("ada")
    source = {"privacy": "private", "sensitive": True, "language": "fr"}
    ada.good(ada.ask("PATCH", "/api/v1/accounts/update_credentials", json={"source": source}))
    made = ada.says("x")
    assert (made["visibility"], made["sensitive"], made["language"]) == ("private", True, "fr")
    other = ada.says("x", visibility="public", sensitive=False, language="en")
    assert (other["visibility"], other["sensitive"], other["language"]) == ("public", False, "en")


# ── what one does with a post ──


def test_a_boost_is_a_wrapper_around_the_original_and_made_once(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    made = ada.says("x")
    boost = bo.does("reblog", made)
    assert (boost["id"] != made["id"], boost["account"]["id"], boost["reblog"]["id"]) == (True, bo.id, made["id"])
    assert (boost["reblogged"], boost["reblog"]["reblogged"], boost["reblog"]["reblogs_count"]) == (True, True, 1)
    assert bo.does("reblog", made)["id"] == boost["id"]
    assert bo.does("reblog", boost)["id"] == boost["id"]
    assert ids(ada.get(f"{PUBLISH}/{made['id']}/reblogged_by")) == [bo.id]
    undone = bo.does("unreblog", made)
    assert (undone["id"], undone["reblogged"], undone["reblogs_count"], undone["reblog"]) == (
        made["id"],
        False,
        0,
        None,
    )
    assert bo.does("unreblog", made)["reblogs_count"] == 0
    assert not sees(bo, boost)
    again = bo.does("reblog", made)
    assert bo.good(bo.ask("DELETE", f"{PUBLISH}/{again['id']}"))["id"] == again["id"]
    assert ada.get(f"{PUBLISH}/{made['id']}")["reblogs_count"] == 0


def test_private_posts_are_boosted_by_their_author_alone_and_stay_private(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    bo.follows(ada)
    private, direct = ada.says("x", visibility="private"), ada.says("x", visibility="direct")
    assert bo.ask("POST", f"{PUBLISH}/{private['id']}/reblog").status_code == 403
    assert ada.does("reblog", private)["visibility"] == "private"
    assert ada.ask("POST", f"{PUBLISH}/{direct['id']}/reblog").status_code == 403
    public = ada.says("x")
    quiet = bo.post(f"{PUBLISH}/{public['id']}/reblog", visibility="unlisted")
    assert quiet["visibility"] == "unlisted"
    assert bo.ask("POST", f"{PUBLISH}/{public['id']}/reblog", json={"visibility": "direct"}).status_code == 422


def test_marks_are_set_and_taken_back_as_often_as_one_likes(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    made = ada.says("x")
    for action, flag in (("favourite", "favourited"), ("bookmark", "bookmarked"), ("mute", "muted")):
        assert [bo.does(action, made)[flag] for _ in range(2)] == [True, True]
        assert bo.get(f"{PUBLISH}/{made['id']}")[flag] is True
        assert ada.get(f"{PUBLISH}/{made['id']}")[flag] is False
        assert [bo.does(f"un{action}", made)[flag] for _ in range(2)] == [False, False]
    assert bo.does("favourite", made)["favourites_count"] == 1
    assert ids(town.stranger.get(f"{PUBLISH}/{made['id']}/favourited_by")) == [bo.id]
    for action in ("favourite", "unfavourite", "bookmark", "reblog", "unreblog", "pin", "unpin", "mute", "unmute"):
        assert bo.ask("POST", f"{PUBLISH}/1/{action}").status_code == 404, action


def test_only_own_posts_are_pinned_and_a_sixth_is_refused(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    made = [ada.says(f"{n}", visibility="private" if n == 4 else "public") for n in range(6)]
    assert ada.does("pin", made[0])["pinned"] is True
    for status in (*made[1:5], made[0]):
        ada.does("pin", status)
    refused = ada.ask("POST", f"{PUBLISH}/{made[5]['id']}/pin")
    assert (refused.status_code, "up to 5" in refused.text) == (422, True)
    profile = f"/api/v1/accounts/{ada.id}/statuses"
    assert ids(ada.get(profile, pinned="true")) == ids(made[4::-1])
    assert ids(town.stranger.get(profile, pinned="true")) == ids(made[3::-1])
    assert ada.does("unpin", made[0])["pinned"] is False
    ada.does("pin", made[5])
    for who, status, words in (
        (bo, made[1], "Someone else"),
        (ada, ada.says("x", visibility="direct"), "mentioned"),
        (ada, ada.does("reblog", made[1]), "boost"),
    ):
        answer = who.ask("POST", f"{PUBLISH}/{status['id']}/pin")
        assert (answer.status_code, words in answer.text) == (422, True), answer.text


@pytest.mark.parametrize(("path", "action"), [("/api/v1/favourites", "favourite"), ("/api/v1/bookmarks", "bookmark")])
def test_lists_of_marks_are_paged_by_when_the_mark_was_set(town: Town, path: str, action: str) -> None:
    ada, bo = town.people("ada", "bo")
    made = [ada.says(f"{n}") for n in range(7)]
    order = [made[n] for n in (3, 0, 6, 1, 5, 2, 4)]
    for status in order:
        bo.does(action, status)
    assert bo.ask("GET", path, params={"limit": 3}).headers["link"].index('rel="next"') < 200
    pages = walk(bo, path, limit=3)
    assert [len(page) for page in pages] == [3, 3, 1]
    assert ids(chained(pages)) == ids(order[::-1])
    last = bo.ask("GET", links(bo.ask("GET", path, params={"limit": 3}))["next"])
    back = bo.ask("GET", links(last)["prev"])
    assert ids(back.json()) == ids(order[:3:-1])
    cursor = links(last)["prev"].split("min_id=")[1]
    assert cursor not in ids(made), "the cursor is no status's id"
    ada.ask("DELETE", f"{PUBLISH}/{order[-1]['id']}")
    assert ids(bo.get(path, limit=3)) == ids(order[-2:-5:-1])


def test_who_marked_a_post_is_paged_too(town: Town) -> None:
    ada, *fans = town.people("ada", "a", "b", "c", "d", "e")
    made = ada.says("x")
    for fan in fans:
        fan.does("favourite", made)
        fan.does("reblog", made)
    for part in ("favourited_by", "reblogged_by"):
        pages = walk(town.stranger, f"{PUBLISH}/{made['id']}/{part}", limit=2)
        assert [ids(page) for page in pages] == [
            [fans[4].id, fans[3].id], [fans[2].id, fans[1].id], [fans[0].id],
        ]  # fmt: skip


def test_times_are_written_with_milliseconds(town: Town) -> None:
    made = town.person("ada").says("x")
    assert datetime_text(0) == "1970-01-01T00:00:00.000Z"
    assert len(made["created_at"]) == len("1970-01-01T00:00:00.000Z")
