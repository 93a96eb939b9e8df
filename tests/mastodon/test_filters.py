"""Filters over HTTP, on both engines: making them in both versions of the API, and what they do to statuses."""

from __future__ import annotations

from typing import Any

import pytest

from holdfast.acting import SYSTEM
from holdfast.filters import filters_of
from holdfast.people import delete_account
from holdfast.writes import Ability
from tests.faults.pictures import noise
from tests.mastodon.town import Person, Town, ids, walk

PATH = "/api/v2/filters"


def make(owner: Person, *keywords: Any, **options: Any) -> Any:
    """A filter with these keywords (texts, or the hashes that the API takes); the entity."""
    words = [{"keyword": one} if isinstance(one, str) else one for one in keywords]
    return owner.post(PATH, **{"title": "Films", "context": ["home"], "keywords_attributes": words} | options)


def caught(who: Person, status: Any) -> list[Any]:
    """What the viewer's filters found in a status."""
    found: list[Any] = who.get(f"/api/v1/statuses/{status['id']}")["filtered"]
    return found


def matched(who: Person, status: Any) -> list[str]:
    """The keywords that were found."""
    return [word for one in caught(who, status) for word in one["keyword_matches"] or ()]


def test_a_filter_is_made_changed_and_deleted(town: Town) -> None:
    ada = town.person("ada")
    made = make(ada, "ending", {"keyword": "film", "whole_word": False}, context=["home", "public"],
                filter_action="hide", expires_in=3600)  # fmt: skip
    first, second = made["keywords"]
    assert (made["title"], made["context"], made["filter_action"]) == ("Films", ["home", "public"], "hide")
    assert made["expires_at"] and made["statuses"] == []
    assert [(one["keyword"], one["whole_word"]) for one in (first, second)] == [("ending", True), ("film", False)]
    path = f"{PATH}/{made['id']}"
    assert ada.get(PATH) == [made] and ada.get(path) == made
    words = [{"id": first["id"], "_destroy": True}, {"id": second["id"], "keyword": "movie"}, {"keyword": "actor"}]
    wanted = {"title": "Movies", "context": ["thread"], "filter_action": "blur", "keywords_attributes": words}
    changed = ada.good(ada.ask("PUT", path, json=wanted))
    assert (changed["title"], changed["context"], changed["filter_action"]) == ("Movies", ["thread"], "blur")
    assert changed["expires_at"] == made["expires_at"]
    assert [(one["keyword"], one["whole_word"]) for one in changed["keywords"]] == [("movie", False), ("actor", True)]
    assert ada.good(ada.ask("PUT", path, json={"expires_in": None}))["expires_at"] is None
    assert ada.good(ada.ask("DELETE", path)) == {}
    assert ada.get(PATH) == [] and ada.ask("GET", path).status_code == 404


def test_a_form_makes_a_filter_too(town: Town) -> None:
    ada = town.person("ada")
    form = {"title": "Films", "context[]": ["home", "thread"], "keywords_attributes[][keyword]": "end",
            "keywords_attributes[][whole_word]": "false"}  # fmt: skip
    made = ada.good(ada.ask("POST", PATH, data=form))
    assert made["context"] == ["home", "thread"] and not made["keywords"][0]["whole_word"]


@pytest.mark.parametrize(
    ("wrong", "status"),
    [({"title": " "}, 422), ({"context": []}, 422), ({"context": ["nowhere"]}, 422), ({"filter_action": "burn"}, 422),
     ({"title": "x" * 257}, 422), ({"expires_in": -1}, 422), ({"keywords_attributes": [{"keyword": " "}]}, 422),
     ({"keywords_attributes": [{"keyword": "x" * 513}]}, 422), ({"keywords_attributes": [{}]}, 422),
     ({"keywords_attributes": [{"keyword": "a"}] * 201}, 422), ({"keywords_attributes": [{"id": "5"}]}, 404)],
)  # fmt: skip
def test_a_filter_that_makes_no_sense_is_refused(town: Town, wrong: dict[str, Any], status: int) -> None:
    ada = town.person("ada")
    refused = ada.ask("POST", PATH, json={"title": "Films", "context": ["home"]} | wrong)
    assert refused.status_code == status and refused.json()["error"]
    assert ada.get(PATH) == []


