"""Markers, hashtags, search, what answers empty for now, and the API's own description."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

from holdfast import mastodon
from tests.mastodon.asking import Api, links


def test_markers_are_kept_for_each_timeline(api: Api) -> None:
    ada = api.member("ada")
    assert ada.get("/api/v1/markers") == {}
    moved = ada.post("/api/v1/markers", home={"last_read_id": "123"}, notifications={"last_read_id": "7"})
    assert {name: marker["last_read_id"] for name, marker in moved.items()} == {"home": "123", "notifications": "7"}
    by_form = ada.good(ada.ask("POST", "/api/v1/markers", data={"home[last_read_id]": "124"}))
    assert by_form["home"]["version"] > moved["home"]["version"]
    assert ada.get("/api/v1/markers", timeline=["home"]) == by_form
    assert ada.get("/api/v1/markers", timeline=["home", "notifications"])["notifications"] == moved["notifications"]


def test_a_marker_that_another_app_moved_is_a_conflict_and_nothing_moves(api: Api) -> None:
    ada = api.member("ada")
    first = ada.post("/api/v1/markers", home={"last_read_id": "1"})["home"]
    ada.post("/api/v1/markers", home={"last_read_id": "2"})
    body = {
        "notifications": {"last_read_id": "9"},
        "home": {"last_read_id": "3", "version": first["version"]},
    }
    answer = ada.ask("POST", "/api/v1/markers", json=body)
    assert answer.status_code == 409
    left = ada.get("/api/v1/markers", timeline=["home", "notifications"])
    assert left["home"]["last_read_id"] == "2"
    assert "notifications" not in left


def test_a_marker_for_anything_else_is_refused(api: Api) -> None:
    ada = api.member("ada")
    assert ada.ask("GET", "/api/v1/markers", params={"timeline[]": "local"}).status_code == 422
    assert ada.ask("POST", "/api/v1/markers", json={"home": {"last_read_id": "x"}}).status_code == 422


def test_a_hashtag_has_a_week_of_history_in_texts(api: Api) -> None:
    ada = api.member("ada")
    ada.post("/api/v1/statuses", status="I like #Engines and #engines")
    tag = api.stranger.get("/api/v1/tags/ENGINES")
    assert (tag["name"].lower(), tag["url"]) == ("engines", f"{api.db.base_url}/tags/engines")
    assert "following" not in tag
    assert len(tag["history"]) == 7
    assert (tag["history"][0]["uses"], tag["history"][0]["accounts"]) == ("1", "1")
    assert {day["uses"] for day in tag["history"][1:]} == {"0"}


def test_a_hashtag_that_nobody_used_is_there_and_what_is_none_is_not(api: Api) -> None:
    unused = api.stranger.get("/api/v1/tags/quiet")
    assert unused["name"] == "quiet"
    assert {day["uses"] for day in unused["history"]} == {"0"}
    assert api.stranger.ask("GET", "/api/v1/tags/%21%21").status_code == 404


def test_hashtags_are_followed_and_listed_in_pages(api: Api) -> None:
    ada = api.member("ada")
    for name in ("one", "two", "three"):
        assert ada.post(f"/api/v1/tags/{name}/follow")["following"] is True
    first = ada.ask("GET", "/api/v1/followed_tags", params={"limit": 2})
    second = ada.ask("GET", links(first)["next"])
    assert [tag["name"] for tag in first.json() + second.json()] == ["three", "two", "one"]
    assert ada.post("/api/v1/tags/two/unfollow")["following"] is False
    assert [tag["name"] for tag in ada.get("/api/v1/followed_tags")] == ["three", "one"]
    assert ada.get("/api/v1/tags/one")["following"] is True


def test_search_finds_people_and_hashtags_and_can_be_kept_to_one_kind(api: Api) -> None:
    ada = api.member("ada")
    api.member("engineer")
    ada.post("/api/v1/statuses", status="#engines")
    both = ada.get("/api/v2/search", q="engine")
    assert [account["acct"] for account in both["accounts"]] == ["engineer"]
    assert [tag["name"] for tag in both["hashtags"]] == ["engines"]
    assert [status["content"].count("engines") for status in both["statuses"]] == [2]  # her own
    people = ada.get("/api/v2/search", q="engine", type="accounts")
    assert (len(people["accounts"]), people["hashtags"]) == (1, [])
    assert ada.get("/api/v2/search", q="engine", type="hashtags", offset=1)["hashtags"] == []
    assert ada.get("/api/v1/search", q="engine")["hashtags"] == ["engines"]


def test_strangers_may_search_but_not_page(api: Api) -> None:
    api.member("engineer")
    assert len(api.stranger.get("/api/v2/search", q="engine")["accounts"]) == 1
    answer = api.stranger.ask("GET", "/api/v2/search", params={"q": "engine", "type": "accounts", "offset": 1})
    assert answer.status_code == 401
    assert api.stranger.ask("GET", "/api/v2/search").status_code == 400


def test_proofs_of_a_service_that_is_no_more_are_an_empty_list(api: Api) -> None:
    ada = api.member("ada")
    assert ada.get(f"/api/v1/accounts/{ada.id}/identity_proofs") == []
    assert ada.ask("GET", "/api/v1/accounts/1/identity_proofs").status_code == 404


def test_the_api_describes_itself_completely(api: Api) -> None:
    document = api.stranger.get("/docs/openapi.json")
    described = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    assert described == {(one.route.method, one.route.path) for one in mastodon.declared()}
    assert document["servers"] == [{"url": api.db.base_url}]


def test_the_page_about_the_api_needs_no_script_and_names_every_method(api: Api) -> None:
    answer = api.stranger.ask("GET", "/docs")
    page = answer.text
    assert answer.headers["content-type"].startswith("text/html")
    assert "<script" not in page
    assert "http" not in page.replace(api.db.base_url, "").partition("<body>")[0]
    for one in mastodon.declared():
        assert f"<code>{one.route.method} {one.route.path}</code>" in page
        assert one.route.summary
    style = page.partition("<style>")[2].partition("</style>")[0]
    assert b64encode(sha256(style.encode()).digest()).decode() in answer.headers["content-security-policy"]