def test_keywords_and_posts_are_changed_one_by_one(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    path = f"{PATH}/{make(ada)['id']}"
    word = ada.post(f"{path}/keywords", keyword="ending")
    assert word["whole_word"] is True and ada.get(f"{path}/keywords") == [word]
    one = f"{PATH}/keywords/{word['id']}"
    changed = ada.good(ada.ask("PUT", one, json={"keyword": "end", "whole_word": False}))
    assert changed == word | {"keyword": "end", "whole_word": False} == ada.get(one)
    assert ada.ask("PUT", one, json={"keyword": ""}).status_code == 422
    assert ada.ask("POST", f"{path}/keywords", json={"keyword": ""}).status_code == 422
    assert ada.good(ada.ask("DELETE", one)) == {} and ada.get(f"{path}/keywords") == []
    status, hidden = bo.says("seen"), bo.says("unseen", visibility="private")
    kept = ada.post(f"{path}/statuses", status_id=status["id"])
    assert kept["status_id"] == status["id"] and ada.post(f"{path}/statuses", status_id=status["id"]) == kept
    assert ada.ask("POST", f"{path}/statuses", json={"status_id": hidden["id"]}).status_code == 422
    assert ada.get(f"{path}/statuses") == [kept] and ada.get(f"{PATH}/statuses/{kept['id']}") == kept
    (found,) = caught(ada, status)
    assert found["status_matches"] == [status["id"]] and found["keyword_matches"] is None
    assert set(found["filter"]) == {"id", "title", "context", "expires_at", "filter_action"}
    ada.good(ada.ask("DELETE", f"{PATH}/statuses/{kept['id']}"))
    assert caught(ada, status) == [] and ada.get(f"{path}/statuses") == []


def test_filters_of_others_are_not_found(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    made = make(ada, "ending")
    status = ada.says("hello")
    kept = ada.post(f"{PATH}/{made['id']}/statuses", status_id=status["id"])
    word = made["keywords"][0]["id"]
    for method, path in (
        ("GET", f"{PATH}/{made['id']}"), ("PUT", f"{PATH}/{made['id']}"), ("DELETE", f"{PATH}/{made['id']}"),
        ("GET", f"{PATH}/keywords/{word}"), ("PUT", f"{PATH}/keywords/{word}"), ("DELETE", f"{PATH}/keywords/{word}"),
        ("GET", f"{PATH}/statuses/{kept['id']}"), ("DELETE", f"{PATH}/statuses/{kept['id']}"),
        ("GET", f"{PATH}/{made['id']}/keywords"), ("POST", f"{PATH}/{made['id']}/statuses"),
        ("GET", f"/api/v1/filters/{word}"), ("PUT", f"/api/v1/filters/{word}"), ("DELETE", f"/api/v1/filters/{word}"),
    ):  # fmt: skip
        body = {"keyword": "x", "phrase": "x", "context": ["home"], "title": "x", "status_id": status["id"]}
        assert bo.ask(method, path, json=body if method in ("PUT", "POST") else None).status_code == 404, (method, path)
    mine = make(bo)
    stolen = {"keywords_attributes": [{"id": word, "keyword": "mine now"}]}
    assert bo.ask("PUT", f"{PATH}/{mine['id']}", json=stolen).status_code == 404
    assert ada.get(f"{PATH}/{made['id']}")["keywords"] == made["keywords"]


@pytest.mark.parametrize(
    ("keyword", "whole", "text", "is_caught"),
    [
        ("cat", True, "A cat.", True), ("cat", True, "concatenate", False), ("cat", False, "concatenate", True),
        ("CAT", True, "my cat", True), ("cat", True, "cat_food", False), ("cat", True, "catcat cat", True),
        ("straße", True, "Die STRASSE hier", True), ("ﬁlm", True, "a film", True),
        ("кот", True, "это кот", True), ("кот", True, "который", False),
        ("कि", True, "कि यह", True), ("कि", True, "किताब", False), ("क", True, "कि", False),
        ("猫", False, "黒猫です", True), ("#cats", True, "see #cats", True), ("cat dog", True, "cat\n\ndog", True),
        (".*", False, "anything", False), ("a.c", True, "abc", False), ("(cat", False, "a (cat)", True),
        ("c++", True, "I like c++!", True), ("<b>", False, "1 <b> 2", True), ("(a+)+$", False, "aaaa", False),
        ("%", False, "no sign", False), ("b", True, "a &lt;", False),
    ],
)  # fmt: skip
def test_keywords_are_found_as_words_or_anywhere_and_never_as_patterns(
    town: Town, keyword: str, whole: bool, text: str, is_caught: bool
) -> None:
    ada, bo = town.people("ada", "bo")
    make(ada, {"keyword": keyword, "whole_word": whole})
    assert matched(ada, bo.says(text)) == ([keyword] if is_caught else [])


def test_everything_that_can_be_read_is_looked_through(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    make(ada, "ending")
    assert matched(ada, bo.says("fine", spoiler_text="The ending"))
    poll = {"options": ["a good ending", "none"], "expires_in": 600}
    assert matched(ada, bo.says("Which?", poll=poll))
    answer = bo.ask("POST", "/api/v2/media", files={"file": ("x.png", noise(900), "image/png")},
                    data={"description": "The ending"})  # fmt: skip
    assert matched(ada, bo.says("Look", media_ids=[bo.good(answer)["id"]]))
    status = bo.says("Nothing here")
    assert not matched(ada, status)
    bo.good(bo.ask("PUT", f"/api/v1/statuses/{status['id']}", json={"status": "Now the ending"}))
    assert matched(ada, status)


def test_own_posts_and_other_viewers_are_left_alone(town: Town) -> None:
    ada, bo, cy = town.people("ada", "bo", "cy")
    make(ada, "ending", filter_action="hide")
    status = bo.says("The ending")
    assert matched(ada, status) == ["ending"]
    assert caught(cy, status) == [] and "filtered" not in town.stranger.get(f"/api/v1/statuses/{status['id']}")
    mine = ada.says("The ending")
    assert caught(ada, mine) == [] and mine["id"] in ada.home()


def test_a_boost_is_caught_for_what_it_boosts(town: Town) -> None:
    ada, bo, cy = town.people("ada", "bo", "cy")
    ada.follows(bo)
    made = make(ada, "ending")
    status = cy.says("The ending")
    boost = bo.does("reblog", status)
    (shown,) = ada.get("/api/v1/timelines/home")
    assert shown["id"] == boost["id"]
    assert [one["keyword_matches"] for one in shown["filtered"]] == [["ending"]]
    assert shown["reblog"]["filtered"] == shown["filtered"]
    ada.good(ada.ask("PUT", f"{PATH}/{made['id']}", json={"filter_action": "hide"}))
    assert ada.home() == []


def test_what_is_hidden_leaves_home_lists_and_notifications_and_stays_marked_elsewhere(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    ada.follows(bo)
    number = ada.post("/api/v1/lists", title="Sailors")["id"]
    ada.post(f"/api/v1/lists/{number}/accounts", account_ids=[bo.id])
    plain = bo.says(f"@{ada.name} hello")
    secret = bo.says(f"@{ada.name} the ending")
    town.run_jobs()
    both = [secret["id"], plain["id"]]
    assert ada.home() == both
    made = make(ada, "ending", filter_action="hide", context=["home"])
    listed = f"/api/v1/timelines/list/{number}"
    told = [one["status"]["id"] for one in ada.get("/api/v1/notifications", types=["mention"])]
    assert ada.home() == ids(ada.get(listed)) == [plain["id"]] and told == both
    ada.good(ada.ask("PUT", f"{PATH}/{made['id']}", json={"context": ["notifications", "public", "account"]}))
    told = [one["status"]["id"] for one in ada.get("/api/v1/notifications", types=["mention"])]
    assert ada.home() == ids(ada.get(listed)) == both and told == [plain["id"]]
    for path in ("/api/v1/timelines/public", f"/api/v1/accounts/{bo.id}/statuses"):
        shown = {one["id"]: one["filtered"] for one in ada.get(path)}
        assert shown[plain["id"]] == [] and shown[secret["id"]][0]["filter"]["filter_action"] == "hide"


def test_a_page_that_is_hidden_as_a_whole_does_not_end_the_timeline(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    ada.follows(bo)
    make(ada, "ending", filter_action="hide")
    oldest = bo.says("first")["id"]
    for n in range(5):
        bo.says(f"the ending {n}")
    newest = bo.says("last")["id"]
    pages = walk(ada, "/api/v1/timelines/home", limit=2)
    assert [one["id"] for page in pages for one in page] == [newest, oldest]
    assert ada.home(min_id=oldest, limit=2) == [newest]


def test_a_filter_whose_time_is_over_does_nothing(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    ada, bo = town.people("ada", "bo")
    make(ada, "ending", expires_in=60)
    status = bo.says("The ending")
    assert matched(ada, status)
    now = town.db.clock.now
    monkeypatch.setattr(town.db.clock, "now", lambda: now() + 61_000)
    assert not matched(ada, status)
    assert len(ada.get(PATH)) == 1


def test_version_1_shows_the_same_filters_word_by_word(town: Town) -> None:
    ada, bo = town.people("ada", "bo")
    made = make(ada, "ending", "actor")
    old = ada.get("/api/v1/filters")
    assert [one["phrase"] for one in old] == ["ending", "actor"]
    assert [one["id"] for one in old] == [one["id"] for one in made["keywords"]]
    new = ada.post("/api/v1/filters", phrase="sea", context=["home", "thread"], irreversible=True, expires_in=600)
    assert new == ada.get(f"/api/v1/filters/{new['id']}")
    assert (new["irreversible"], new["whole_word"], bool(new["expires_at"])) == (True, False, True)
    assert ada.get(PATH)[1]["filter_action"] == "hide"
    path = f"/api/v1/filters/{new['id']}"
    assert ada.good(ada.ask("PUT", path, json={"whole_word": True})) == new | {"whole_word": True}
    wanted = {"phrase": "seas", "context": ["home"], "irreversible": False, "expires_in": None}
    changed = ada.good(ada.ask("PUT", path, json=wanted))
    assert changed == new | {"phrase": "seas", "context": ["home"], "irreversible": False, "whole_word": True,
                             "expires_at": None}  # fmt: skip
    assert matched(ada, bo.says("seven seas")) == ["seas"]
    refused = ada.ask("PUT", f"/api/v1/filters/{old[0]['id']}", json={"phrase": "x", "context": ["public"]})
    assert refused.status_code == 422 and "several keywords" in refused.json()["error"]
    for wrong in ({"phrase": ""}, {"context": []}):
        assert ada.ask("PUT", path, json=wrong).status_code == 422
    for wrong in ({"phrase": "", "context": ["home"]}, {"phrase": "x"}):
        assert ada.ask("POST", "/api/v1/filters", json=wrong).status_code == 422
    assert ada.good(ada.ask("DELETE", path)) == {}
    assert ids(ada.get(PATH)) == [made["id"]]
    ada.good(ada.ask("DELETE", f"/api/v1/filters/{old[0]['id']}"))
    assert [one["keyword"] for one in ada.get(PATH)[0]["keywords"]] == ["actor"]


def test_filters_have_a_limit_and_go_with_their_owner(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("holdfast.filters.policy.MOST_FILTERS", 1)
    ada = town.person("ada")
    make(ada, "ending")
    refused = ada.ask("POST", PATH, json={"title": "Another", "context": ["home"]})
    assert refused.status_code == 422 and "up to 1 filters" in refused.json()["error"]
    with town.db.write(SYSTEM, Ability.MODERATION) as w:
        delete_account(w, int(ada.id))
    town.run_jobs()
    with town.db.read() as r:
        assert filters_of(r, [int(ada.id)]) == []
